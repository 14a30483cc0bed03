\ir ../../fixtures.psql
\ir ../../caseload.psql

select is(names(core.newest_cases(null, null, 0, 100)), '11 07 09 08 06 05 04 03 02 01 10', 'cases are in order of creation, newest first, and then by id');
select is(names(core.newest_cases(null, null, 2, 3)), '09 08 06', 'an offset and a number of cases are respected');
select is(
  names(core.newest_cases(null, row('2024-01-01 09:00:00.000000', id_of('02'))::core.page_cursor, 0, 100)), '01 10',
  'a place among cases of one moment is found'
);
select is(
  core.newest_cases(null, null, 0, 1), array[row('2024-09-01 09:00:00.000000', id_of('11'))::core.page_cursor],
  'each case has its place'
);
select is(names(core.newest_cases(core.read_case_filter('DIRECTIONS', null, null, null, null), null, 0, 100)), '04 03', 'cases are filtered by status');
select is(names(core.newest_cases(core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null), null, 0, 100)), '07 09', 'cases are filtered by type');
select is(names(core.newest_cases(core.read_case_filter('APPLICATION', 'FOSTER_TO_ADOPT', null, null, null), null, 0, 100)), '09', 'cases are filtered by status and type');
select is(
  names(core.newest_cases(f.filter, (core.newest_cases(f.filter, null, 1, 1))[1], 0, 2)), f.rest, 'the rest follows after the second case of ' || f.filter
)
from (
  values
    (core.read_case_filter('APPLICATION', null, null, null, null), '01 10'),
    (core.read_case_filter(null, 'AGENCY_ADOPTION', null, null, null), '06 05'),
    (core.read_case_filter('APPLICATION', 'AGENCY_ADOPTION', null, null, null), '10')
) as f (filter, rest);
select act_as('officer');
select is(core.newest_cases(null, row('2000-01-01 00:00:00', id_of('01'))::core.page_cursor, 0, 9), '{}', 'after the last place, the list is empty');


-- By name.
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.one');
select is(names(core.newest_cases(null, null, 0, 9)), 'ours', 'a case that is reached in two ways is listed once');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.two');
select is(
  names(core.newest_cases(f.filter, null, f.place, f.places)), f.found, format('own cases and those of the authority are listed together: %s', f)
)
from (
  values
    (null::core.case_filter, 0, 9, 'theirs ours'), (null, 1, 1, 'ours'), (null, 2, 9, ''),
    (core.read_case_filter('ON_HOLD', null, null, null, null), 0, 9, 'theirs ours'),
    (core.read_case_filter('DIRECTIONS', null, null, null, null), 0, 9, ''),
    (core.read_case_filter(null, null, null, null, 'LDFC'), 0, 9, 'theirs')
) as f (filter, place, places, found);

select * from finish();
rollback;
