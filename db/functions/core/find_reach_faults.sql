-- Whether the reach of cases matches their ties
create or replace function core.find_reach_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, problem text)
language sql
stable
security invoker
set search_path = ''
-- Reads case by case: the planner does not know how few cases there will be.
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with reach as (
    select r.case_id, r.way, r.reached_by, r.created_at
    from core.case_reach as r
    where r.case_id between p_from and p_to
  ),
  ties as (
    select t.case_id, t.way, t.reached_by, t.created_at
    from core.ties() as t
    where t.case_id between p_from and p_to
  )
  select t.case_id, concat_ws(' ', t.way, t.reached_by, 'does not reach it')
  from (select * from ties except select * from reach) as t
  union all
  select r.case_id, concat_ws(' ', r.way, r.reached_by, 'reaches it, and is not tied to it')
  from (select * from reach except select * from ties) as r;
$$;

comment on function core.find_reach_faults(uuid, uuid) is
'For DBAs, for the cases between two ids: rows in which core.case_reach differs from assignments and links. No row if all is well.';

revoke all on function core.find_reach_faults(uuid, uuid) from public;
grant execute on function core.find_reach_faults(uuid, uuid) to casefile_backup;
