-- Written by scripts/gen-migration
create or replace function request.get_upload_form(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.upload_form
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_upload_form(p_case_id);
end;
$$;

comment on function request.get_upload_form(bytea, uuid, text, uuid) is
'api.get_upload_form(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_upload_form.';

revoke all on function request.get_upload_form(bytea, uuid, text, uuid) from public;
grant execute on function request.get_upload_form(bytea, uuid, text, uuid) to casefile_api;
