-- End a failed upload
create or replace function api.fail_upload(p_document_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
update core.documents
  set upload_status = 'failed'
  where id = p_document_id and upload_status = 'uploading' and uploaded_by = core.actor() and deleted_at is null;
$$;

comment on function api.fail_upload(uuid) is
'Ends an upload of the caller that was refused or cut off.';

revoke all on function api.fail_upload(uuid) from public;
grant execute on function api.fail_upload(uuid) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
