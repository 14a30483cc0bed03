-- Complete an upload
create or replace function api.complete_upload(
  p_document_id uuid,
  p_file_size bigint,
  p_file_hash text,
  p_mime_type text
)
returns api.document
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_existing uuid;
begin
  update core.documents as d
  set upload_status = 'complete', file_size = p_file_size, file_hash = p_file_hash, mime_type = p_mime_type
  where d.id = p_document_id and d.upload_status = 'uploading' and d.uploaded_by = core.actor()
    and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'This upload is no longer under way. Upload the document again', detail = '{"reason": "UPLOAD_NOT_FOUND"}';
  end if;

  return (select r from core.document_records() as r where r.id = p_document_id);
exception
  when sqlstate 'JCSAM' then
    -- Names the first document if the policy shows it to the caller.
    select e.id into v_existing
    from core.documents as d
    join core.documents as e
      on e.case_id = d.case_id and e.file_hash = p_file_hash and e.upload_status = 'complete' and e.deleted_at is null
    where d.id = p_document_id;

    raise exception using
      errcode = 'JCSAM',
      message = 'This document has already been uploaded to the case',
      detail = jsonb_strip_nulls(
        jsonb_build_object('field', 'file', 'isDuplicate', true, 'existingDocumentId', v_existing)
      )::text;
end;
$$;

comment on function api.complete_upload(uuid, bigint, text, text) is
'Ends an upload whose bytes are all stored: fixes size, hash, type and version number, and hands the document to the worker.
Errors: 42501 not for this role; JCNIL no upload of the caller under way; JCSAM the same bytes are in the case already; JCVAL an
empty file, one that is too large, or content that is not what the name says.';

revoke all on function api.complete_upload(uuid, bigint, text, text) from public;
grant execute on function api.complete_upload(uuid, bigint, text, text) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
