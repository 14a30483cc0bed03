-- How many cases somebody reaches
create or replace function core.count_cases()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count; everybody else reaches cases by name.
  return coalesce(
    (select sum(s.case_count) from core.case_number_series as s),
    (select count(distinct r.case_id) from core.case_reach as r)
  );
end;
$$;

comment on function core.count_cases() is
'How many cases are within reach: those of a court by the tallies of core.case_number_series, and no case is read for it.';

revoke all on function core.count_cases() from public;
grant execute on function core.count_cases() to casefile_caller;
