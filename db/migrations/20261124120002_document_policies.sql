-- migrate:up

set local check_function_bodies = off;

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

-- db/policies/core.document_jobs.sql
-- The queue: for the worker, and for the trigger that fills it.

alter table core.document_jobs enable row level security;
alter table core.document_jobs force row level security;

drop policy if exists all_to_processor on core.document_jobs;
create policy all_to_processor on core.document_jobs for all
to document_processor
using (true)
with check (true);
comment on policy all_to_processor on core.document_jobs is 'The worker takes, gives back and ends jobs.';

drop policy if exists insert_to_owner on core.document_jobs;
create policy insert_to_owner on core.document_jobs for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.document_jobs is 'core.tg_documents__queue alone adds jobs.';

revoke all on core.document_jobs from public;
grant select, delete on core.document_jobs to document_processor;
grant update (attempts, run_at, lease, leased_until, last_failure) on core.document_jobs to document_processor;

-- db/policies/core.document_removals.sql
-- What the store holds no more: for the worker.

alter table core.document_removals enable row level security;
alter table core.document_removals force row level security;

drop policy if exists select_to_processor on core.document_removals;
create policy select_to_processor on core.document_removals for select
to document_processor
using (true);
comment on policy select_to_processor on core.document_removals is 'worker.sweep leaves out what is gone.';

drop policy if exists insert_to_processor on core.document_removals;
create policy insert_to_processor on core.document_removals for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_removals is 'The worker says what it removed.';

revoke all on core.document_removals from public;
grant select, insert (document_id) on core.document_removals to document_processor;

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

-- db/policies/core.document_types.sql
-- What a document can be is no secret.

alter table core.document_types enable row level security;
alter table core.document_types force row level security;

drop policy if exists select_any on core.document_types;
create policy select_any on core.document_types for select
to casefile_caller
using (true);
comment on policy select_any on core.document_types is 'Everybody sees what a document can be.';

revoke all on core.document_types from public;
grant select on core.document_types to casefile_caller;

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

-- db/policies/core.file_types.sql
-- Which files are allowed is no secret.

alter table core.file_types enable row level security;
alter table core.file_types force row level security;

drop policy if exists select_any on core.file_types;
create policy select_any on core.file_types for select
to casefile_caller, document_processor, casefile_owner
using (true);
comment on policy select_any on core.file_types is 'Everybody sees which files are allowed; core.tg_documents__number checks as the owner.';

revoke all on core.file_types from public;
grant select on core.file_types to casefile_caller, document_processor;

-- migrate:down

set local check_function_bodies = off;

-- db/policies/core.file_types.sql
drop policy if exists select_any on core.file_types;
revoke all on table core.file_types from casefile_caller;
revoke all on table core.file_types from document_processor;

-- db/policies/core.documents.sql
drop policy if exists select_own_court on core.documents;
drop policy if exists select_reached on core.documents;
drop policy if exists select_own on core.documents;
drop policy if exists select_to_owner on core.documents;
drop policy if exists select_to_processor on core.documents;
drop policy if exists update_to_processor on core.documents;
drop policy if exists insert_reached on core.documents;
drop policy if exists update_own_upload on core.documents;
drop policy if exists update_own_court on core.documents;
revoke all on table core.documents from casefile_caller;
revoke all on table core.documents from document_processor;
revoke all on table core.documents from hmcts_case_officer;
revoke all on table core.documents from cafcass_officer;
revoke all on table core.documents from la_social_worker;
revoke all on table core.documents from vaa_worker;
revoke all on table core.documents from adopter;

-- db/policies/core.document_types.sql
drop policy if exists select_any on core.document_types;
revoke all on table core.document_types from casefile_caller;

-- db/policies/core.document_texts.sql
drop policy if exists select_reached on core.document_texts;
drop policy if exists insert_to_processor on core.document_texts;
revoke all on table core.document_texts from casefile_caller;
revoke all on table core.document_texts from document_processor;

-- db/policies/core.document_removals.sql
drop policy if exists select_to_processor on core.document_removals;
drop policy if exists insert_to_processor on core.document_removals;
revoke all on table core.document_removals from document_processor;

-- db/policies/core.document_jobs.sql
drop policy if exists all_to_processor on core.document_jobs;
drop policy if exists insert_to_owner on core.document_jobs;
revoke all on table core.document_jobs from document_processor;

-- db/policies/core.document_downloads.sql
drop policy if exists insert_reached on core.document_downloads;
revoke all on table core.document_downloads from casefile_caller;
