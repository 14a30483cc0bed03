-- Written by scripts/gen-migration
create or replace function request.link_organisation(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_organisation_id text,
  p_organisation_type text
)
returns api.organisation_link
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
    return api.link_organisation(p_case_id, p_organisation_id, p_organisation_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.organisation_link, v_kept);
  end if;

  return api.keep_answer(p_key, api.link_organisation(p_case_id, p_organisation_id, p_organisation_type));
end;
$$;

comment on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) is
'api.link_organisation(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.link_organisation.';

revoke all on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) from public;
grant execute on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) to casefile_api;
