\ir ../../fixtures.psql
\ir ../../caseload.psql

select is((core.count_cases(null)).total, 11::bigint, 'all cases within reach are counted, without deleted ones');

-- The tally counts all years; a court without cases has none.
select act_as_dba();
alter table core.case_number_series disable trigger user;
insert into core.case_number_series (court_code, year, last_number, case_count) values ('MFC', 2022, 40, 30);
alter table core.case_number_series enable trigger user;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is((core.count_cases(null)).total, 41::bigint, 'the whole list of an officer''s court is looked up and not counted');
select act_as('HMCTS_CASE_OFFICER', 'officer.four', 'LFC', null);
select is((core.count_cases(null)).total, 0::bigint, 'a court that never had a case has none');

select act_as('judge');
select is((core.count_cases(null)).total, 1::bigint, 'a judge''s own cases are counted');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is((core.count_cases(null)).total, 0::bigint, 'a judge without assignments has no cases');

-- In two ways, by its own assignment and by the link of its authority.
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.one');
select is((core.count_cases(null)).total, 1::bigint, 'a case that is reached in two ways counts once');
select is((core.count_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'a case that is reached in two ways counts once with a filter by status');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.two');
select is((core.count_cases(null)).total, 2::bigint, 'a case by assignment and a case by authority count as two');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, null);
select is((core.count_cases(null)).total, 1::bigint, 'without an authority, only the case by assignment counts');

-- By status and type.
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(4, false)::core.case_count, 'cases of a status are counted');
select is((core.count_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null))).total, 2::bigint, 'cases of a type are counted');
select is((core.count_cases(core.read_case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null))).total, 1::bigint, 'cases of a status and type are counted');
select is((core.count_cases(core.read_case_filter(null, null, '2024-07-01', '2024-07-01', null))).total, 2::bigint, 'cases of a day are counted');
select is((core.count_cases(core.read_case_filter('APPLICATION', null, '2024-07-01', null, null))).total, 2::bigint, 'cases of some days and a status are counted');
select is((core.count_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, '2024-07-01', null))).total, 0::bigint, 'cases of some days and a type are counted');
select is((core.count_cases(core.read_case_filter('CONSENT_AND_REPORTING', null, null, null, null))).total, 0::bigint, 'a status that no case has gives 0');
select act_as('judge');
select is((core.count_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'a judge''s own cases of a status are counted');
select is((core.count_cases(core.read_case_filter('DIRECTIONS', null, null, null, null))).total, 0::bigint, 'cases of others are not counted for a judge');

-- It stops once there are many.
select fill_court(995);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(999, false)::core.case_count, 'below the limit, the count is exact');
select fill_court(1);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(1000, false)::core.case_count, 'at the limit, the count is exact');
select fill_court(1);
select is(core.count_cases(core.read_case_filter('APPLICATION', null, null, null, null)), row(1000, true)::core.case_count, 'beyond the limit, the count is a minimum');
select is(
  core.count_cases(core.read_case_filter(null, 'INTERCOUNTRY_ADOPTION', null, null, null)), row(997, false)::core.case_count, 'cases of a type are counted exactly below the limit'
);
select is((core.count_cases(null)).is_minimum, false, 'a whole court is never a minimum, however large');

select * from finish();
rollback;
