-- What a caller may do next with a case in each status
create or replace function core.valid_transitions()
returns table (from_status core.case_status, to_statuses text[])
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
begin
  return query
  select t.from_status, array_agg(t.to_status::text order by t.to_status)
  from core.status_transitions as t
  where v_role = any (t.roles)
  group by t.from_status;
end;
$$;

comment on function core.valid_transitions() is
'The statuses to which this caller may move a case, for each status that has any.';

revoke all on function core.valid_transitions() from public;
grant execute on function core.valid_transitions() to casefile_caller;
