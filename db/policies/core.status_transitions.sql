-- Everybody may read these.

alter table core.status_transitions enable row level security;
alter table core.status_transitions force row level security;

create policy select_any on core.status_transitions for select
to casefile_caller
using (true);
comment on policy select_any on core.status_transitions is 'Everybody sees which status may follow which.';

create policy all_to_owner on core.status_transitions for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.status_transitions is 'An administrator changes which status may follow which.';

revoke all on core.status_transitions from public;
grant select on core.status_transitions to casefile_caller;
