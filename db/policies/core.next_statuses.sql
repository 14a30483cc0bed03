-- Everybody may read these.

alter table core.next_statuses enable row level security;
alter table core.next_statuses force row level security;

create policy select_any on core.next_statuses for select
to casefile_caller
using (true);
comment on policy select_any on core.next_statuses is 'Everybody sees which status may follow which.';

create policy all_to_owner on core.next_statuses for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.next_statuses is 'core.tg_status_transitions__next_statuses alone writes them.';

revoke all on core.next_statuses from public;
grant select on core.next_statuses to casefile_caller;
