\ir ../../fixtures.psql

create function fixture.made_up(p_content text) returns text language sql as $$
  select translate(encode(convert_to(p_content, 'UTF8'), 'base64'), e'+/=\n', '-_');
$$;

select is(
  core.read_cursor(made_up('["createdAt", "desc", "2026-01-01 00:00:00", "00000000-0000-7000-8000-000000000001"]'), 'createdAt', 'desc'),
  row('2026-01-01 00:00:00', '00000000-0000-7000-8000-000000000001')::core.page_cursor,
  'a place'
);
select is((core.read_cursor(made_up('["entry", "desc", "17", "00000000-0000-7000-8000-000000000001"]'), 'entry', 'desc')).sort_key, '17', 'an entry');
select throws_ok(
  format('select core.read_cursor(%L, %L, %L)', made_up('["entry", "desc", "x", "00000000-0000-7000-8000-000000000001"]'), 'entry', 'desc'), 'JCVAL', null, 'no entry'
);
select is(
  detail(format('select core.read_cursor(%L, %L, %L)', made_up(rpad('["entry", "desc", "17", "00000000-0000-7000-8000-000000000001"]', 375)), 'entry', 'desc')),
  null, '500 characters'
);
select is(core.read_cursor(null, 'createdAt', 'desc'), null, 'no cursor');

select is(detail(format('select core.read_cursor(%L, %L, %L)', c.cursor, 'createdAt', 'desc')), '{"field": "cursor"}', c.what)
from (
  values
    ('', 'nothing'),
    ('%%%', 'no base64'),
    ('a', 'a length that base64 does not have'),
    ('_-_-', 'no UTF-8'),
    (made_up('text'), 'no JSON'),
    (made_up('["createdAt", "desc", "\u0000", "00000000-0000-7000-8000-000000000001"]'), 'a NUL'),
    (made_up('{}'), 'no array'),
    (made_up('"createdAt"'), 'a scalar'),
    (made_up('null'), 'null'),
    (made_up('[]'), 'an empty array'),
    (made_up('["createdAt", "desc", "2026-01-01", "x"]'), 'no id'),
    (made_up('["createdAt", "desc", "2026-01-01", null]'), 'a null id'),
    (made_up('["createdAt", "desc", null, "00000000-0000-7000-8000-000000000001"]'), 'no key'),
    (made_up('["createdAt", "desc", "x", "00000000-0000-7000-8000-000000000001"]'), 'no key of ours'),
    (made_up('["createdAt", "desc", "x2026-01-01 00:00:00.000000", "00000000-0000-7000-8000-000000000001"]'), 'a key that only ends like ours'),
    (made_up(rpad('["createdAt", "desc", "2026-01-01 00:00:00", "00000000-0000-7000-8000-000000000001"]', 376)), 'one character too many'),
    (made_up('["uploadedAt", "desc", "2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'of another list'),
    (made_up('["createdAt", "asc", "2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'of the other direction'),
    (made_up('["status", "desc", "01 2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'of another order'),
    (made_up(repeat('[', 30000)), 'JSON of a great depth')
) as c (cursor, what);
select is(
  detail(format('select core.read_cursor(%L, %L, %L)', made_up(format('["%s", "desc", "%s2026-01-01 00:00:00.000000", "00000000-0000-7000-8000-000000000001"]', c.key, c.place)), c.key, 'desc')),
  c.detail, format('%s: "%s"', c.key, c.place)
)
from (
  values
    ('caseNumber', 'MFC  2024  0000000011 ', null::jsonb),
    ('caseNumber', 'MFC 2024 11 ', '{"field": "cursor"}'),
    ('caseNumber', 'MFC  2024  99999999999 ', '{"field": "cursor"}'),
    ('status', ' 07 ', null),
    ('status', '', '{"field": "cursor"}'),
    ('status', '77777 ', '{"field": "cursor"}'),
    ('attention', ' 09998295692800.000000 ', null),
    ('attention', 'NaN ', '{"field": "cursor"}'),
    ('attention', '1e30 ', '{"field": "cursor"}'),
    ('attention', 'x', '{"field": "cursor"}')
) as c (key, place, detail);
select throws_ok($$select core.read_cursor('x', 'createdAt', 'desc')$$, 'JCVAL', null, 'refused input');

select * from finish();
rollback;
