-- Courts are no secret.

alter table core.courts enable row level security;
alter table core.courts force row level security;

create policy select_any on core.courts for select
to casefile_caller, casefile_owner
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court; the owner''s login functions too.';

revoke all on core.courts from public;
grant select on core.courts to casefile_caller;
