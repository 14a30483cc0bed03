-- Read documents again after a failure
create or replace function worker.read_again(p_document_ids uuid[] default null)
returns setof uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  update core.documents as d
  set
    ocr_status = case when d.virus_scan_status = 'pending' then 'pending' else 'processing' end::core.ocr_status,
    ocr_failure_reason = null
  where (p_document_ids is null or d.id = any (p_document_ids))
    and d.upload_status = 'complete'
    and d.ocr_status = 'failed'
    and d.deleted_at is null
  returning d.id;
$$;

comment on function worker.read_again(uuid[]) is
'Queues these documents, or all, if their reading failed; returns them. One that was never scanned is scanned first.';

revoke all on function worker.read_again(uuid[]) from public;
grant execute on function worker.read_again(uuid[]) to document_processor;
