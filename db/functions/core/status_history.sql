-- The history of a case's status
create or replace function core.status_history(p_case_id uuid)
returns setof api.status_history_entry
language sql
stable
security invoker
as $$
  select s.from_status::text, s.to_status::text, s.changed_at, p.changed_by
  from core.status_changes as s
  left join core.status_change_particulars as p on p.status_change_id = s.id
  where s.case_id = p_case_id
  order by s.id;
$$;

comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing. The planner
inlines it into the calling query.';

revoke all on function core.status_history(uuid) from public;
grant execute on function core.status_history(uuid) to casefile_caller;
