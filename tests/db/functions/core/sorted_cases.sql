\ir ../../fixtures.psql
\ir ../../caseload.psql

select is(sorted('createdAt', 'asc'), '10 01 02 03 04 05 06 08 09 07 11', 'cases are sorted by creation, ascending');
select is(sorted('createdAt', 'desc'), '11 07 09 08 06 05 04 03 02 01 10', 'cases are sorted by creation, descending');
select is(
  sorted('caseNumber', 'asc'),
  '10 01 02 03 04 05 08 09 11 07 06', 'cases are sorted by year and number: 99999 comes before 100000'
);
select is(sorted('caseNumber', 'desc'), '06 07 11 09 08 05 04 03 02 01 10', 'cases are sorted by number, descending');
select is(sorted('status', 'asc'), '10 01 05 09 03 04 07 08 11 02 06', 'cases are sorted by status, in the order of a case''s life, then by creation');
select is(sorted('status', 'desc'), '06 02 11 08 07 04 03 09 05 01 10', 'cases are sorted by status, descending');
select is(sorted('attention', 'asc'), '10 01 02 03 04 05 06 09 11 08 07', 'cases are sorted by attention, which is higher the sooner the next hearing is');
select is(sorted('attention', 'desc'), '07 08 11 09 06 05 04 03 02 01 10', 'cases are sorted by attention, descending');

select is(sorted('caseNumber', 'asc', core.read_case_filter('DIRECTIONS', null, null, null, null)), '03 04', 'a sorted list may be filtered by status');
select is(sorted('caseNumber', 'asc', core.read_case_filter(null, 'FOSTER_TO_ADOPT', null, null, null)), '09 07', 'a sorted list may be filtered by type');
select is(sorted('caseNumber', 'asc', core.read_case_filter(null, null, null, null, 'MFC/2024/1')), '06', 'a sorted list may be filtered by number');
select is(sorted('caseNumber', 'asc', core.read_case_filter(null, null, '2024-07-01', '2024-07-01', null)), '04 05', 'a sorted list may be filtered by day');

select is(sorted('status', 'asc', core.read_case_filter(null, null, null, null, 'MFC/2024')), '01 05 09 03 04 07 08 11 02 06', 'a sorted list may be filtered by the year of the number');
select is(sorted('createdAt', 'desc', core.read_case_filter(null, null, '2024-07-01', '2024-08-08', null)), '06 05 04', 'a filter by days uses the creation only of cases without a hearing');

select is(names(core.sorted_cases(null, null, 'caseNumber', 'asc', 2, 3)), '02 03 04', 'an offset and a number of cases are respected');

-- The rest of the list follows each row's cursor.
select is(
  names(core.sorted_cases(null, (core.sorted_cases(null, null, k.key, o.way, p.place - 1, 1))[1], k.key, o.way, 0, 100, m.has_many)),
  substr(sorted(k.key, o.way), p.place * 3 + 1),
  format('the rest follows after place %s by %s %s, %s', p.place, k.key, o.way, case when m.has_many then 'of many' else 'of few' end)
)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way),
  generate_series(1, 10) as p (place), unnest('{true,false}'::boolean[]) as m (has_many);

-- Clients may hold cursors from 0.5.0.
select is(
  (core.sorted_cases(null, null, o.key, 'desc', 2, 1))[1], row(o.place || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor,
  'a place is written as in 0.5.0, by ' || o.key
)
from (
  values
    ('caseNumber', '11', 'MFC  2024  0000000011 '),
    ('status', '11', ' 07 '),
    ('attention', '11', (select to_char(1e13 - extract(epoch from date_trunc('milliseconds', c.next_hearing))::numeric, '00000000000000.000000 ') from core.cases as c where c.id = id_of('11')))
) as o (key, name, place)
join core.cases as c on c.id = id_of(o.name);

-- A hearing before 1970 is in the past too.
select act_as_dba();
alter table core.cases disable trigger user;
update core.cases set next_hearing = '1965-05-01' where id = id_of('03');
alter table core.cases enable trigger user;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(sorted('attention', 'desc'), '03 07 08 11 09 06 05 04 02 01 10', 'the oldest hearing has the most attention');

select * from finish();
rollback;
