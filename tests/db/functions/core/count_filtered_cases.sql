\ir ../../fixtures.psql
\ir ../../caseload.psql

select is((core.count_filtered_cases(core.read_case_filter('APPLICATION', null, null, null, null))).total, 4::bigint, 'cases of a status are counted');
select is((core.count_filtered_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null))).total, 2::bigint, 'cases of a type are counted');
select is((core.count_filtered_cases(core.read_case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null))).total, 1::bigint, 'cases of a status and type are counted');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'mfc/2023/'))).total, 1::bigint, 'cases are counted by the beginning of the number');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, '2023'))).total, 0::bigint, 'a middle part of a number matches nothing');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'MFC/2024/_____'))).total, 0::bigint, 'a wildcard in a number matches only itself');
select is((core.count_filtered_cases(core.read_case_filter(null, null, '2024-07-01', '2024-07-01', null))).total, 2::bigint, 'cases are counted by the day of creation');

select act_as('judge');
select is((core.count_filtered_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'a judge''s own cases are counted');
select is((core.count_filtered_cases(core.read_case_filter('DIRECTIONS', null, null, null, null))).total, 0::bigint, 'cases of others are not counted for a judge');

select fill_court(990);
select is(core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'MFC')), row(1000, true)::core.case_count, 'counting stops at the limit');

select * from finish();
rollback;
