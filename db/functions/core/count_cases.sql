-- The number of cases, by status, type and days
create or replace function core.count_cases(p_filter core.case_filter)
returns core.case_count
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_most bigint := core.most_counted();
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
  v_since timestamptz := coalesce(p_filter.since, '-infinity');
  v_before timestamptz := coalesce(p_filter.before, 'infinity');
  v_organisation_id text;
  v_user_id text;
  v_count bigint;
begin
  if core.caller_role() <> 'HMCTS_CASE_OFFICER' then
    -- By name. Each case counts once, even if it is reached in two ways.
    if not (p_filter is null) then
      return core.count_filtered_cases(p_filter);
    end if;

    v_organisation_id := nullif(core.claim('organisation_id'), '');
    -- Counts once if user and organisation have the same id.
    v_user_id := nullif(core.claim('user_id'), v_organisation_id);
    v_count := (
      select count(*)
      from (
        select from core.case_reach as o where o.reached_by = v_organisation_id
        union all
        select
        from core.case_reach as u
        where u.reached_by = v_user_id
          and (
            v_organisation_id is null
            or not exists (
              select from core.case_reach as o where o.case_id = u.case_id and o.reached_by = v_organisation_id offset 0
            )
          )
        limit v_most + 1
      ) as f
    );
  -- By court: one query for each index.
  elsif p_filter.since is not null or p_filter.before is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null
          and c.scheduled_at >= v_since
          and c.scheduled_at < v_before
          and (v_status_place is null or c.status_place = v_status_place)
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        limit v_most + 1
      ) as f
    );
  elsif v_status_place is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null
          and c.status_place = v_status_place
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        limit v_most + 1
      ) as f
    );
  elsif v_case_type_place is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null and c.case_type_place = v_case_type_place
        limit v_most + 1
      ) as f
    );
  else
    v_count := coalesce((select sum(s.case_count) from core.case_number_series as s), 0);
    return row(v_count, false)::core.case_count;
  end if;

  return row(least(v_count, v_most), v_count > v_most)::core.case_count;
end;
$$;

comment on function core.count_cases(core.case_filter) is
'How many cases are within reach, filtered by status, type and dates if stated. Counts up to core.most_counted. The number for a
whole court comes from the tallies of core.case_number_series, without reading a case. For a filter by case number, see
core.count_filtered_cases.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;
