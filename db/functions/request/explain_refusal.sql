-- Written by scripts/gen-migration
create or replace function request.explain_refusal(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_operation text,
  p_subject_id uuid
)
returns audit.refusal
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return audit.explain_refusal(p_operation, p_subject_id);
end;
$$;

comment on function request.explain_refusal(bytea, uuid, text, text, uuid) is
'audit.explain_refusal(text, uuid) as the caller of a session.
Errors: those of auth.resume and of audit.explain_refusal.';

revoke all on function request.explain_refusal(bytea, uuid, text, text, uuid) from public;
grant execute on function request.explain_refusal(bytea, uuid, text, text, uuid) to casefile_api;
