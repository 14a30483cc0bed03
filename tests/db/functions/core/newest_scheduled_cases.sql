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

select is(scheduled('2024-07-01', '2024-07-01'), '05 04', 'of one day');
select is(scheduled('2024-07-01', null), '11 07 09 08 06 05 04', 'from a day on: a hearing is later');
select is(scheduled(null, '2024-06-30'), '03 02 01 10', 'by day: not by creation if there is a hearing');
select is(scheduled((now() + interval '1 day')::date, (now() + interval '3 days')::date), '11 08', 'hearings of days to come');
select is(scheduled(null, (now() + interval '3 days')::date), '11 07 08 06 05 04 03 02 01 10', 'hearings and creations, in the order of creation');
select is(scheduled('2024-07-02', '2024-07-01'), '', 'of no day');
select is(scheduled('2024-01-01', null, null, 'APPLICATION'), '09 05 01', 'of a status');
select is(scheduled('2024-01-01', null, null, null, 'FOSTER_TO_ADOPT'), '07 09', 'of a type');
select is(scheduled('2024-01-01', null, null, 'APPLICATION', 'FOSTER_TO_ADOPT'), '09', 'of both');

select is(
  scheduled(d.from_day, d.to_day, p.place), substr(scheduled(d.from_day, d.to_day), p.place * 3 + 1), format('after place %s of %s', p.place, d)
)
from (values (null::date, '2024-06-30'::date), ('2024-01-01', null), ('2024-01-01', '2024-07-01')) as d (from_day, to_day),
  generate_series(1, 4) as p (place);
select is(names(core.newest_scheduled_cases(core.read_case_filter(null, null, '2024-01-01', null, null), null, 2, 3)), '09 08 06', 'from an offset, as many as asked for');

-- All three ways to read days agree.
select is(
  array[
    names(core.newest_cases(f, null, 0, 100, false)), names(core.newest_cases(f, null, 0, 100, true)),
    names(core.sorted_cases(f, null, 'createdAt', 'desc', 0, 100))
  ],
  array[scheduled(d.from_day, d.to_day, null, s), scheduled(d.from_day, d.to_day, null, s), scheduled(d.from_day, d.to_day, null, s)],
  format('in whatever way: %s', d)
)
from (
  values (null::date, '2024-06-30'::date), ('2024-01-01', null), ('2024-01-01', '2024-07-01'), ('2024-08-01', (now() + interval '9 days')::date)
) as d (from_day, to_day),
  unnest('{null,APPLICATION}'::text[]) as s,
  core.read_case_filter(s, null, d.from_day, d.to_day, null) as f;

select * from finish();
rollback;
