-- A page of cases, newest first
create or replace function core.newest_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- One plan serves all pages: along the index of a court, or through the few cases that the caller reaches. Without a known
-- limit, the planner would sort a whole court.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Without a cursor, these bounds always hold: either way, a read of the index begins at the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
  v_page core.page_cursor[];
begin
  if core.caller_role() <> 'HMCTS_CASE_OFFICER' then
    -- By name. Each case comes once, even if it is reached in two ways.
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.case_id)::core.page_cursor
      from (
        select distinct r.created_at, r.case_id
        from unnest(array[core.claim('user_id'), core.claim('organisation_id')]) as n (reached_by)
        cross join lateral (
          select w.created_at, w.case_id
          from core.case_reach as w
          where w.reached_by = n.reached_by
            and (w.created_at, w.case_id) < (v_created_at, v_id)
            and (
              p_filter is null
              or exists (select from core.cases as c where c.id = w.case_id and core.fits_filter(c, p_filter) offset 0)
            )
          order by w.created_at desc, w.case_id desc
          limit p_offset + p_limit
        ) as r
      ) as c
      order by c.created_at desc, c.case_id desc
      limit p_limit
      offset p_offset
    );
  elsif p_filter.since is not null or p_filter.before is not null then
    v_page := core.newest_scheduled_cases(p_filter, p_after, p_offset, p_limit, p_has_many);
  -- By court: one query for each index.
  elsif v_status_place is not null then
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and c.status_place = v_status_place
        and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  elsif v_case_type_place is not null then
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and c.case_type_place = v_case_type_place
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  else
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  end if;

  return v_page;
end;
$$;

comment on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases within reach, filtered by status, type and dates if stated, newest first, each with the cursor of the page after it.
p_has_many: expect many of them. For a filter by case number, see core.sorted_cases.';

revoke all on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) from public;
grant execute on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) to casefile_caller;
