create table core.documents (
  id uuid primary key,
  case_id uuid not null,
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
  ocr_page_count integer constraint documents_ocr_page_count_positive check (ocr_page_count > 0),
  ocr_pages_read integer,
  court_code text not null,
  foreign key (case_id, court_code) references core.cases (id, court_code),
  constraint documents_complete_has_all check (
    upload_status <> 'complete'
    or (file_size is not null and file_hash is not null and mime_type is not null and version is not null)
  ),
  constraint documents_ocr_pages_read_within_page_count check (
    (ocr_page_count is null) = (ocr_pages_read is null) and ocr_pages_read between 0 and ocr_page_count
  )
);

comment on table core.documents is
'The details of the documents of a case. Their bytes are in the document store, under the id of case and document.';
comment on column core.documents.filename is 'As uploaded. The same name again on the same side of a case is its next version.';
comment on column core.documents.file_size is 'In bytes; core.file_types has the limit.';
comment on column core.documents.file_hash is 'SHA-256, in hexadecimal; the same bytes are in a case only once.';
comment on column core.documents.mime_type is 'The type of the content, not what the sender stated.';
comment on column core.documents.ocr_page_count is 'The number of pages; known once it has been read.';
comment on column core.documents.ocr_pages_read is 'The number of pages in its text. The others could not be read, or were too many.';
comment on column core.documents.version is 'Counts the documents with one name on one side of a case; assigned at completion, under the lock of the case, and never changed.';

create unique index documents_case_id_file_hash_key on core.documents (case_id, file_hash)
  where upload_status = 'complete' and deleted_at is null;
create index documents_case_id_uploaded_at_idx on core.documents (case_id, uploaded_at desc, id desc);
create index documents_unfinished_idx on core.documents (uploaded_at) where upload_status <> 'complete';
create index documents_document_type_idx on core.documents (document_type);
