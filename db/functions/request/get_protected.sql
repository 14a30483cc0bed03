-- Written by scripts/gen-migration
create or replace function request.get_protected(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text
)
returns api.greeting
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_protected();
end;
$$;

comment on function request.get_protected(bytea, uuid, text) is
'api.get_protected() as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_protected.';

revoke all on function request.get_protected(bytea, uuid, text) from public;
grant execute on function request.get_protected(bytea, uuid, text) to casefile_api;
