create table core.document_downloads (
  id bigint generated always as identity primary key,
  document_id uuid not null references core.documents (id),
  downloaded_by text not null,
  downloaded_at timestamptz not null
);

comment on table core.document_downloads is 'Who has been given a document. Append-only.';

create index document_downloads_document_id_idx on core.document_downloads (document_id, id);
