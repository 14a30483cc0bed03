-- Uploads gone from the store: for the worker.

alter table core.document_removals enable row level security;
alter table core.document_removals force row level security;

create policy select_to_processor on core.document_removals for select
to document_processor
using (true);
comment on policy select_to_processor on core.document_removals is 'worker.sweep leaves out what is gone.';

create policy select_to_owner on core.document_removals for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.document_removals is 'worker.measure_tasks leaves out what is gone.';

create policy insert_to_processor on core.document_removals for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_removals is 'The worker records what it removed.';

revoke all on core.document_removals from public;
grant select, insert (document_id) on core.document_removals to document_processor;
