-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0)
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found, within the column grants and tg_documents__guard.';

create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select core.claim('user_id'))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0)
)
with check (true);
comment on policy update_own_upload on core.documents is 'An uploader ends the upload.';

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
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason, ocr_page_count, ocr_pages_read)
  on core.documents to document_processor;
