-- Record the text of a document
create or replace function worker.record_text(
  p_document_id uuid,
  p_lease uuid,
  p_text text,
  p_page_count integer default null,
  p_pages_read integer default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- Locks the document before the audit chain, as everything else does.
  update core.documents
  set ocr_status = 'complete', ocr_page_count = p_page_count, ocr_pages_read = p_pages_read
  where id = p_document_id;

  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
  delete from core.document_jobs where document_id = p_document_id;
end;
$$;

comment on function worker.record_text(uuid, uuid, text, integer, integer) is
'Stores the text and how many pages it is from; ends the work on the document.
Errors: JCLEA the claim is lost.';

revoke all on function worker.record_text(uuid, uuid, text, integer, integer) from public;
grant execute on function worker.record_text(uuid, uuid, text, integer, integer) to document_processor;
