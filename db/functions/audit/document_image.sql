-- A document as the audit trail records it
create or replace function audit.document_image(p_document core.documents)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'filename', p_document.filename,
    'documentType', p_document.document_type,
    'description', p_document.description,
    'fileSize', p_document.file_size,
    'fileHash', p_document.file_hash,
    'mimeType', p_document.mime_type,
    'version', p_document.version,
    'uploadStatus', p_document.upload_status,
    'virusScanStatus', p_document.virus_scan_status,
    'ocrStatus', p_document.ocr_status,
    'ocrFailureReason', p_document.ocr_failure_reason,
    'ocrPageCount', p_document.ocr_page_count,
    'ocrPagesRead', p_document.ocr_pages_read,
    'deletedAt', to_char(p_document.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  );
end;
$$;

comment on function audit.document_image(core.documents) is
'Every field of a document that can change, and those that it was uploaded with, named as the API names them.';

revoke all on function audit.document_image(core.documents) from public;
grant execute on function audit.document_image(core.documents) to casefile_backup;
