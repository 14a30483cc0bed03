\ir ../../fixtures.psql
\ir ../../caseload.psql

select is(core.count_cases(null), 11::bigint, 'all within reach, without the deleted');
select is(core.count_cases(core.case_filter(null, null, null, null, null)), 11::bigint, 'so says a filter that leaves nothing out');
select is(core.count_cases(core.case_filter('APPLICATION', null, null, null, null)), 4::bigint, 'by status');
select is(core.count_cases(core.case_filter(null, 'FOSTER_TO_ADOPT', null, null, null)), 2::bigint, 'by type');
select is(core.count_cases(core.case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null)), 1::bigint, 'by both');
select is(core.count_cases(core.case_filter(null, null, null, null, 'mfc/2023/')), 1::bigint, 'by the beginning of the number');
select is(core.count_cases(core.case_filter(null, null, null, null, '2023')), 0::bigint, 'not by its middle');
select is(core.count_cases(core.case_filter(null, null, null, null, 'MFC/2024/_____')), 0::bigint, 'a pattern is no pattern');
select is(core.count_cases(core.case_filter(null, null, '2024-07-01', '2024-07-01', null)), 2::bigint, 'by the day of creation');

-- The tally counts all years, and a court without cases has none.
select act_as_dba();
alter table core.case_number_series disable trigger user;
insert into core.case_number_series (court_code, year, last_number, case_count) values ('MFC', 2022, 40, 30);
alter table core.case_number_series enable trigger user;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(core.count_cases(null), 41::bigint, 'an officer''s court is not counted, but looked up');
select act_as('HMCTS_CASE_OFFICER', 'officer.four', 'LFC', null);
select is(core.count_cases(null), 0::bigint, 'none, where there was never a case');

select act_as('judge');
select is(core.count_cases(null), 1::bigint, 'a judge''s own');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is(core.count_cases(null), 0::bigint, 'none, for a judge without assignments');

select * from finish();
rollback;
