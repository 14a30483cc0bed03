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
  v_user_id text := core.required_text('userId', p_user_id);
  v_assignment_type core.assignment_type := core.known_word(
    'assignmentType', core.required_text('assignmentType', p_assignment_type),
    enum_range(null::core.assignment_type)::text[]
  );
  v_id uuid;
begin
  insert into core.assignments (case_id, user_id, assignment_type)
  values (v_case.id, v_user_id, v_assignment_type)
  on conflict (case_id, user_id, assignment_type) where revoked_at is null do nothing
  returning id into v_id;

  if not found then
    raise exception using
      errcode = 'JCDUP',
      message = 'This user is already assigned to the case in this way',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Assigns a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no or unknown type; 23514 a user id beyond its limit;
JCDUP already assigned.';

revoke all on function api.create_assignment(uuid, text, text) from public;
grant execute on function api.create_assignment(uuid, text, text) to hmcts_case_officer;
