-- How many cases a filter finds
create or replace function core.count_filtered_cases(p_filter core.case_filter)
returns core.case_count
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.sorted_cases.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_reached uuid[] := core.reached_case_ids();
  v_most bigint := core.most_counted();
  v_count bigint := (
    select count(*)
    from (
      select
      from core.cases as c
      where c.deleted_at is null
        and (v_reached is null or c.id = any ((select v_reached)::uuid[]))
        and core.fits_filter(c, p_filter)
      limit v_most + 1
    ) as f
  );
begin
  return row(least(v_count, v_most), v_count > v_most)::core.case_count;
end;
$$;

comment on function core.count_filtered_cases(core.case_filter) is
'How many cases within reach the filter finds, up to core.most_counted.';

revoke all on function core.count_filtered_cases(core.case_filter) from public;
grant execute on function core.count_filtered_cases(core.case_filter) to casefile_caller;
