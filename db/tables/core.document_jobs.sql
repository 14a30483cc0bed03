create table core.document_jobs (
  document_id uuid primary key references core.documents (id),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  lease uuid,
  leased_until timestamptz,
  last_failure text
    constraint document_jobs_last_failure_within_limit check (char_length(last_failure) <= 500),
  queued_at timestamptz not null default now(),
  constraint document_jobs_lease_is_whole check ((lease is null) = (leased_until is null))
);

comment on table core.document_jobs is
'What the worker has still to do: to scan and to read a document. A row goes when all is done.';
comment on column core.document_jobs.run_at is 'Not before; moved with each failure.';
comment on column core.document_jobs.lease is 'Names the claim; after leased_until somebody else may take the document.';
comment on column core.document_jobs.last_failure is 'Why the attempt before failed; for ops.';
comment on column core.document_jobs.queued_at is 'Since when the document waits; never moved.';

create index document_jobs_run_at_idx on core.document_jobs (run_at);
