-- Who reaches a case. Settings and memberships stand in scalar sub-selects, so that they are evaluated once
-- for a statement and an index finds the rows.

alter table core.cases enable row level security;
alter table core.cases force row level security;

-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
drop policy if exists select_own_court on core.cases;
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

drop policy if exists select_judicial on core.cases;
create policy select_judicial on core.cases for select
to judge_legal_adviser
using (deleted_at is null and id = any (array(select core.assigned_case_ids('JUDICIAL'))));
comment on policy select_judicial on core.cases is 'A judge reaches the cases of its active judicial assignments.';

drop policy if exists select_cafcass on core.cases;
create policy select_cafcass on core.cases for select
to cafcass_officer
using (deleted_at is null and id = any (array(select core.assigned_case_ids('CAFCASS'))));
comment on policy select_cafcass on core.cases is 'A Cafcass officer reaches the cases of its active assignments.';

drop policy if exists select_local_authority on core.cases;
create policy select_local_authority on core.cases for select
to la_social_worker
using (
  deleted_at is null
  and id = any (array(
    select core.linked_case_ids('LOCAL_AUTHORITY')
    union all
    select core.assigned_case_ids('SOCIAL_WORKER')
  ))
);
comment on policy select_local_authority on core.cases is
'A social worker reaches the cases of its local authority, and those to which it is assigned itself.';

drop policy if exists select_voluntary_agency on core.cases;
create policy select_voluntary_agency on core.cases for select
to vaa_worker
using (deleted_at is null and id = any (array(select core.linked_case_ids('VOLUNTARY_AGENCY'))));
comment on policy select_voluntary_agency on core.cases is 'An agency worker reaches the cases of its agency.';

drop policy if exists select_applicant on core.cases;
create policy select_applicant on core.cases for select
to adopter
using (deleted_at is null and id = any (array(select core.assigned_case_ids('APPLICANT'))));
comment on policy select_applicant on core.cases is 'An adopter reaches the cases in which it is an applicant.';

drop policy if exists select_to_owner on core.cases;
create policy select_to_owner on core.cases for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none.';

drop policy if exists insert_own_court on core.cases;
create policy insert_own_court on core.cases for insert
to hmcts_case_officer
with check (court_code = (select current_setting('casefile.court_code', true)));
comment on policy insert_own_court on core.cases is 'An officer creates cases in its own court.';

drop policy if exists update_own_court on core.cases;
create policy update_own_court on core.cases for update
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court; what of them, the column grants and tg_cases__guard say.';

drop policy if exists update_judicial on core.cases;
create policy update_judicial on core.cases for update
to judge_legal_adviser
using (deleted_at is null and id = any (array(select core.assigned_case_ids('JUDICIAL'))));
comment on policy update_judicial on core.cases is 'A judge moves the cases of its active judicial assignments.';

revoke all on core.cases from public;
grant select on core.cases to casefile_caller;
grant insert (id, court_code, case_type, next_hearing) on core.cases to hmcts_case_officer;
grant update (status, status_reason) on core.cases to hmcts_case_officer, judge_legal_adviser;
grant update (next_hearing, details_version, deleted_at) on core.cases to hmcts_case_officer;
