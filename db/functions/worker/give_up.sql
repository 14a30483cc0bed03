-- A document that cannot be scanned or read
create or replace function worker.give_up(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_job core.document_jobs;
begin
  delete from core.document_jobs as j where j.document_id = p_document_id returning * into v_job;

  -- An unscanned document stays unscanned and is never served. A deleted one does not change.
  update core.documents as d
  set ocr_status = 'failed', ocr_failure_reason = coalesce(v_job.last_failure, 'The document could not be processed')
  where d.id = p_document_id and d.deleted_at is null and d.ocr_status in ('pending', 'processing');
end;
$$;

comment on function worker.give_up(uuid) is
'Ends the work on a document as failed. worker.read_again starts it again.';

revoke all on function worker.give_up(uuid) from public;
grant execute on function worker.give_up(uuid) to document_processor;
