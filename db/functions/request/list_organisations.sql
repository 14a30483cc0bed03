-- Written by scripts/gen-migration
create or replace function request.list_organisations(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.organisation_link[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_organisations(p_case_id);
end;
$$;

comment on function request.list_organisations(bytea, uuid, text, uuid) is
'api.list_organisations(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_organisations.';

revoke all on function request.list_organisations(bytea, uuid, text, uuid) from public;
grant execute on function request.list_organisations(bytea, uuid, text, uuid) to casefile_api;
