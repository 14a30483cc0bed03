-- Written by scripts/gen-migration
create or replace function request.delete_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_expected_version integer default null,
  p_any_of integer[] default null
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
  perform api.delete_case(p_case_id, p_expected_version, p_any_of);
end;
$$;

comment on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) is
'api.delete_case(uuid, integer, integer[]) as the caller of a session.
Errors: those of auth.resume and of api.delete_case.';

revoke all on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) from public;
grant execute on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) to casefile_api;
