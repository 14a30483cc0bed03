-- Record that a failed upload is gone
create or replace function worker.record_removal(p_document_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
insert into core.document_removals (document_id) values (p_document_id) on conflict do nothing;
$$;

comment on function worker.record_removal(uuid) is
'Records a removal, so that worker.sweep does not name the document again.';

revoke all on function worker.record_removal(uuid) from public;
grant execute on function worker.record_removal(uuid) to document_processor;
