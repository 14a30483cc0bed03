-- DELETE /api/cases/{id}/assignments/{assignmentId}
create or replace function api.revoke_assignment(p_case_id uuid, p_assignment_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  update core.assignments
  set revoked_at = now()
  where id = p_assignment_id and case_id = v_case.id and revoked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Assignment not found', detail = '{"reason": "ASSIGNMENT_NOT_FOUND"}';
  end if;
end;
$$;

comment on function api.revoke_assignment(uuid, uuid) is
'Ends an assignment, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCNIL no such active assignment of the case.';

revoke all on function api.revoke_assignment(uuid, uuid) from public;
grant execute on function api.revoke_assignment(uuid, uuid) to hmcts_case_officer;
