-- Written by scripts/gen-migration
create or replace function request.create_assignment(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_user_id text,
  p_assignment_type text
)
returns api.assignment
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
    return api.create_assignment(p_case_id, p_user_id, p_assignment_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.assignment, v_kept);
  end if;

  return api.keep_answer(p_key, api.create_assignment(p_case_id, p_user_id, p_assignment_type));
end;
$$;

comment on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) is
'api.create_assignment(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_assignment.';

revoke all on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) from public;
grant execute on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) to casefile_api;
