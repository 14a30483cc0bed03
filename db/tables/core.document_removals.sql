create table core.document_removals (
  document_id uuid primary key references core.documents (id),
  removed_at timestamptz not null default clock_timestamp()
);

comment on table core.document_removals is 'Failed uploads whose bytes were removed from the document store.';
