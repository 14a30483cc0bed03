\ir ../../fixtures.psql
\ir ../../caseload.psql

select is((core.count_cases(null)).total, 11::bigint, 'all within reach, without the deleted');

-- The tally counts all years; a court without cases has none.
select act_as_dba();
alter table core.case_number_series disable trigger user;
insert into core.case_number_series (court_code, year, last_number, case_count) values ('MFC', 2022, 40, 30);
alter table core.case_number_series enable trigger user;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is((core.count_cases(null)).total, 41::bigint, 'an officer''s court is not counted, but looked up');
select act_as('HMCTS_CASE_OFFICER', 'officer.four', 'LFC', null);
select is((core.count_cases(null)).total, 0::bigint, 'none, where there was never a case');

select act_as('judge');
select is((core.count_cases(null)).total, 1::bigint, 'a judge''s own');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is((core.count_cases(null)).total, 0::bigint, 'none, for a judge without assignments');

-- In two ways, by its own assignment and by the link of its authority.
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.one');
select is((core.count_cases(null)).total, 1::bigint, 'a case that is reached in two ways counts once');
select is((core.count_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'by status, too');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.two');
select is((core.count_cases(null)).total, 2::bigint, 'one by its assignment, one by its authority');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, null);
select is((core.count_cases(null)).total, 1::bigint, 'one by its assignment alone');

-- By status and type.
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(4, false)::core.case_count, 'by status');
select is((core.count_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null))).total, 2::bigint, 'by type');
select is((core.count_cases(core.read_case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null))).total, 1::bigint, 'by both');
select is((core.count_cases(core.read_case_filter(null, null, '2024-07-01', '2024-07-01', null))).total, 2::bigint, 'by day');
select is((core.count_cases(core.read_case_filter('APPLICATION', null, '2024-07-01', null, null))).total, 2::bigint, 'by days and status');
select is((core.count_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, '2024-07-01', null))).total, 0::bigint, 'by days and type');
select is((core.count_cases(core.read_case_filter('CONSENT_AND_REPORTING', null, null, null, null))).total, 0::bigint, 'none');
select act_as('judge');
select is((core.count_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'of a judge''s own');
select is((core.count_cases(core.read_case_filter('DIRECTIONS', null, null, null, null))).total, 0::bigint, 'and of no other');

-- It stops once there are many.
select fill_court(995);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(999, false)::core.case_count, 'not yet many');
select fill_court(1);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(1000, false)::core.case_count, 'as many as are counted');
select fill_court(1);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(1000, true)::core.case_count, 'and more');
select is(
  core.count_cases(core.read_case_filter(null, 'INTERCOUNTRY_ADOPTION', null, null, null)), row(997, false)::core.case_count, 'by type, too'
);
select is((core.count_cases(null)).is_minimum, false, 'a whole court is looked up, however large');

select * from finish();
rollback;
