-- migrate:up

set local check_function_bodies = off;

-- The policies that use the function go first.
drop policy select_reached on audit.entries;
drop policy select_reached on core.assignments;
drop policy select_own on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.cases;
drop policy update_reached on core.cases;
drop policy select_reached on core.documents;
drop policy select_own on core.documents;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_changes;

-- db/functions/core/reached_case_ids.sql
drop function core.reached_case_ids();
-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the claims look as if they made a difference.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there were few memberships.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_assignment_type core.assignment_type := case v_role
    when 'JUDGE_LEGAL_ADVISER' then 'JUDICIAL'
    when 'CAFCASS_OFFICER' then 'CAFCASS'
    when 'LA_SOCIAL_WORKER' then 'SOCIAL_WORKER'
    when 'ADOPTER' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'LA_SOCIAL_WORKER' then 'LOCAL_AUTHORITY'
    when 'VAA_WORKER' then 'VOLUNTARY_AGENCY'
  end;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = current_setting('casefile.user_id', true)
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = current_setting('casefile.organisation_id', true)
        and l.unlinked_at is null
        and l.organisation_type = v_organisation_type
        and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null)
    );
  end if;

  return v_case_ids;
end;
$$;

comment on function core.reached_case_ids() is
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. For
policies, as = any ((select ...)::uuid[]): evaluated once for a table. None for an officer, who reaches a whole court.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;

-- db/policies/audit.entries.sql
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
using (case_id = any ((select core.reached_case_ids())::uuid[]));
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

-- db/policies/core.assignments.sql
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
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id = any ((select core.reached_case_ids())::uuid[])
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

-- db/policies/core.case_details.sql
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
using (case_id = any ((select core.reached_case_ids())::uuid[]));
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

-- db/policies/core.cases.sql
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
using (id = any ((select core.reached_case_ids())::uuid[]));
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
using (id = any ((select core.reached_case_ids())::uuid[]));
comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

revoke all on core.cases from public;
grant select on core.cases to casefile_caller;
grant insert (id, court_code, case_type, next_hearing) on core.cases to hmcts_case_officer;
grant update (status, status_reason) on core.cases to hmcts_case_officer, judge_legal_adviser;
grant update (next_hearing, details_version, deleted_at) on core.cases to hmcts_case_officer;

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
drop policy if exists select_own_court on core.documents;
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

drop policy if exists select_reached on core.documents;
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id = any ((select core.reached_case_ids())::uuid[])
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

drop policy if exists select_to_owner on core.documents;
create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

drop policy if exists select_to_processor on core.documents;
create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

drop policy if exists update_to_processor on core.documents;
create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';

drop policy if exists insert_reached on core.documents;
create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

drop policy if exists update_own_upload on core.documents;
create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

drop policy if exists update_own_court on core.documents;
create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.documents is 'An officer deletes documents of the cases of its own court.';

revoke all on core.documents from public;
grant select on core.documents to casefile_caller, document_processor;
grant insert (case_id, filename, document_type, description) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (upload_status, file_size, file_hash, mime_type) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (deleted_at) on core.documents to hmcts_case_officer;
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason) on core.documents to document_processor;

-- db/policies/core.organisation_links.sql
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
using (case_id = any ((select core.reached_case_ids())::uuid[]));
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

-- db/policies/core.status_changes.sql
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
using (case_id = any ((select core.reached_case_ids())::uuid[]));
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

-- migrate:down

set local check_function_bodies = off;

-- The policies that use the function go first.
drop policy select_reached on audit.entries;
drop policy select_reached on core.assignments;
drop policy select_own on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.cases;
drop policy update_reached on core.cases;
drop policy select_reached on core.documents;
drop policy select_own on core.documents;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_changes;

-- db/functions/core/reached_case_ids.sql
drop function core.reached_case_ids();
-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the role looks as if it made a difference.
set plan_cache_mode = force_generic_plan
as $$
declare
  v_role core.user_role := core.caller_role();
begin
  return query
  select a.case_id
  from core.assignments as a
  where a.user_id = current_setting('casefile.user_id', true)
    and a.revoked_at is null
    and a.assignment_type = case v_role
      when 'JUDGE_LEGAL_ADVISER' then 'JUDICIAL'
      when 'CAFCASS_OFFICER' then 'CAFCASS'
      when 'LA_SOCIAL_WORKER' then 'SOCIAL_WORKER'
      when 'ADOPTER' then 'APPLICANT'
    end::core.assignment_type
    and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
  union all
  select l.case_id
  from core.organisation_links as l
  where l.organisation_id = current_setting('casefile.organisation_id', true)
    and l.unlinked_at is null
    and l.organisation_type = case v_role
      when 'LA_SOCIAL_WORKER' then 'LOCAL_AUTHORITY'
      when 'VAA_WORKER' then 'VOLUNTARY_AGENCY'
    end::core.organisation_type
    and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null);
end;
$$;

comment on function core.reached_case_ids() is
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. For
policies, as = any (array(select ...)): evaluated once for a table. None for an officer, who reaches a whole court.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;

-- db/policies/core.status_changes.sql
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

-- db/policies/core.organisation_links.sql
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

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
drop policy if exists select_own_court on core.documents;
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

drop policy if exists select_reached on core.documents;
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id = any (array(select core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id = any (array(select core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

drop policy if exists select_to_owner on core.documents;
create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

drop policy if exists select_to_processor on core.documents;
create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

drop policy if exists update_to_processor on core.documents;
create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';

drop policy if exists insert_reached on core.documents;
create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

drop policy if exists update_own_upload on core.documents;
create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

drop policy if exists update_own_court on core.documents;
create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.documents is 'An officer deletes documents of the cases of its own court.';

revoke all on core.documents from public;
grant select on core.documents to casefile_caller, document_processor;
grant insert (case_id, filename, document_type, description) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (upload_status, file_size, file_hash, mime_type) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (deleted_at) on core.documents to hmcts_case_officer;
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason) on core.documents to document_processor;

-- db/policies/core.cases.sql
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

-- db/policies/core.case_details.sql
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

-- db/policies/core.assignments.sql
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

-- db/policies/audit.entries.sql
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
