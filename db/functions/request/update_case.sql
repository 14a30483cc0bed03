-- Written by scripts/gen-migration
create or replace function request.update_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_expected_version integer,
  p_changes jsonb,
  p_any_of integer[] default null
)
returns api.case_record
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
    return api.update_case(p_case_id, p_expected_version, p_changes, p_any_of);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.case_record, v_kept);
  end if;

  return api.keep_answer(p_key, api.update_case(p_case_id, p_expected_version, p_changes, p_any_of));
end;
$$;

comment on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) is
'api.update_case(uuid, integer, jsonb, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.update_case.';

revoke all on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) from public;
grant execute on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) to casefile_api;
