-- How many cases a list has
create or replace function core.count_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count.
  if p_filter is null then
    return coalesce(
      (select sum(s.case_count) from core.case_number_series as s),
      (select count(*) from core.cases as c where c.deleted_at is null)
    );
  end if;

  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and (p_filter.status is null or c.status = p_filter.status)
      and (p_filter.case_type is null or c.case_type = p_filter.case_type)
      and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
      and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
      and (
        p_filter.case_number is null
        or c.case_number collate "C" >= p_filter.case_number
        and c.case_number collate "C" < p_filter.case_number || chr(1114111) -- begins with it
      )
  );
end;
$$;

comment on function core.count_cases(core.case_filter) is
'How many cases within reach the filter finds. All of a court are not counted, but looked up: core.case_number_series.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;
