create table core.document_types (
  value text primary key,
  place integer not null unique,
  label text not null,
  help_text text not null,
  description_required boolean not null default false
);

comment on table core.document_types is 'The document types, as a form shows them.';
comment on column core.document_types.place is 'The order in a form.';
