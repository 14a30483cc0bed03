\ir ../../fixtures.psql

create function fixture.created() returns text language sql as $$
  select (api.create_case('AGENCY_ADOPTION')).case_number;
$$;
create function fixture.number(p_court text, p_number text) returns text language sql as $$
  select p_court || '/' || extract(year from now() at time zone 'Europe/London') || '/' || p_number;
$$;
create function fixture.series(p_court text) returns text language sql security definer as $$
  select string_agg(s.year - extract(year from now() at time zone 'Europe/London') || ':' || s.last_number, ' ' order by s.year)
  from core.case_number_series as s
  where s.court_code = p_court;
$$;
-- Earlier numbers, without their cases.
alter table core.case_number_series disable trigger user;
insert into core.case_number_series
values
  ('MFC', extract(year from now() at time zone 'Europe/London') - 1, 57, 0),
  ('CFC', extract(year from now() at time zone 'Europe/London'), 99998, 0);
alter table core.case_number_series enable trigger user;

select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(created(), number('MFC', '00001'), 'a new year begins with number 1');
select is(created(), number('MFC', '00002'), 'the next case gets the next number');
select is(series('MFC'), '-1:57 0:2', 'the series of the previous year stays');

select act_as('HMCTS_CASE_OFFICER', 'officer.four', 'LFC', null);
select is(created(), number('LFC', '00001'), 'each court has its own numbers');
select is(series('MFC'), '-1:57 0:2', 'a case of another court does not move the series');

savepoint before_a_failure;
select created();
select throws_ok(
  $$select api.create_case('AGENCY_ADOPTION', repeat('x', 20001))$$, 'JCVAL', null, 'a creation may fail before it takes a number'
);
select throws_ok(
  $$select created(), 1 / 0$$, '22012', null, 'a creation may fail after it took a number'
);
rollback to before_a_failure;
select is(created(), number('LFC', '00002'), 'failed and rolled-back creations leave no gap');

select act_as('HMCTS_CASE_OFFICER', 'officer.five', 'CFC', null);
select is(created(), number('CFC', '99999'), 'the last number of five digits is 99999');
select is(created(), number('CFC', '100000'), 'the number after 99999 has six digits');

select act_as_dba();
set local session_replication_role = replica;
insert into core.case_details (case_id, court_code) values ('00000000-0000-7000-8000-0000000000a1', 'MFC');
insert into core.cases (id, court_code, case_type, number_year, number_sequence)
values ('00000000-0000-7000-8000-0000000000a1', 'MFC', 'AGENCY_ADOPTION', 1999, 12);
select is(c.case_number, number('MFC', '00003'), 'nobody can choose a number, even with session_replication_role = replica')
from core.cases as c where c.id = '00000000-0000-7000-8000-0000000000a1';

select * from finish();
rollback;
