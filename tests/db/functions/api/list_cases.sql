\ir ../../fixtures.psql
\ir ../../caseload.psql

select act_as_dba();
-- The whole list, page by page: by number, and by the previous page's cursor.
create function fixture.by_pages(p_by text, p_order text, p_size integer) returns text language plpgsql as $$
declare
  v_page api.case_page;
  v_names text := '';
  v_number integer := 0;
begin
  loop
    v_number := v_number + 1;
    v_page := api.list_cases(p_sort_by => p_by, p_sort_order => p_order, p_page => v_number, p_page_size => p_size);
    v_names := concat_ws(' ', nullif(v_names, ''), nullif(names(v_page), ''));
    exit when v_number >= (v_page.pagination).total_pages;
  end loop;
  return v_names;
end;
$$;
create function fixture.by_cursor(p_by text, p_order text, p_size integer) returns text language plpgsql as $$
declare
  v_page api.case_page;
  v_names text := '';
begin
  for v_number in 1 .. 20 loop -- a cursor that goes nowhere must not keep us
    v_page := api.list_cases(
      p_sort_by => p_by, p_sort_order => p_order, p_page_size => p_size, p_cursor => (v_page.pagination).next_cursor
    );
    v_names := concat_ws(' ', nullif(v_names, ''), nullif(names(v_page), ''));
    exit when (v_page.pagination).next_cursor is null;
  end loop;
  return v_names;
end;
$$;
create function fixture.listed(p_caller text) returns text language sql as $$
  select act_as(p_caller);
  select string_agg(n.name, ' ' order by n.name) from unnest((api.list_cases()).cases) as r join fixture.cases as n on n.id = r.id;
$$;

select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
select is(names(api.list_cases()), '11 07 09 08 06 05 04 03 02 01 10', 'the list is ordered newest first by default');
select is((api.list_cases()).pagination, row(11, 1, 20, 1, null, false)::api.pagination, 'a page has 20 cases by default');
select is(r, (api.get_case(r.id)).case_record, 'each listed case is the same as when it is read alone: ' || n.name)
from unnest((api.list_cases()).cases) as r join fixture.cases as n on n.id = r.id;

select is(
  names(api.list_cases(p_sort_by => k.key, p_sort_order => o.way)), sorted(k.key, o.way), format('the list is sorted by %s %s', k.key, o.way)
)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way);
select is(names(api.list_cases(p_sort_by => k)), sorted(k, 'desc'), 'the default direction is descending: ' || k)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k;

select is(by_pages(k.key, o.way, s.size), sorted(k.key, o.way), format('pages of %s give the whole list in order: %s %s', s.size, k.key, o.way))
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way),
  unnest('{1,4,11}'::integer[]) as s (size);
select is(by_cursor(k.key, o.way, s.size), sorted(k.key, o.way), format('cursors with pages of %s give the whole list in order: %s %s', s.size, k.key, o.way))
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way),
  unnest('{1,4,11}'::integer[]) as s (size);
select is((p.pagination).next_cursor, null, 'none follows the last page, by ' || k)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k, api.list_cases(p_sort_by => k, p_page_size => 11) as p;
select is((p.pagination).total, 11::bigint, 'a page by cursor has the same total')
from api.list_cases(p_page_size => 1) as f, api.list_cases(p_page_size => 1, p_cursor => (f.pagination).next_cursor) as p;
select is(names(api.list_cases(p_page => 2147483647, p_page_size => 100)), '', 'a very high page number gives an empty page');

