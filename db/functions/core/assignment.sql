-- An assignment, as its caller may see it
create or replace function core.assignment(p_assignment core.assignments)
returns api.assignment
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_assignment.id, p_assignment.case_id, p_assignment.user_id, p_assignment.assignment_type::text,
    p_assignment.created_at,
    (select p.assigned_by from core.assignment_particulars as p where p.assignment_id = p_assignment.id)
  )::api.assignment;
end;
$$;

comment on function core.assignment(core.assignments) is
'The assignment; without who made it where core.assignment_particulars shows the caller nothing.';

revoke all on function core.assignment(core.assignments) from public;
grant execute on function core.assignment(core.assignments) to casefile_caller;
