create table core.document_texts (
  document_id uuid primary key references core.documents (id),
  content text not null,
  case_id uuid not null,
  court_code text not null,
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.document_texts is 'The text that the worker read from a document.';
