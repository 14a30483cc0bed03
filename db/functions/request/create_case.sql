-- Written by scripts/gen-migration
create or replace function request.create_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
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
    return api.create_case(p_case_type, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference, p_next_hearing);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.case_record, v_kept);
  end if;

  return api.keep_answer(p_key, api.create_case(p_case_type, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference, p_next_hearing));
end;
$$;

comment on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) is
'api.create_case(text, text, text, text, text, timestamptz) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_case.';

revoke all on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) from public;
grant execute on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) to casefile_api;
