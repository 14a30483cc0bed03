-- migrate:up

alter table core.document_jobs add column queued_at timestamptz not null default now();
comment on column core.document_jobs.queued_at is 'Since when the document waits; never moved.';

create type worker.queue_state as (waiting bigint, oldest_seconds double precision);
comment on type worker.queue_state is 'How many documents wait for a worker, and how long the oldest has.';

grant usage on schema worker to casefile_api;

-- migrate:down

revoke usage on schema worker from casefile_api;
drop type worker.queue_state;
alter table core.document_jobs drop column queued_at;
