\ir ../../fixtures.psql
\ir ../../caseload.psql

select act_as_dba();
create function fixture.scheduled(p_from date, p_to date, p_place integer default null, p_status text default null, p_case_type text default null)
returns text language sql as $$
  select names(core.newest_scheduled_cases(
    f, case when p_place > 0 then (core.newest_scheduled_cases(f, null, p_place - 1, 1))[1] end, 0, 100
  ))
  from core.read_case_filter(p_status, p_case_type, p_from, p_to, null) as f;
$$;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);

select is(scheduled('2024-07-01', '2024-07-01'), '05 04', 'cases of one day are listed');
select is(scheduled('2024-07-01', null), '11 07 09 08 06 05 04', 'cases from a day on are listed, and a future hearing is later');
select is(scheduled(null, '2024-06-30'), '03 02 01 10', 'cases up to a day are listed by their hearing, if there is one');
select is(scheduled((now() + interval '1 day')::date, (now() + interval '3 days')::date), '11 08', 'future hearings are listed');
select is(scheduled(null, (now() + interval '3 days')::date), '11 07 08 06 05 04 03 02 01 10', 'hearings and creations are listed in the order of creation');
select is(scheduled('2024-07-02', '2024-07-01'), '', 'dates in the wrong order match nothing');
select is(scheduled('2024-01-01', null, null, 'APPLICATION'), '09 05 01', 'cases are filtered by status');
select is(scheduled('2024-01-01', null, null, null, 'FOSTER_TO_ADOPT'), '07 09', 'cases are filtered by type');
select is(scheduled('2024-01-01', null, null, 'APPLICATION', 'FOSTER_TO_ADOPT'), '09', 'cases are filtered by status and type');

select is(
  scheduled(d.from_day, d.to_day, p.place), substr(scheduled(d.from_day, d.to_day), p.place * 3 + 1), format('the rest follows after place %s of %s', p.place, d)
)
from (values (null::date, '2024-06-30'::date), ('2024-01-01', null), ('2024-01-01', '2024-07-01')) as d (from_day, to_day),
  generate_series(1, 4) as p (place);
select is(names(core.newest_scheduled_cases(core.read_case_filter(null, null, '2024-01-01', null, null), null, 2, 3)), '09 08 06', 'an offset and a number of cases are respected');

-- All three ways to read days agree.
select is(
  array[
    names(core.newest_cases(f, null, 0, 100, false)), names(core.newest_cases(f, null, 0, 100, true)),
    names(core.sorted_cases(f, null, 'createdAt', 'desc', 0, 100))
  ],
  array[scheduled(d.from_day, d.to_day, null, s), scheduled(d.from_day, d.to_day, null, s), scheduled(d.from_day, d.to_day, null, s)],
  format('all three ways to read the dates give the same list: %s', d)
)
from (
  values (null::date, '2024-06-30'::date), ('2024-01-01', null), ('2024-01-01', '2024-07-01'), ('2024-08-01', (now() + interval '9 days')::date)
) as d (from_day, to_day),
  unnest('{null,APPLICATION}'::text[]) as s,
  core.read_case_filter(s, null, d.from_day, d.to_day, null) as f;

select * from finish();
rollback;