-- Filters.
select is(names(api.list_cases(p_status => 'DIRECTIONS')), '04 03', 'cases are filtered by status');
select is(names(api.list_cases(p_case_type => 'FOSTER_TO_ADOPT')), '07 09', 'cases are filtered by type');
select is(names(api.list_cases(p_case_number => 'mfc/2024/1')), '06', 'cases are filtered by the beginning of the number');
select is(names(api.list_cases(p_case_number => 'MFC/2024/00008')), '08', 'cases are filtered by the whole number');
select is(names(api.list_cases(p_case_number => 'LFC/')), '', 'a number of another court is not found');
select is(names(api.list_cases('APPLICATION', 'AGENCY_ADOPTION', '2024-01-01', '2024-07-01')), '05 01', 'several filters apply together');
select is((api.list_cases(p_status => 'APPLICATION', p_page_size => 3)).pagination.total, 4::bigint, 'the total counts only the cases that match');
select is(by_dates.names, by_dates.expected, 'filtered by dates: ' || by_dates.what)
from (
  values
    (names(api.list_cases(p_date_from => '2024-07-01', p_date_to => '2024-07-01')), '05 04', 'both ends of a day in summer belong to it'),
    (names(api.list_cases(p_date_to => '2024-06-30')), '03 02 01 10', 'a day lasts until its last moment'),
    (names(api.list_cases(p_date_from => '2024-07-02', p_date_to => '2024-07-02')), '06', 'a day begins with its first moment'),
    (names(api.list_cases(p_date_from => '2023-12-31', p_date_to => '2023-12-31')), '10', 'a day in winter is counted in London time'),
    (names(api.list_cases(p_date_from => '2024-07-02', p_date_to => '2024-07-01')), '', 'dates in the wrong order match nothing'),
    (
      names(api.list_cases(p_date_from => (now() at time zone 'Europe/London')::date - 2)), '11 07 09 08',
      'the next hearing counts if there is one, and not the creation'
    )
) as by_dates (names, expected, what);

-- Invalid requests.
select is(
  detail(format('select api.list_cases(%s => %L)', a.argument, a.value)),
  jsonb_build_object('field', a.field), 'refused: ' || a.argument
)
from (
  values
    ('p_status', 'X', 'status'), ('p_case_type', 'X', 'caseType'), ('p_case_number', repeat('x', 51), 'caseNumber'), ('p_sort_by', 'created_at', 'sortBy'),
    ('p_sort_order', 'DESC', 'sortOrder'), ('p_page', '0', 'page'), ('p_page_size', '0', 'pageSize'), ('p_page_size', '101', 'pageSize'),
    ('p_cursor', 'x', 'cursor'), ('p_cursor', '', 'cursor')
) as a (argument, value, field);
select is(
  outcome(format('select api.list_cases(p_cursor => %L, p_sort_by => %L)', (api.list_cases(p_page_size => 1)).pagination.next_cursor, 'status')),
  'JCVAL', 'a cursor of another order is refused'
);

-- Visible cases: ours to all users named one, theirs to all users named two.
select is(
  listed(c.name),
  case when c.name = 'officer' then 'bare ours' when c.name ~ 'other' then 'theirs' else 'ours' end, 'exactly the cases within reach are listed for ' || c.name
)
from fixture.callers as c;
select act_as('HMCTS_CASE_OFFICER', 'officer.nowhere', null, null);
select is((api.list_cases()).cases, '{}', 'an officer without a court sees no cases');
select is((api.list_cases()).pagination, row(0, 1, 20, 0, null, false)::api.pagination, 'an officer without a court has a total of 0');
select act_as('adopter');
select ok((api.list_cases()).cases[1].redacted, 'an adopter''s list is redacted');
select doesnt_match(api.list_cases()::text, 'officer|judge|spouse|cafcass|social|la[.]one|va[.]one|notes|internal|comments|REF|reason', 'nothing that an adopter may not see is in the list');

-- All errors at once.
select is(
  errors_of($$select api.list_cases('x', 'x', null, null, repeat('x', 51), 'x', 'x', 0, 101, 'x')$$),
  '{status UNKNOWN_WORD,caseType UNKNOWN_WORD,caseNumber TOO_LONG,sortBy UNKNOWN_WORD,sortOrder UNKNOWN_WORD,page OUT_OF_RANGE,pageSize OUT_OF_RANGE,cursor INVALID_FORMAT}',
  'all errors in one request are reported together'
);
select is(errors_of($$select api.list_cases(p_page => -2147483648, p_page_size => 2147483647)$$), '{page OUT_OF_RANGE,pageSize OUT_OF_RANGE}', 'numbers outside the limits are refused, however small or large');

select * from finish();
rollback;
