-- Written by scripts/gen-migration
create or replace function request.change_case_status(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_expected_version integer,
  p_status text,
  p_reason text default null,
  p_any_of integer[] default null
)
returns api.status_change
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
    return api.change_case_status(p_case_id, p_expected_version, p_status, p_reason, p_any_of);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.status_change, v_kept);
  end if;

  return api.keep_answer(p_key, api.change_case_status(p_case_id, p_expected_version, p_status, p_reason, p_any_of));
end;
$$;

comment on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) is
'api.change_case_status(uuid, integer, text, text, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.change_case_status.';

revoke all on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) from public;
grant execute on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) to casefile_api;
