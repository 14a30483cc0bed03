-- Written by scripts/gen-migration
create or replace function request.list_document_versions(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_filename text
)
returns api.document[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_document_versions(p_case_id, p_filename);
end;
$$;

comment on function request.list_document_versions(bytea, uuid, text, uuid, text) is
'api.list_document_versions(uuid, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_document_versions.';

revoke all on function request.list_document_versions(bytea, uuid, text, uuid, text) from public;
grant execute on function request.list_document_versions(bytea, uuid, text, uuid, text) to casefile_api;
