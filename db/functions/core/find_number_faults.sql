-- Whether each number is that of a case, or of a gap
create or replace function core.find_number_faults()
returns table (court_code text, year integer, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with numbers as (
    select c.court_code, c.number_year as year, count(*) as cases, max(c.number_sequence) as last_number
    from core.cases as c
    group by c.court_code, c.number_year
  ),
  gaps as (
    select g.court_code, g.year, sum(g.last_number - g.first_number + 1) as missing, max(g.last_number) as last_number
    from core.case_number_gaps as g
    group by g.court_code, g.year
  ),
  series as (
    select
      s.court_code, s.year, s.last_number, coalesce(n.cases, 0) + coalesce(g.missing, 0) as known,
      greatest(n.last_number, g.last_number) as last_known
    from core.case_number_series as s
    left join numbers as n on n.court_code = s.court_code and n.year = s.year
    left join gaps as g on g.court_code = s.court_code and g.year = s.year
  )
  select s.court_code, s.year, 'the series is not where its cases are'
  from series as s
  where s.last_number is distinct from s.last_known
  union all
  select s.court_code, s.year, 'numbers are missing'
  from series as s
  where s.known <> s.last_known
  union all
  select n.court_code, n.year, 'cases without a series'
  from numbers as n
  where not exists (select from core.case_number_series as s where s.court_code = n.court_code and s.year = n.year)
  union all
  select c.court_code, c.number_year, 'a case has a number that was passed over: ' || c.case_number
  from core.case_number_gaps as g
  join core.cases as c
    on c.court_code = g.court_code and c.number_year = g.year and c.number_sequence between g.first_number and g.last_number;
$$;

comment on function core.find_number_faults() is
'For DBAs: the series of case numbers that have a gap without a record in core.case_number_gaps, or that do not match their cases.
No row if all is well.';

revoke all on function core.find_number_faults() from public;
grant execute on function core.find_number_faults() to casefile_backup;
