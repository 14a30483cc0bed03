-- Written by scripts/gen-migration
create or replace function request.download_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return api.download_document(p_document_id);
end;
$$;

comment on function request.download_document(bytea, uuid, text, uuid) is
'api.download_document(uuid) as the caller of a session.
Errors: those of auth.resume and of api.download_document.';

revoke all on function request.download_document(bytea, uuid, text, uuid) from public;
grant execute on function request.download_document(bytea, uuid, text, uuid) to casefile_api;
