-- The queue: for the worker, the trigger that fills it, and the functions that measure it.

alter table core.document_jobs enable row level security;
alter table core.document_jobs force row level security;

create policy all_to_processor on core.document_jobs for all
to document_processor
using (true)
with check (true);
comment on policy all_to_processor on core.document_jobs is 'The worker takes, gives back and ends jobs.';

create policy insert_to_owner on core.document_jobs for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.document_jobs is 'core.tg_documents__queue alone adds jobs.';

create policy select_to_owner on core.document_jobs for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.document_jobs is 'worker.measure_queue and worker.measure_tasks count them.';

revoke all on core.document_jobs from public;
grant select, delete on core.document_jobs to document_processor;
grant update (attempts, run_at, lease, leased_until, last_failure) on core.document_jobs to document_processor;
