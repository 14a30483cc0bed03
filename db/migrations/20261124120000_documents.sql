-- migrate:up

create schema worker;
comment on schema worker is 'What the document worker does: claims documents, and records what it found.';

grant usage on schema worker, core to document_processor;

-- They stay when this migration is taken back: PostgreSQL drops no value of an enum.
alter type audit.action add value if not exists 'DOCUMENT_UPLOAD';
alter type audit.action add value if not exists 'DOCUMENT_DOWNLOAD';
alter type audit.action add value if not exists 'DOCUMENT_STATUS';
alter type audit.action add value if not exists 'DOCUMENT_DELETE';

create type core.upload_status as enum ('uploading', 'complete', 'failed');
create type core.virus_scan_status as enum ('pending', 'clean', 'infected', 'skipped');
create type core.ocr_status as enum ('pending', 'processing', 'complete', 'failed', 'not-applicable');

create table core.document_types (
  value text primary key,
  place integer not null unique,
  label text not null,
  help_text text not null,
  description_required boolean not null default false
);
comment on table core.document_types is 'What a document can be, as a form shows it.';
comment on column core.document_types.place is 'The order in a form.';

insert into core.document_types (value, place, label, help_text) values
  ('legal-correspondence', 1, 'Legal correspondence', 'Letters and emails between the court, solicitors and the parties'),
  ('court-order', 2, 'Court order', 'Orders and directions that a court has made'),
  ('background-checks', 3, 'Background checks', 'DBS certificates and other checks of the applicants and their household'),
  ('medical-reports', 4, 'Medical reports', 'Health reports on the child or the applicants'),
  ('cafcass-reports', 5, 'Cafcass reports', 'Reports and statements by Cafcass or Cafcass Cymru'),
  ('home-study-assessment', 6, 'Home study assessment', 'The assessment of the applicants'' home and family life'),
  ('child-permanence-report', 7, 'Child permanence report', 'The local authority''s report on the child'),
  ('prospective-adopter-report', 8, 'Prospective adopter report', 'The agency''s report on the applicants'),
  ('matching-report', 9, 'Matching report', 'The adoption placement report, which proposes the match'),
  ('placement-plan', 10, 'Placement plan', 'How and when the child is placed with the applicants'),
  ('support-plan', 11, 'Support plan', 'Adoption support for the child and the family'),
  ('contact-arrangements', 12, 'Contact arrangements', 'Contact with the birth family after adoption'),
  ('identity-documents', 13, 'Identity documents', 'Birth and marriage certificates, passports'),
  ('photographs', 14, 'Photographs', 'Photographs of the child or the family'),
  ('other', 15, 'Other', 'Anything else: describe it');

update core.document_types set description_required = true where value = 'other';

create table core.file_types (
  extension text primary key constraint file_types_extension_is_lower_case check (extension = lower(extension)),
  mime_type text not null,
  is_readable boolean not null,
  size_limit bigint not null default 20971520
);
comment on table core.file_types is 'Which files are allowed, by the end of their name; the content has to be of the same type.';
comment on column core.file_types.is_readable is 'Whether the worker can read text from it (OCR).';
comment on column core.file_types.size_limit is 'In bytes.';

insert into core.file_types (extension, mime_type, is_readable) values
  ('pdf', 'application/pdf', true),
  ('docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', false),
  ('doc', 'application/msword', false),
  ('jpg', 'image/jpeg', true),
  ('jpeg', 'image/jpeg', true),
  ('png', 'image/png', true),
  ('tif', 'image/tiff', true),
  ('tiff', 'image/tiff', true);

