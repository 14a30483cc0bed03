-- The cases, set by set and without the triggers, which take a row at a time: so what they guarantee is written
-- here by hand, and check.sql looks whether it holds. current_setting('bench.cases') says how many there shall be.
--
-- Case n, from 0, belongs to court n % 50 and is its case number n / 50 + 1. Its id is computed from n, so that
-- wrk and pgbench need no list of them: it ends with 1,000,000 + n. Half of the cases (n / 50 odd) are fresh
-- applications; W6 moves those.

set session_replication_role = replica; -- no foreign keys while loading
set synchronous_commit = off;
set work_mem = '256MB';

do $$
declare
  v_trigger record;
begin
  for v_trigger in
    select tgrelid::regclass as of_table, tgname as name from pg_trigger where tgenabled = 'A' and not tgisinternal
  loop
    execute format('alter table %s disable trigger %I', v_trigger.of_table, v_trigger.name);
  end loop;
end;
$$;

create temp table loading as
select
  n,
  n / 50 as place,
  c.code as court_code,
  lpad((1000000 + n)::text, 32, '01940000000070008000000000000000')::uuid as case_id,
  'officer.' || n % 50 as officer,
  -- Forty cases to each judge.
  case when n / 50 % 10 = 2 then 'judge.' || (n / 500 * 50 + n % 50) % greatest(1, s.cases / 400) end as judge,
  -- Over eleven months of the year before, so that no change of them lies in the future.
  date_trunc('year', now()) - interval '1 year' + interval '334 days' * n / s.cases as created_at,
  case n / 50 % 20
    when 2 then '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,ORDER_GRANTED}'
    when 4 then '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING}'
    when 8 then '{APPLICATION,DIRECTIONS}'
    when 12 then '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING}'
    when 16 then '{APPLICATION,ON_HOLD}'
    else '{APPLICATION}'
  end::core.case_status[] as stages
from (select current_setting('bench.cases')::integer as cases) as s
cross join generate_series(0, s.cases - 1) as n
join (select code, row_number() over (order by code) - 1 as number from core.courts) as c on c.number = n % 50
order by n;

-- Every change of status, a day after the other.
create temp table moves as
select
  row_number() over (order by m.created_at + m.stage * interval '1 day', m.n) as id,
  m.*,
  m.created_at + m.stage * interval '1 day' as changed_at,
  m.stages[m.stage] as from_status,
  m.stages[m.stage + 1] as to_status,
  case when m.stages[m.stage + 1] = 'ORDER_GRANTED' then m.judge else m.officer end as changed_by,
  case when m.stages[m.stage + 1] = 'ON_HOLD' then 'The report of the local authority is outstanding' end as reason
from (select l.*, generate_series(1, cardinality(l.stages) - 1) as stage from loading as l) as m;

insert into core.status_changes (id, case_id, court_code, from_status, to_status, changed_at)
overriding system value
select m.id, m.case_id, m.court_code, m.from_status, m.to_status, m.changed_at
from moves as m
order by m.id;

insert into core.status_change_particulars (status_change_id, case_id, court_code, changed_by, reason)
select m.id, m.case_id, m.court_code, m.changed_by, m.reason
from moves as m
order by m.id;

insert into core.case_details (case_id, court_code, version, notes, created_by)
select l.case_id, l.court_code, 1, 'Application received by post, number ' || l.n || ' of this caseload', l.officer
from loading as l
order by l.n;

insert into core.cases (
  id, court_code, number_year, number_sequence, case_type, status, status_change_id, next_hearing, version,
  created_at, updated_at
)
select
  l.case_id,
  l.court_code,
  extract(year from l.created_at),
  l.place + 1,
  t.words[1 + l.place % cardinality(t.words)],
  l.stages[cardinality(l.stages)],
  m.id,
  case when l.place % 3 = 0 then date_trunc('hour', l.created_at) + interval '1 year' end,
  cardinality(l.stages),
  l.created_at,
  coalesce(m.changed_at, l.created_at)
from loading as l
cross join (select enum_range(null::core.case_type) as words) as t
left join moves as m on m.n = l.n and m.stage = cardinality(l.stages) - 1
order by l.n;

insert into core.case_number_series (court_code, year, last_number, case_count)
select c.court_code, c.number_year, max(c.number_sequence), count(*)
from core.cases as c
group by c.court_code, c.number_year;

select setval(pg_get_serial_sequence('core.status_changes', 'id'), max(m.id)) from moves as m;
