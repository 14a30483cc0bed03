-- Access to a case. Claims stand in scalar sub-selects: a statement evaluates them once for a table instead of once for each
-- row, and an index finds the rows. Reach by name is checked case by case; a list of such cases begins with core.case_reach.

alter table core.cases enable row level security;
alter table core.cases force row level security;

-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

create policy select_reached on core.cases for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));
comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation, by the policies of core.case_reach.';

create policy select_to_owner on core.cases for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.ties leaves out deleted ones.';

create policy insert_own_court on core.cases for insert
to hmcts_case_officer
with check (court_code = (select core.claim('court_code')));
comment on policy insert_own_court on core.cases is 'An officer creates cases in its own court.';

create policy update_own_court on core.cases for update
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court, within the column grants and tg_cases__guard.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));
comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

revoke all on core.cases from public;
grant select on core.cases to casefile_caller;
grant insert (id, court_code, case_type, next_hearing) on core.cases to hmcts_case_officer;
grant update (status, status_reason) on core.cases to hmcts_case_officer, judge_legal_adviser;
grant update (next_hearing, details_version, deleted_at) on core.cases to hmcts_case_officer;
