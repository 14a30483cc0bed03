-- How many cases a series has
create or replace function core.tg_cases__tally()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update core.case_number_series as s
  set case_count = s.case_count - 1
  where s.court_code = new.court_code and s.year = new.number_year;

  return null;
end;
$$;

comment on function core.tg_cases__tally() is
'Counts a deleted case out of its series; core.tg_cases__number counts it in. core.tg_cases__guard refuses undelete. Definer, and a
trigger: callers may not move a series.';

revoke all on function core.tg_cases__tally() from public;

create trigger tg_cases__tally
after update on core.cases
for each row when (old.deleted_at is null and new.deleted_at is not null)
execute function core.tg_cases__tally();
alter table core.cases enable always trigger tg_cases__tally;
