-- migrate:up

-- The tips of the chains: for audit.append alone.

alter table audit.chains enable row level security;
alter table audit.chains force row level security;

drop policy if exists all_to_owner on audit.chains;
create policy all_to_owner on audit.chains for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on audit.chains is 'audit.append moves the tip of a chain.';

revoke all on audit.chains from public;

-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

drop policy if exists select_own_court on audit.entries;
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on audit.entries is
'An officer, of the cases of its own court, deleted ones too.';

drop policy if exists select_reached on audit.entries;
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

drop policy if exists select_to_owner on audit.entries;
create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

drop policy if exists insert_to_owner on audit.entries;
create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;

-- The security audit: written by audit.explain_refusal, read by DBAs.

alter table audit.refusals enable row level security;
alter table audit.refusals force row level security;

drop policy if exists insert_to_owner on audit.refusals;
create policy insert_to_owner on audit.refusals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.refusals is 'audit.explain_refusal alone writes refusals.';

revoke all on audit.refusals from public;

-- Sessions: for the definer functions of auth alone.

alter table auth.sessions enable row level security;
alter table auth.sessions force row level security;

drop policy if exists all_to_owner on auth.sessions;
create policy all_to_owner on auth.sessions for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.sessions is 'The server opens, resumes and ends sessions through functions of the owner.';

revoke all on auth.sessions from public;

-- Who assigned and who revoked: for everybody who reaches the case, but adopters.

alter table core.assignment_particulars enable row level security;
alter table core.assignment_particulars force row level security;

drop policy if exists select_reached on core.assignment_particulars;
create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.assignments as a where a.id = assignment_id));
comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

drop policy if exists all_to_owner on core.assignment_particulars;
create policy all_to_owner on core.assignment_particulars for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.assignment_particulars is 'core.tg_assignments__particulars alone writes them.';

revoke all on core.assignment_particulars from public;
grant select on core.assignment_particulars to casefile_caller;

-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

