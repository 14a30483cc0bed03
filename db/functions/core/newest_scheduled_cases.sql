-- A page of a court's cases of some days, newest first
create or replace function core.newest_scheduled_cases(
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
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_since timestamptz := coalesce(p_filter.since, '-infinity');
  v_before timestamptz := coalesce(p_filter.before, 'infinity');
  -- One bound, where the read of the index begins: a second one would be compared entry by entry.
  v_first timestamptz := least(v_created_at, v_before);
  v_first_id uuid := case when v_created_at < v_before then v_id else '00000000-0000-0000-0000-000000000000' end;
  v_without_hearing bigint := core.attention_place(null);
  -- The sooner, the higher.
  v_most bigint := case when p_filter.since is null then 9223372036854775807 else core.attention_place(p_filter.since) end;
  v_least bigint := core.attention_place(p_filter.before);
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
begin
  -- If many of the days lie ahead, the newest cases of all are among them.
  if p_has_many and v_before > now() then
    return array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  end if;

  -- Cases without a hearing are indexed by creation, which their days refer to. Cases with one are read by its
  -- days, and sorted.
  return array(
    select row(to_char(f.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), f.id)::core.page_cursor
    from (
      (
        select c.created_at, c.id
        from core.cases as c
        where c.deleted_at is null
          and c.attention_place = v_without_hearing
          and c.created_at >= v_since
          and (c.created_at, c.id) < (v_first, v_first_id)
          and (v_status_place is null or c.status_place = v_status_place)
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        order by c.created_at desc, c.id desc
        limit p_offset + p_limit
      )
      union all
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and c.attention_place > v_least
        and c.attention_place <= v_most
        and (c.created_at, c.id) < (v_created_at, v_id)
        and (v_status_place is null or c.status_place = v_status_place)
        and (v_case_type_place is null or c.case_type_place = v_case_type_place)
    ) as f
    order by f.created_at desc, f.id desc
    limit p_limit
    offset p_offset
  );
end;
$$;

comment on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases of a court whose next hearing (or creation, without a hearing) is within the dates of the filter, with its status and
type, newest first, each with the cursor of the page after it. p_has_many: expect many of them.';

revoke all on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) from public;
grant execute on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) to casefile_caller;
