-- The ways to reach a case by name. The policies of cases and of their side tables read them.

alter table core.case_reach enable row level security;
alter table core.case_reach force row level security;

create policy select_of_judge on core.case_reach for select
to judge_legal_adviser
using (reached_by = (select core.claim('user_id')) and way = 'JUDICIAL');
comment on policy select_of_judge on core.case_reach is 'A judge reaches the cases of its active judicial assignments.';

create policy select_of_cafcass_officer on core.case_reach for select
to cafcass_officer
using (reached_by = (select core.claim('user_id')) and way = 'CAFCASS');
comment on policy select_of_cafcass_officer on core.case_reach is 'A Cafcass officer, those of its active assignments.';

create policy select_of_social_worker on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('user_id')) and way = 'SOCIAL_WORKER');
comment on policy select_of_social_worker on core.case_reach is 'A social worker, those of its active assignments,';

create policy select_of_authority on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'LOCAL_AUTHORITY');
comment on policy select_of_authority on core.case_reach is 'and those that its local authority is linked to.';

create policy select_of_agency on core.case_reach for select
to vaa_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'VOLUNTARY_AGENCY');
comment on policy select_of_agency on core.case_reach is 'An agency worker, those that its agency is linked to.';

create policy select_of_applicant on core.case_reach for select
to adopter
using (reached_by = (select core.claim('user_id')) and way = 'APPLICANT');
comment on policy select_of_applicant on core.case_reach is 'An adopter, those in which it applies.';

create policy all_to_owner on core.case_reach for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_reach is 'core.gather_reach alone writes them, for the triggers that call it.';

revoke all on core.case_reach from public;
grant select on core.case_reach to casefile_caller;
