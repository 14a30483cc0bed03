-- migrate:up

-- How often the same access was denied within a minute. No row is written anew for it.
alter table audit.refusals add column times integer not null default 1;

-- Few documents wait at a time: looking at them takes no time.
-- squawk-ignore constraint-missing-not-valid
alter table core.document_jobs
  add constraint document_jobs_last_failure_within_limit check (char_length(last_failure) <= 500);

-- migrate:down

alter table core.document_jobs drop constraint document_jobs_last_failure_within_limit;

alter table audit.refusals drop column times;
