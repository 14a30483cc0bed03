-- A page of all cases, newest first, as their caller may see them
create or replace function core.newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer)
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  -- One query for the page and its contents costs half as much as two. Every list opens with it.
  if core.caller_role() = 'HMCTS_CASE_OFFICER' then
    return array(
      select r
      from (
        select c.created_at, c.id
        from core.cases as c
        where c.deleted_at is null and (c.created_at, c.id) < (v_created_at, v_id)
        order by c.created_at desc, c.id desc
        limit p_limit
        offset p_offset
      ) as p
      join core.case_records() as r on r.id = p.id
      order by p.created_at desc, p.id desc
    );
  end if;

  -- By name. Each case comes once, even if it is reached in two ways.
  return array(
    select r
    from (
      select distinct w.created_at, w.case_id
      from unnest(array[core.claim('user_id'), core.claim('organisation_id')]) as n (reached_by)
      cross join lateral (
        select o.created_at, o.case_id
        from core.case_reach as o
        where o.reached_by = n.reached_by and (o.created_at, o.case_id) < (v_created_at, v_id)
        order by o.created_at desc, o.case_id desc
        limit p_offset + p_limit
      ) as w
      order by w.created_at desc, w.case_id desc
      limit p_limit
      offset p_offset
    ) as p
    join core.case_records() as r on r.id = p.case_id
    order by p.created_at desc, p.case_id desc
  );
end;
$$;

comment on function core.newest_records(core.page_cursor, bigint, integer) is
'The cases within reach, newest first, in the words of the API. With a filter, see core.newest_cases.';

revoke all on function core.newest_records(core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_records(core.page_cursor, bigint, integer) to casefile_caller;
