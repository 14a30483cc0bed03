\ir ../../fixtures.psql
\ir ../../caseload.psql

select is(core.count_cases(), 11::bigint, 'all within reach, without the deleted');

-- The tally counts all years, and a court without cases has none.
select act_as_dba();
alter table core.case_number_series disable trigger user;
insert into core.case_number_series (court_code, year, last_number, case_count) values ('MFC', 2022, 40, 30);
alter table core.case_number_series enable trigger user;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(core.count_cases(), 41::bigint, 'an officer''s court is not counted, but looked up');
select act_as('HMCTS_CASE_OFFICER', 'officer.four', 'LFC', null);
select is(core.count_cases(), 0::bigint, 'none, where there was never a case');

select act_as('judge');
select is(core.count_cases(), 1::bigint, 'a judge''s own');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is(core.count_cases(), 0::bigint, 'none, for a judge without assignments');

select * from finish();
rollback;
