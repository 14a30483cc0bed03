-- Written by scripts/gen-migration
create or replace function request.unlink_organisation(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_organisation_id text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.unlink_organisation(p_case_id, p_organisation_id);
end;
$$;

comment on function request.unlink_organisation(bytea, uuid, text, uuid, text) is
'api.unlink_organisation(uuid, text) as the caller of a session.
Errors: those of auth.resume and of api.unlink_organisation.';

revoke all on function request.unlink_organisation(bytea, uuid, text, uuid, text) from public;
grant execute on function request.unlink_organisation(bytea, uuid, text, uuid, text) to casefile_api;
