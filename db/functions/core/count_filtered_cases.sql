-- How many cases a filter finds
create or replace function core.count_filtered_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and core.fits_filter(c, p_filter)
  );
end;
$$;

comment on function core.count_filtered_cases(core.case_filter) is 'How many cases within reach the filter finds.';

revoke all on function core.count_filtered_cases(core.case_filter) from public;
grant execute on function core.count_filtered_cases(core.case_filter) to casefile_caller;