create table core.documents (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  filename text not null constraint documents_filename_trimmed check (filename <> '' and filename = btrim(filename)),
  document_type text not null references core.document_types (value),
  description text
    constraint documents_description_within_limit check (char_length(description) <= 500)
    constraint documents_description_trimmed check (description <> '' and description = btrim(description)),
  uploaded_by text not null,
  uploaded_at timestamptz not null default now(),
  upload_status core.upload_status not null default 'uploading',
  file_size bigint constraint documents_file_size_positive check (file_size > 0),
  file_hash text constraint documents_file_hash_is_sha256 check (file_hash ~ '^[0-9a-f]{64}$'),
  mime_type text,
  version integer constraint documents_version_positive check (version > 0),
  virus_scan_status core.virus_scan_status not null default 'pending',
  virus_scan_completed_at timestamptz,
  ocr_status core.ocr_status not null default 'pending',
  ocr_completed_at timestamptz,
  ocr_failure_reason text,
  deleted_at timestamptz,
  constraint documents_complete_has_all check (
    upload_status <> 'complete'
    or (file_size is not null and file_hash is not null and mime_type is not null and version is not null)
  )
);
comment on table core.documents is
'What is known of the documents of a case. Their bytes are in the document store, under the id of case and document.';
comment on column core.documents.filename is 'As uploaded. The same name again in a case is its next version.';
comment on column core.documents.file_size is 'In bytes; core.file_types has the limit.';
comment on column core.documents.file_hash is 'SHA-256, in hexadecimal; the same bytes are in a case only once.';
comment on column core.documents.mime_type is 'What the content is, not what its sender said.';
comment on column core.documents.version is 'Counts the documents of one name in a case; given at completion, never changed.';

create unique index documents_case_id_filename_version_key on core.documents (case_id, filename, version);
create unique index documents_case_id_file_hash_key on core.documents (case_id, file_hash)
  where upload_status = 'complete' and deleted_at is null;
create index documents_case_id_uploaded_at_idx on core.documents (case_id, uploaded_at desc, id desc);
create index documents_unfinished_idx on core.documents (uploaded_at) where upload_status <> 'complete';
create index documents_document_type_idx on core.documents (document_type);

create table core.document_texts (
  document_id uuid primary key references core.documents (id),
  content text not null
);
comment on table core.document_texts is 'What the worker read from a document.';

create table core.document_downloads (
  id bigint generated always as identity primary key,
  document_id uuid not null references core.documents (id),
  downloaded_by text not null,
  downloaded_at timestamptz not null
);
comment on table core.document_downloads is 'Who has been given a document. Append-only.';
create index document_downloads_document_id_idx on core.document_downloads (document_id, id);

create table core.document_jobs (
  document_id uuid primary key references core.documents (id),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  lease uuid,
  leased_until timestamptz,
  last_failure text,
  constraint document_jobs_lease_is_whole check ((lease is null) = (leased_until is null))
);
comment on table core.document_jobs is
'What the worker has still to do: to scan and to read a document. A row goes when all is done.';
comment on column core.document_jobs.run_at is 'Not before; moved with each failure.';
comment on column core.document_jobs.lease is 'Names the claim; after leased_until somebody else may take the document.';
comment on column core.document_jobs.last_failure is 'Why the attempt before failed; for ops.';
create index document_jobs_run_at_idx on core.document_jobs (run_at);

create table core.document_removals (
  document_id uuid primary key references core.documents (id),
  removed_at timestamptz not null default clock_timestamp()
);
comment on table core.document_removals is 'Failed uploads of which the document store holds nothing any more.';

create type api.document as (
  id uuid,
  case_id uuid,
  filename text,
  original_filename text,
  document_type text,
  description text,
  file_size bigint,
  file_hash text,
  mime_type text,
  uploaded_by text,
  uploaded_at timestamptz,
  version integer,
  upload_status text,
  ocr_status text,
  ocr_completed_at timestamptz,
  ocr_failure_reason text,
  virus_scan_status text,
  virus_scan_completed_at timestamptz
);

create type api.document_page as (documents api.document[], pagination api.pagination);

create type api.document_type as (value text, label text, help_text text);

create type api.upload_form as (case_id uuid, document_types api.document_type[], user_role text);

create type api.upload as (document_id uuid, case_id uuid, mime_type text, size_limit bigint);
comment on type api.upload is
'An upload that has begun: where its bytes go, what they have to be, and how many there may be.';

create type api.download as (document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, file_hash text);
comment on type api.download is 'Where the bytes of a document are, and what they are.';

create type worker.job as (
  document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, lease uuid, attempt integer,
  needs_scan boolean, needs_reading boolean
);
comment on type worker.job is 'A document that a worker has claimed, and what it is to do with it.';

create type worker.failed_upload as (document_id uuid, case_id uuid);

-- migrate:down

drop type worker.failed_upload, worker.job, api.download, api.upload, api.upload_form, api.document_type,
  api.document_page, api.document;
drop table core.document_removals, core.document_jobs, core.document_downloads, core.document_texts, core.documents, core.file_types,
  core.document_types;
drop type core.ocr_status, core.virus_scan_status, core.upload_status;
drop schema worker;
revoke usage on schema core from document_processor;
