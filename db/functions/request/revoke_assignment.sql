-- Written by scripts/gen-migration
create or replace function request.revoke_assignment(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_assignment_id uuid
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
  perform api.revoke_assignment(p_case_id, p_assignment_id);
end;
$$;

comment on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) is
'api.revoke_assignment(uuid, uuid) as the caller of a session.
Errors: those of auth.resume and of api.revoke_assignment.';

revoke all on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) from public;
grant execute on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) to casefile_api;