drop policy if exists select_own_court on core.assignments;
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.assignments;
create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id = any (array(select core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

drop policy if exists select_to_owner on core.assignments;
create policy select_to_owner on core.assignments for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.assignments;
create policy insert_own_court on core.assignments for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

drop policy if exists update_own_court on core.assignments;
create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.assignments is 'An officer revokes assignments of the cases of its own court.';

revoke all on core.assignments from public;
grant select on core.assignments to casefile_caller;
grant insert (case_id, user_id, assignment_type), update (revoked_at) on core.assignments to hmcts_case_officer;

-- The details of a case: for everybody who reaches it, but adopters.

alter table core.case_details enable row level security;
alter table core.case_details force row level security;

drop policy if exists select_own_court on core.case_details;
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.case_details;
create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists insert_reached on core.case_details;
create policy insert_reached on core.case_details for insert
to hmcts_case_officer
with check (true);
comment on policy insert_reached on core.case_details is
'An officer; at creation the case is not there yet. tg_case_details__in_use checks at the end that the case is reached and uses them.';

drop policy if exists select_to_owner on core.case_details;
create policy select_to_owner on core.case_details for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_details is 'audit.case_image records what changed.';

revoke all on core.case_details from public;
grant select on core.case_details
  to casefile_caller;
grant insert (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  on core.case_details to hmcts_case_officer;

-- Number series: for core.tg_cases__number alone.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

drop policy if exists all_to_owner on core.case_number_series;
create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is 'core.tg_cases__number takes the next number as the owner.';

revoke all on core.case_number_series from public;

-- Who reaches a case. Settings and memberships stand in scalar sub-selects, so that they are evaluated once
-- for a table in a statement, and not for each row, and an index finds the rows.

alter table core.cases enable row level security;
alter table core.cases force row level security;

-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
drop policy if exists select_own_court on core.cases;
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

drop policy if exists select_reached on core.cases;
create policy select_reached on core.cases for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

drop policy if exists select_to_owner on core.cases;
create policy select_to_owner on core.cases for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.reached_case_ids leaves out deleted ones.';

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

drop policy if exists update_reached on core.cases;
create policy update_reached on core.cases for update
to judge_legal_adviser
using (id = any (array(select core.reached_case_ids())));
comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

revoke all on core.cases from public;
grant select on core.cases to casefile_caller;
grant insert (id, court_code, case_type, next_hearing) on core.cases to hmcts_case_officer;
grant update (status, status_reason) on core.cases to hmcts_case_officer, judge_legal_adviser;
grant update (next_hearing, details_version, deleted_at) on core.cases to hmcts_case_officer;

-- Courts are no secret.

alter table core.courts enable row level security;
alter table core.courts force row level security;

drop policy if exists select_any on core.courts;
create policy select_any on core.courts for select
to casefile_caller, casefile_owner
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court; the owner''s login functions too.';

revoke all on core.courts from public;
grant select on core.courts to casefile_caller;

-- Organisation links: for everybody who reaches the case, but adopters.

alter table core.organisation_links enable row level security;
alter table core.organisation_links force row level security;

drop policy if exists select_own_court on core.organisation_links;
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.organisation_links;
create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists select_to_owner on core.organisation_links;
create policy select_to_owner on core.organisation_links for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.organisation_links;
create policy insert_own_court on core.organisation_links for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

drop policy if exists update_own_court on core.organisation_links;
create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;

-- Who changed a status and why: for everybody who reaches the case, but adopters.

alter table core.status_change_particulars enable row level security;
alter table core.status_change_particulars force row level security;

drop policy if exists select_reached on core.status_change_particulars;
create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.status_changes as s where s.id = status_change_id));
comment on policy select_reached on core.status_change_particulars is
'Whoever reaches the case, by the policies of core.status_changes. None for adopters: that is their redaction.';

drop policy if exists select_to_owner on core.status_change_particulars;
create policy select_to_owner on core.status_change_particulars for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_change_particulars is 'audit.case_image records the reason.';

drop policy if exists insert_to_owner on core.status_change_particulars;
create policy insert_to_owner on core.status_change_particulars for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_change_particulars is 'core.tg_cases__history alone writes history.';

revoke all on core.status_change_particulars from public;
grant select on core.status_change_particulars to casefile_caller;

-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

drop policy if exists select_own_court on core.status_changes;
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.status_changes;
create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

drop policy if exists select_to_owner on core.status_changes;
create policy select_to_owner on core.status_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_changes is 'core.tg_cases__history reads back the id that it wrote.';

drop policy if exists insert_to_owner on core.status_changes;
create policy insert_to_owner on core.status_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_changes is 'core.tg_cases__history alone writes history.';

revoke all on core.status_changes from public;
grant select on core.status_changes to casefile_caller;

-- What may follow what is no secret.

alter table core.status_transitions enable row level security;
alter table core.status_transitions force row level security;

drop policy if exists select_any on core.status_transitions;
create policy select_any on core.status_transitions for select
to casefile_caller
using (true);
comment on policy select_any on core.status_transitions is 'Everybody sees which status may follow which.';

revoke all on core.status_transitions from public;
grant select on core.status_transitions to casefile_caller;

-- migrate:down

drop policy all_to_owner on audit.chains;
drop policy select_own_court on audit.entries;
drop policy select_reached on audit.entries;
drop policy select_to_owner on audit.entries;
drop policy insert_to_owner on audit.entries;
drop policy insert_to_owner on audit.refusals;
drop policy all_to_owner on auth.sessions;
drop policy select_reached on core.assignment_particulars;
drop policy all_to_owner on core.assignment_particulars;
drop policy select_own_court on core.assignments;
drop policy select_reached on core.assignments;
drop policy select_own on core.assignments;
drop policy select_to_owner on core.assignments;
drop policy insert_own_court on core.assignments;
drop policy update_own_court on core.assignments;
drop policy select_own_court on core.case_details;
drop policy select_reached on core.case_details;
drop policy insert_reached on core.case_details;
drop policy select_to_owner on core.case_details;
drop policy all_to_owner on core.case_number_series;
drop policy select_own_court on core.cases;
drop policy select_reached on core.cases;
drop policy select_to_owner on core.cases;
drop policy insert_own_court on core.cases;
drop policy update_own_court on core.cases;
drop policy update_reached on core.cases;
drop policy select_any on core.courts;
drop policy select_own_court on core.organisation_links;
drop policy select_reached on core.organisation_links;
drop policy select_to_owner on core.organisation_links;
drop policy insert_own_court on core.organisation_links;
drop policy update_own_court on core.organisation_links;
drop policy select_reached on core.status_change_particulars;
drop policy select_to_owner on core.status_change_particulars;
drop policy insert_to_owner on core.status_change_particulars;
drop policy select_own_court on core.status_changes;
drop policy select_reached on core.status_changes;
drop policy select_to_owner on core.status_changes;
drop policy insert_to_owner on core.status_changes;
drop policy select_any on core.status_transitions;
revoke all on audit.chains from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table audit.chains no force row level security;
alter table audit.chains disable row level security;
revoke all on audit.entries from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table audit.entries no force row level security;
alter table audit.entries disable row level security;
revoke all on audit.refusals from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table audit.refusals no force row level security;
alter table audit.refusals disable row level security;
revoke all on auth.sessions from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table auth.sessions no force row level security;
alter table auth.sessions disable row level security;
revoke all on core.assignment_particulars from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.assignment_particulars no force row level security;
alter table core.assignment_particulars disable row level security;
revoke all on core.assignments from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.assignments no force row level security;
alter table core.assignments disable row level security;
revoke all on core.case_details from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.case_details no force row level security;
alter table core.case_details disable row level security;
revoke all on core.case_number_series from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.case_number_series no force row level security;
alter table core.case_number_series disable row level security;
revoke all on core.cases from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.cases no force row level security;
alter table core.cases disable row level security;
revoke all on core.courts from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.courts no force row level security;
alter table core.courts disable row level security;
revoke all on core.organisation_links from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.organisation_links no force row level security;
alter table core.organisation_links disable row level security;
revoke all on core.status_change_particulars from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.status_change_particulars no force row level security;
alter table core.status_change_particulars disable row level security;
revoke all on core.status_changes from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.status_changes no force row level security;
alter table core.status_changes disable row level security;
revoke all on core.status_transitions from casefile_caller, hmcts_case_officer, judge_legal_adviser;
alter table core.status_transitions no force row level security;
alter table core.status_transitions disable row level security;
