-- The cases that the caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() = 'HMCTS_CASE_OFFICER' then
    return null;
  end if;

  return array(select r.case_id from core.case_reach as r);
end;
$$;

comment on function core.reached_case_ids() is
'The ids of all cases that core.case_reach has for the caller; null for an officer, who reaches a court. Lists in an order other
than newest first start from them.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;
