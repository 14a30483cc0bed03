-- Skip numbers that lost cases may have
create or replace function core.pass_over_numbers(p_marked jsonb, p_since timestamptz, p_gap integer, p_restore_id bigint)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_count integer;
begin
  if p_gap = 0 then return 0; end if;

  -- Years that had ended at p_since got no later numbers. A missing series may have begun since.
  insert into core.case_number_gaps (court_code, year, first_number, last_number, restore_id)
  select
    c.code, y.year, coalesce(s.last_number, 0) + 1,
    greatest(s.last_number, (p_marked ->> (c.code || '/' || y.year))::integer, 0) + p_gap, p_restore_id
  from core.courts as c
  cross join generate_series(
    extract(year from p_since at time zone 'Europe/London')::integer, extract(year from now() at time zone 'Europe/London')::integer
  ) as y (year)
  left join core.case_number_series as s on s.court_code = c.code and s.year = y.year;

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  select g.court_code, g.year, g.last_number, 0
  from core.case_number_gaps as g
  where g.restore_id = p_restore_id
  on conflict (court_code, year) do update set last_number = excluded.last_number;
  get diagnostics v_count = row_count;
  -- Checks now: at the end of the transaction, a migrator's session has row_security = off.
  set constraints core.tg_case_number_series__in_use immediate;
  set constraints core.tg_case_number_series__in_use deferred;

  return v_count;
end;
$$;

comment on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) is
'Moves the series of every court, for the years since then, so many numbers beyond the last known one, in this database or in the
mark. core.case_number_gaps records the numbers passed over. Returns how many series. Only for the owner.';

revoke all on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) from public;
