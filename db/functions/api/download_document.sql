-- GET /api/documents/{id}/download
create or replace function api.download_document(p_document_id uuid)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  if v_document.virus_scan_status = 'infected' then
    raise exception using errcode = 'JCINF', message = 'This document is infected and cannot be downloaded';
  end if;

  if v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned for viruses yet. Try again in a few seconds',
      detail = jsonb_build_object('virusScanStatus', v_document.virus_scan_status)::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
end;
$$;

comment on function api.download_document(uuid) is
'Returns where the bytes of a document are. The download is recorded before any of them are sent.
Errors: JCMIS no document within reach; JCINF infected; JCUNS not scanned yet.';

revoke all on function api.download_document(uuid) from public;
grant execute on function api.download_document(uuid) to casefile_caller;
