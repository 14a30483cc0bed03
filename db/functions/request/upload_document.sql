-- Written by scripts/gen-migration
create or replace function request.upload_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  -- The upload that it begins has ended, and its answer is kept.
  if p_key is not null and api.claim_key(p_key, p_request_sha256) is not null then
    return null;
  end if;

  return api.upload_document(p_case_id, p_filename, p_document_type, p_description);
end;
$$;

comment on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) is
'api.upload_document(uuid, text, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.upload_document.';

revoke all on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) from public;
grant execute on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) to casefile_api;
