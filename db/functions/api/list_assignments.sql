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
    select row(a.id, a.case_id, a.user_id, a.assignment_type::text, a.created_at, p.assigned_by)::api.assignment
    from core.assignments as a
    left join core.assignment_particulars as p on p.assignment_id = a.id
    where a.case_id = v_case.id and a.revoked_at is null
    order by a.created_at, a.id
  );
end;
$$;

comment on function api.list_assignments(uuid) is
'The active assignments of a case; to an adopter, its own.
Errors: JCMIS no case within reach.';

revoke all on function api.list_assignments(uuid) from public;
grant execute on function api.list_assignments(uuid) to casefile_caller;
