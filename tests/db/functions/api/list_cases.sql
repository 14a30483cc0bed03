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
select is(names(api.list_cases()), '11 07 09 08 06 05 04 03 02 01 10', 'newest first');
select is((api.list_cases()).pagination, row(11, 1, 20, 1, null, false)::api.pagination, '20 a page');
select is(r, (api.get_case(r.id)).case_record, 'each as it reads alone: ' || n.name)
from unnest((api.list_cases()).cases) as r join fixture.cases as n on n.id = r.id;

select is(
  names(api.list_cases(p_sort_by => k.key, p_sort_order => o.way)), sorted(k.key, o.way), format('sorted by %s %s', k.key, o.way)
)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way);
select is(names(api.list_cases(p_sort_by => k)), sorted(k, 'desc'), 'downwards unless told: ' || k)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k;

select is(by_pages(k.key, o.way, s.size), sorted(k.key, o.way), format('by pages of %s, %s %s', s.size, k.key, o.way))
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way),
  unnest('{1,4,11}'::integer[]) as s (size);
select is(by_cursor(k.key, o.way, s.size), sorted(k.key, o.way), format('by cursors of %s, %s %s', s.size, k.key, o.way))
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k (key), unnest('{asc,desc}'::text[]) as o (way),
  unnest('{1,4,11}'::integer[]) as s (size);
select is((p.pagination).next_cursor, null, 'none follows the last page, by ' || k)
from unnest('{createdAt,caseNumber,status,attention}'::text[]) as k, api.list_cases(p_sort_by => k, p_page_size => 11) as p;
select is((p.pagination).total, 11::bigint, 'a page by cursor has the same total')
from api.list_cases(p_page_size => 1) as f, api.list_cases(p_page_size => 1, p_cursor => (f.pagination).next_cursor) as p;
select is(names(api.list_cases(p_page => 2147483647, p_page_size => 100)), '', 'far beyond');

-- Filters.
select is(names(api.list_cases(p_status => 'DIRECTIONS')), '04 03', 'by status');
select is(names(api.list_cases(p_case_type => 'FOSTER_TO_ADOPT')), '07 09', 'by type');
select is(names(api.list_cases(p_case_number => 'mfc/2024/1')), '06', 'by the beginning of a number');
select is(names(api.list_cases(p_case_number => 'MFC/2024/00008')), '08', 'by a number');
select is(names(api.list_cases(p_case_number => 'LFC/')), '', 'another court''s');
select is(names(api.list_cases('APPLICATION', 'AGENCY_ADOPTION', '2024-01-01', '2024-07-01')), '05 01', 'by all at once');
select is((api.list_cases(p_status => 'APPLICATION', p_page_size => 3)).pagination.total, 4::bigint, 'counted, too');
select is(by_dates.names, by_dates.expected, by_dates.what)
from (
  values
    (names(api.list_cases(p_date_from => '2024-07-01', p_date_to => '2024-07-01')), '05 04', 'a day in summer, both ends of it'),
    (names(api.list_cases(p_date_to => '2024-06-30')), '03 02 01 10', 'up to the last moment of a day'),
    (names(api.list_cases(p_date_from => '2024-07-02', p_date_to => '2024-07-02')), '06', 'from the first moment of a day'),
    (names(api.list_cases(p_date_from => '2023-12-31', p_date_to => '2023-12-31')), '10', 'a day in winter'),
    (names(api.list_cases(p_date_from => '2024-07-02', p_date_to => '2024-07-01')), '', 'no day'),
    (
      names(api.list_cases(p_date_from => (now() at time zone 'Europe/London')::date - 2)), '11 07 09 08',
      'the next hearing, where there is one, and not the creation'
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
  'JCVAL', 'a cursor of another order'
);

-- Visible cases: ours to all users named one, theirs to all users named two.
select is(
  listed(c.name),
  case when c.name = 'officer' then 'bare ours' when c.name ~ 'other' then 'theirs' else 'ours' end, 'those of ' || c.name
)
from fixture.callers as c;
select act_as('HMCTS_CASE_OFFICER', 'officer.nowhere', null, null);
select is((api.list_cases()).cases, '{}', 'none without a court');
select is((api.list_cases()).pagination, row(0, 1, 20, 0, null, false)::api.pagination, 'and none counted');
select act_as('adopter');
select ok((api.list_cases()).cases[1].redacted, 'to an adopter redacted');
select doesnt_match(api.list_cases()::text, 'officer|judge|spouse|cafcass|social|la[.]one|va[.]one|notes|internal|comments|REF|reason', 'everywhere');

-- All errors at once.
select is(
  errors_of($$select api.list_cases('x', 'x', null, null, repeat('x', 51), 'x', 'x', 0, 101, 'x')$$),
  '{status UNKNOWN_WORD,caseType UNKNOWN_WORD,caseNumber TOO_LONG,sortBy UNKNOWN_WORD,sortOrder UNKNOWN_WORD,page OUT_OF_RANGE,pageSize OUT_OF_RANGE,cursor INVALID_FORMAT}',
  'of a request for a list'
);
select is(errors_of($$select api.list_cases(p_page => -2147483648, p_page_size => 2147483647)$$), '{page OUT_OF_RANGE,pageSize OUT_OF_RANGE}', 'however small or large');

select * from finish();
rollback;
