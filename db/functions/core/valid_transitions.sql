-- What a caller may do next with a case in this status
create or replace function core.valid_transitions(p_from core.case_status)
returns text[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(t.to_status::text order by t.to_status), '{}')
  from core.status_transitions as t
  where t.from_status = p_from and core.caller_role() = any (t.roles);
$$;

comment on function core.valid_transitions(core.case_status) is
'The statuses to which this caller may move a case; empty for a terminal one.';

revoke all on function core.valid_transitions(core.case_status) from public;
grant execute on function core.valid_transitions(core.case_status) to casefile_caller;
