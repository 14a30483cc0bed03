-- Written by scripts/gen-migration
create or replace function request.list_case_audit(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.audit_page
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_case_audit(p_case_id, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) is
'api.list_case_audit(uuid, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_case_audit.';

revoke all on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) from public;
grant execute on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) to casefile_api;
