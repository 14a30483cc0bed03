-- POST /api/cases/{id}/upload-document
create or replace function api.upload_document(
  p_case_id uuid,
  p_filename text,
  p_document_type text,
  p_description text default null
)
returns api.upload
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_file_type core.file_types := core.file_type(p_filename);
  v_document core.documents;
begin
  -- The guard trigger knows what may be uploaded.
  insert into core.documents (case_id, filename, document_type, description)
  values (v_case.id, core.trimmed(p_filename), core.trimmed(p_document_type), core.trimmed(p_description))
  returning * into v_document;

  return row(v_document.id, v_document.case_id, v_file_type.mime_type, v_file_type.size_limit)::api.upload;
end;
$$;

comment on function api.upload_document(uuid, text, text, text) is
'Begins an upload: the document has the status uploading before its first byte is stored. Its bytes go to the document store; then
api.complete_upload or api.fail_upload ends the upload.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL a file name or type that is not allowed, a description that is
missing or too long.';

revoke all on function api.upload_document(uuid, text, text, text) from public;
grant execute on function api.upload_document(uuid, text, text, text) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
