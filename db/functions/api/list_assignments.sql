-- GET /api/cases/{id}/assignments
create or replace function api.list_assignments(p_case_id uuid)
returns api.assignment[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select r from core.assignment_records() as r where r.case_id = v_case.id order by r.created_at, r.id
  );
end;
$$;

comment on function api.list_assignments(uuid) is
'The active assignments of a case; to an adopter, its own.
Errors: JCMIS no case within reach.';

revoke all on function api.list_assignments(uuid) from public;
grant execute on function api.list_assignments(uuid) to casefile_caller;
