-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court.';

create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = status_changes.case_id offset 0));
comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

create policy select_to_owner on core.status_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_changes is 'core.tg_cases__history reads back the id that it wrote.';

create policy insert_to_owner on core.status_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_changes is 'core.tg_cases__history alone writes history.';

revoke all on core.status_changes from public;
grant select on core.status_changes to casefile_caller;
