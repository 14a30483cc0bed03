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
'The remaining work of the worker: documents to scan and to read. A row is removed when its work is done.';
comment on column core.document_jobs.run_at is 'The earliest time of the next attempt; moved with each failure.';
comment on column core.document_jobs.lease is 'Identifies the claim. After leased_until, another worker may take the document.';
comment on column core.document_jobs.last_failure is 'Why the previous attempt failed; for operators.';
comment on column core.document_jobs.queued_at is 'When the document was queued; never changed.';

create index document_jobs_run_at_idx on core.document_jobs (run_at);
