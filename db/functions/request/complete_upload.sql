-- Written by scripts/gen-migration
create or replace function request.complete_upload(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.complete_upload(p_document_id, p_file_size, p_file_hash, p_mime_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.document, v_kept);
  end if;

  return api.keep_answer(p_key, api.complete_upload(p_document_id, p_file_size, p_file_hash, p_mime_type));
end;
$$;

comment on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) is
'api.complete_upload(uuid, bigint, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.complete_upload.';

revoke all on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) from public;
grant execute on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) to casefile_api;
