-- A document, as an answer shows it
create or replace function core.document(p_document core.documents)
returns api.document
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_document.id, p_document.case_id, p_document.filename, p_document.filename, p_document.document_type,
    p_document.description, p_document.file_size, p_document.file_hash, p_document.mime_type, p_document.uploaded_by,
    p_document.uploaded_at, p_document.version, p_document.upload_status::text, p_document.ocr_status::text,
    p_document.ocr_completed_at, p_document.ocr_failure_reason, p_document.virus_scan_status::text,
    p_document.virus_scan_completed_at, core.side_of(p_document.case_id, p_document.uploaded_by), p_document.ocr_page_count,
    p_document.ocr_pages_read
  )::api.document;
end;
$$;

comment on function core.document(core.documents) is
'The document in the words of the API.';

revoke all on function core.document(core.documents) from public;
grant execute on function core.document(core.documents) to casefile_caller;
