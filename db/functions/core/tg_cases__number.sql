-- The number of a new case
create or replace function core.tg_cases__number()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.number_year := extract(year from now() at time zone 'Europe/London');

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  values (new.court_code, new.number_year, 1, 1)
  on conflict (court_code, year) do update set last_number = s.last_number + 1, case_count = s.case_count + 1
  returning s.last_number into new.number_sequence;

  return new;
end;
$$;

comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and locks its row until the creation commits: no gaps and no repeats. Definer, and a
trigger: callers may not move a series.';

revoke all on function core.tg_cases__number() from public;

-- The last of the triggers before an insert, so that the series is locked as late as possible.
create trigger tg_cases__number
before insert on core.cases
for each row execute function core.tg_cases__number();
alter table core.cases enable always trigger tg_cases__number;
