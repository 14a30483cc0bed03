-- Assignments, as their caller sees them
create or replace function core.assignment_records()
returns setof api.assignment
language sql
stable
security invoker
as $$
  select a.id, a.case_id, a.user_id, a.assignment_type::text, a.created_at, p.assigned_by
  from core.assignments as a
  left join core.assignment_particulars as p on p.assignment_id = a.id
  where a.revoked_at is null;
$$;

comment on function core.assignment_records() is
'All active assignments within reach; without who assigned where core.assignment_particulars shows the caller nothing. The planner
inlines it into the calling query.';

revoke all on function core.assignment_records() from public;
grant execute on function core.assignment_records() to casefile_caller;
