-- Gather the reach of cases
create or replace function core.gather_reach(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- As in core.gather_participants.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  delete from core.case_reach as r
  where r.case_id = any (p_case_ids)
    and not exists (
      select from core.ties() as t where t.case_id = r.case_id and t.way = r.way and t.reached_by = r.reached_by
    );

  insert into core.case_reach (case_id, way, reached_by, created_at)
  select t.case_id, t.way, t.reached_by, t.created_at
  from core.ties() as t
  where t.case_id = any (p_case_ids)
  on conflict (case_id, way, reached_by) do nothing;
end;
$$;

comment on function core.gather_reach(uuid[]) is
'Writes core.case_reach from core.ties, for the given cases. For triggers, and for use after changes with triggers disabled.';

revoke all on function core.gather_reach(uuid[]) from public;
