create type worker.job as (
  document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, lease uuid, attempt integer,
  needs_scan boolean, needs_reading boolean
);

comment on type worker.job is 'A document that a worker has claimed, and its task.';
