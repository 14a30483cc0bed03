-- POST /api/cases/{id}/assignments
create or replace function api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text)
returns api.assignment
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_user_id text := core.trimmed(p_user_id);
  v_assignment_type text := core.trimmed(p_assignment_type);
  v_id uuid;
begin
  perform core.refuse(
    core.check_required('userId', v_user_id),
    core.check_name('userId', v_user_id),
    core.check_required('assignmentType', v_assignment_type),
    core.check_word('assignmentType', v_assignment_type, enum_range(null::core.assignment_type)::text[])
  );

  insert into core.assignments (case_id, user_id, assignment_type)
  values (v_case.id, v_user_id, v_assignment_type::core.assignment_type)
  on conflict (case_id, user_id, assignment_type) where revoked_at is null do nothing
  returning id into v_id;

  if not found then
    raise exception using
      errcode = 'JCDUP',
      message = 'This user already has this assignment to the case',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Assigns a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no valid user id, no or unknown type;
JCDUP already assigned.';

revoke all on function api.create_assignment(uuid, text, text) from public;
grant execute on function api.create_assignment(uuid, text, text) to hmcts_case_officer;
