-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court.';

create policy select_reached on core.assignments for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0)
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

create policy select_to_owner on core.assignments for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.assignments is 'core.ties and core.gather_participants read them.';

create policy insert_own_court on core.assignments for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.assignments is 'An officer revokes assignments of the cases of its own court.';

revoke all on core.assignments from public;
grant select on core.assignments to casefile_caller;
grant insert (case_id, user_id, assignment_type), update (revoked_at) on core.assignments to hmcts_case_officer;
