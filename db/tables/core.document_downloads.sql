create table core.document_downloads (
  id bigint generated always as identity primary key,
  document_id uuid not null references core.documents (id),
  downloaded_by text not null,
  downloaded_at timestamptz not null,
  found_damaged boolean not null default false
);

comment on table core.document_downloads is 'The downloads of documents. Append-only.';
comment on column core.document_downloads.found_damaged is
'The download failed: the bytes in the document store are missing, or not those that were stored.';

create index document_downloads_document_id_idx on core.document_downloads (document_id, id);
