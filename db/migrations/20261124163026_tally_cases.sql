-- migrate:up

set local check_function_bodies = off;

-- In the order in which a creation locks them; nobody creates or deletes a case until this is through.
lock table core.cases in access exclusive mode;
alter table core.case_number_series
  add column case_count integer not null default 0
    constraint case_number_series_case_count_within check (case_count between 0 and last_number);
comment on table core.case_number_series is
'The last case number given out, one gapless series per court and year, and how many of its cases there are. Its row is
locked until the creation or deletion commits.';
comment on column core.case_number_series.case_count is 'Cases that have a number of it and are not deleted.';

-- A tally takes no number: a series that was moved by hand is left in peace.
-- db/functions/core/tg_case_number_series__in_use.sql
drop trigger tg_case_number_series__in_use on core.case_number_series;
create constraint trigger tg_case_number_series__in_use
after insert or update of last_number on core.case_number_series
deferrable initially deferred
for each row execute function core.tg_case_number_series__in_use();
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;

update core.case_number_series as s
set case_count = c.count
from (
  select c.court_code, c.number_year, count(*) as count
  from core.cases as c
  where c.deleted_at is null
  group by c.court_code, c.number_year
) as c
where (c.court_code, c.number_year) = (s.court_code, s.year);
alter table core.case_number_series alter column case_count drop default;

-- db/functions/core/count_cases.sql
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
      and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
  );
end;
$$;

comment on function core.count_cases(core.case_filter) is
'How many cases within reach the filter finds. All of a court are not counted, but looked up: core.case_number_series.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

-- db/functions/core/tg_cases__number.sql
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
'Takes the next number of the court and year, and holds its row until the creation commits: no gap, no repeat.
Definer, and a trigger: callers may not move a series.';

revoke all on function core.tg_cases__number() from public;

drop trigger if exists tg_cases__number on core.cases;
-- The last of the triggers before an insert, so that the series is locked as late as possible.
create trigger tg_cases__number
before insert on core.cases
for each row execute function core.tg_cases__number();
alter table core.cases enable always trigger tg_cases__number;

-- db/functions/core/tg_cases__tally.sql
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
'Counts a deleted case out of its series; core.tg_cases__number counts it in. No case comes back: core.tg_cases__guard.
Definer, and a trigger: callers may not move a series.';

revoke all on function core.tg_cases__tally() from public;

drop trigger if exists tg_cases__tally on core.cases;
create trigger tg_cases__tally
after update on core.cases
for each row when (old.deleted_at is null and new.deleted_at is not null)
execute function core.tg_cases__tally();
alter table core.cases enable always trigger tg_cases__tally;

-- db/policies/core.case_number_series.sql
-- Number series: core.tg_cases__number and core.tg_cases__tally move them. Their tallies are for whoever reaches all
-- cases of a court.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

drop policy if exists select_own_court on core.case_number_series;
create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

drop policy if exists all_to_owner on core.case_number_series;
create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is
'core.tg_cases__number takes the next number as the owner, core.tg_cases__tally counts.';

revoke all on core.case_number_series from public;
grant select on core.case_number_series to casefile_caller;

-- migrate:down

set local check_function_bodies = off;

lock table core.cases in access exclusive mode;

-- db/functions/core/tg_case_number_series__in_use.sql
drop trigger tg_case_number_series__in_use on core.case_number_series;
create constraint trigger tg_case_number_series__in_use
after insert or update on core.case_number_series
deferrable initially deferred
for each row execute function core.tg_case_number_series__in_use();
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;

-- db/policies/core.case_number_series.sql
drop policy if exists select_own_court on core.case_number_series;
revoke all on table core.case_number_series from casefile_caller;
-- Number series: for core.tg_cases__number alone.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

drop policy if exists all_to_owner on core.case_number_series;
create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is 'core.tg_cases__number takes the next number as the owner.';

revoke all on core.case_number_series from public;

-- db/functions/core/tg_cases__tally.sql
drop trigger if exists tg_cases__tally on core.cases;
drop function core.tg_cases__tally();

-- db/functions/core/tg_cases__number.sql
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

  insert into core.case_number_series as s (court_code, year, last_number)
  values (new.court_code, new.number_year, 1)
  on conflict (court_code, year) do update set last_number = s.last_number + 1
  returning s.last_number into new.number_sequence;

  return new;
end;
$$;

comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and holds its row until the creation commits: no gap, no repeat.
Definer, and a trigger: callers may neither read nor move a series.';

revoke all on function core.tg_cases__number() from public;

drop trigger if exists tg_cases__number on core.cases;
-- The last of the triggers before an insert, so that the series is locked as late as possible.
create trigger tg_cases__number
before insert on core.cases
for each row execute function core.tg_cases__number();
alter table core.cases enable always trigger tg_cases__number;

-- db/functions/core/count_cases.sql
-- How many cases a list has
create or replace function core.count_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and (p_filter.status is null or c.status = p_filter.status)
      and (p_filter.case_type is null or c.case_type = p_filter.case_type)
      and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
      and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
      and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
  );
end;
$$;

comment on function core.count_cases(core.case_filter) is 'How many cases within reach the filter finds.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

alter table core.case_number_series drop column case_count;
comment on table core.case_number_series is
'The last case number given out, one gapless series per court and year. Its row is locked until the creation commits.';
