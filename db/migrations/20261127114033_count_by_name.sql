-- migrate:up

set local check_function_bodies = off;

-- db/functions/core/count_cases.sql
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
    (select count(distinct r.case_id) from unnest(core.reached_case_ids()) as r (case_id))
  );
end;
$$;

comment on function core.count_cases() is
'How many cases are within reach: those of a court by the tallies of core.case_number_series, and no case is read for it.';

revoke all on function core.count_cases() from public;
grant execute on function core.count_cases() to casefile_caller;

-- migrate:down

set local check_function_bodies = off;

-- db/functions/core/count_cases.sql
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
