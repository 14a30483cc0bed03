-- How often log-ins were begun: written and read by auth.count_log_in and auth.sweep alone.

alter table auth.log_in_rates enable row level security;
alter table auth.log_in_rates force row level security;

create policy all_to_owner on auth.log_in_rates for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.log_in_rates is 'Functions of the owner count, and sweep.';

revoke all on auth.log_in_rates from public;
