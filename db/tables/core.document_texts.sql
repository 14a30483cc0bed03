create table core.document_texts (
  document_id uuid primary key references core.documents (id),
  content text not null
);

comment on table core.document_texts is 'What the worker read from a document.';
