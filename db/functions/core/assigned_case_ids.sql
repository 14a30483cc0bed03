-- The cases to which the caller is assigned
create or replace function core.assigned_case_ids(p_assignment_type core.assignment_type)
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select a.case_id
  from core.assignments as a
  where a.user_id = current_setting('casefile.user_id', true)
    and a.assignment_type = p_assignment_type
    and a.revoked_at is null;
end;
$$;

comment on function core.assigned_case_ids(core.assignment_type) is
'The caller''s own active assignments of one type, for policies. Definer: policies that read each other''s tables recurse.';

revoke all on function core.assigned_case_ids(core.assignment_type) from public;
grant execute on function core.assigned_case_ids(core.assignment_type) to casefile_caller;
