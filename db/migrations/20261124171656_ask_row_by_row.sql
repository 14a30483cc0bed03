-- migrate:up

set local check_function_bodies = off;

-- db/policies/audit.entries.sql
-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

drop policy if exists select_own_court on audit.entries;
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on audit.entries is
'An officer, of the cases of its own court, deleted ones too.';

drop policy if exists select_reached on audit.entries;
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id in (select unnest(core.reached_case_ids())));
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

-- db/policies/core.assignment_particulars.sql
-- Who assigned and who revoked: for everybody who reaches the case, but adopters.

alter table core.assignment_particulars enable row level security;
alter table core.assignment_particulars force row level security;

drop policy if exists select_reached on core.assignment_particulars;
create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));
comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

drop policy if exists all_to_owner on core.assignment_particulars;
create policy all_to_owner on core.assignment_particulars for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.assignment_particulars is 'core.tg_assignments__particulars alone writes them.';

revoke all on core.assignment_particulars from public;
grant select on core.assignment_particulars to casefile_caller;

-- db/policies/core.assignments.sql
-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

drop policy if exists select_own_court on core.assignments;
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.assignments;
create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
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
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

drop policy if exists update_own_court on core.assignments;
create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
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
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.case_details;
create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
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

-- db/policies/core.document_downloads.sql
-- Downloads: written by whoever downloads, read by nobody; the audit trail has them.

alter table core.document_downloads enable row level security;
alter table core.document_downloads force row level security;

drop policy if exists insert_reached on core.document_downloads;
create policy insert_reached on core.document_downloads for insert
to casefile_caller
with check (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy insert_reached on core.document_downloads is 'Whoever may read the document, by the policies of core.documents.';

revoke all on core.document_downloads from public;
grant insert (document_id) on core.document_downloads to casefile_caller;

-- db/policies/core.document_texts.sql
-- The text of a document: for everybody who may read the document.

alter table core.document_texts enable row level security;
alter table core.document_texts force row level security;

drop policy if exists select_reached on core.document_texts;
create policy select_reached on core.document_texts for select
to casefile_caller
using (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy select_reached on core.document_texts is 'Whoever may read the document, by the policies of core.documents.';

drop policy if exists insert_to_processor on core.document_texts;
create policy insert_to_processor on core.document_texts for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_texts is 'The worker alone writes texts.';

revoke all on core.document_texts from public;
grant select on core.document_texts to casefile_caller;
grant insert (document_id, content) on core.document_texts to document_processor;

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
drop policy if exists select_own_court on core.documents;
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

drop policy if exists select_reached on core.documents;
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id in (select unnest(core.reached_case_ids()))
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
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

drop policy if exists update_own_upload on core.documents;
create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

drop policy if exists update_own_court on core.documents;
create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
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
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.organisation_links;
create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
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
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

drop policy if exists update_own_court on core.organisation_links;
create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;

-- db/policies/core.status_change_particulars.sql
-- Who changed a status and why: for everybody who reaches the case, but adopters.

alter table core.status_change_particulars enable row level security;
alter table core.status_change_particulars force row level security;

drop policy if exists select_reached on core.status_change_particulars;
create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.status_changes as s where s.id = status_change_id offset 0));
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

-- db/policies/core.status_changes.sql
-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

drop policy if exists select_own_court on core.status_changes;
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.status_changes;
create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id in (select unnest(core.reached_case_ids())));
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
using (case_id in (select unnest(core.reached_case_ids())));
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

-- db/policies/core.status_change_particulars.sql
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
using (case_id in (select unnest(core.reached_case_ids())));
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
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id in (select unnest(core.reached_case_ids()))
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

-- db/policies/core.document_texts.sql
-- The text of a document: for everybody who may read the document.

alter table core.document_texts enable row level security;
alter table core.document_texts force row level security;

drop policy if exists select_reached on core.document_texts;
create policy select_reached on core.document_texts for select
to casefile_caller
using (exists (select from core.documents as d where d.id = document_id));
comment on policy select_reached on core.document_texts is 'Whoever may read the document, by the policies of core.documents.';

drop policy if exists insert_to_processor on core.document_texts;
create policy insert_to_processor on core.document_texts for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_texts is 'The worker alone writes texts.';

revoke all on core.document_texts from public;
grant select on core.document_texts to casefile_caller;
grant insert (document_id, content) on core.document_texts to document_processor;

-- db/policies/core.document_downloads.sql
-- Downloads: written by whoever downloads, read by nobody; the audit trail has them.

alter table core.document_downloads enable row level security;
alter table core.document_downloads force row level security;

drop policy if exists insert_reached on core.document_downloads;
create policy insert_reached on core.document_downloads for insert
to casefile_caller
with check (exists (select from core.documents as d where d.id = document_id));
comment on policy insert_reached on core.document_downloads is 'Whoever may read the document, by the policies of core.documents.';

revoke all on core.document_downloads from public;
grant insert (document_id) on core.document_downloads to casefile_caller;

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
using (case_id in (select unnest(core.reached_case_ids())));
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
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
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

-- db/policies/core.assignment_particulars.sql
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
using (case_id in (select unnest(core.reached_case_ids())));
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
