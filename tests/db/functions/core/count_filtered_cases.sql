\ir ../../fixtures.psql
\ir ../../caseload.psql

select is((core.count_filtered_cases(core.read_case_filter('APPLICATION', null, null, null, null))).total, 4::bigint, 'by status');
select is((core.count_filtered_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null))).total, 2::bigint, 'by type');
select is((core.count_filtered_cases(core.read_case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null))).total, 1::bigint, 'by both');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'mfc/2023/'))).total, 1::bigint, 'by the beginning of the number');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, '2023'))).total, 0::bigint, 'not by its middle');
select is((core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'MFC/2024/_____'))).total, 0::bigint, 'a pattern is no pattern');
select is((core.count_filtered_cases(core.read_case_filter(null, null, '2024-07-01', '2024-07-01', null))).total, 2::bigint, 'by the day of creation');

select act_as('judge');
select is((core.count_filtered_cases(core.read_case_filter('ON_HOLD', null, null, null, null))).total, 1::bigint, 'of a judge''s own');
select is((core.count_filtered_cases(core.read_case_filter('DIRECTIONS', null, null, null, null))).total, 0::bigint, 'and of no other');

select fill_court(990);
select is(core.count_filtered_cases(core.read_case_filter(null, null, null, null, 'MFC')), row(1000, true)::core.case_count, 'it stops at many');

select * from finish();
rollback;
