-- How many cases somebody reaches
create or replace function core.count_cases()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count.
  return coalesce(
    (select sum(s.case_count) from core.case_number_series as s),
    (select count(*) from core.cases as c where c.deleted_at is null)
  );
end;
$$;

comment on function core.count_cases() is
'How many cases are within reach. Those of a court are not counted, but looked up: core.case_number_series.';

revoke all on function core.count_cases() from public;
grant execute on function core.count_cases() to casefile_caller;
