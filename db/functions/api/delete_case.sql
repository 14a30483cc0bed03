-- DELETE /api/cases/{id}
create or replace function api.delete_case(
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
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  update core.cases
  set deleted_at = now()
  where id = v_case.id;
end;
$$;

comment on function api.delete_case(uuid, integer, integer[]) is
'Deletes a case softly: after that, only the audit trail shows it.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';

revoke all on function api.delete_case(uuid, integer, integer[]) from public;
grant execute on function api.delete_case(uuid, integer, integer[]) to hmcts_case_officer;
