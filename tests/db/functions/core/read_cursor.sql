\ir ../../fixtures.psql

create function fixture.made_up(p_content text) returns text language sql as $$
  select translate(encode(convert_to(p_content, 'UTF8'), 'base64'), e'+/=\n', '-_');
$$;

select is(
  core.read_cursor(made_up('["createdAt", "desc", "2026-01-01 00:00:00", "00000000-0000-7000-8000-000000000001"]'), 'createdAt', 'desc'),
  row('2026-01-01 00:00:00', '00000000-0000-7000-8000-000000000001')::core.page_cursor,
  'a cursor gives its place'
);
select is((core.read_cursor(made_up('["entry", "desc", "17", "00000000-0000-7000-8000-000000000001"]'), 'entry', 'desc')).sort_key, '17', 'a cursor of entries gives the entry''s number');
select is(core.read_cursor(made_up('["entry", "desc", "x", "00000000-0000-7000-8000-000000000001"]'), 'entry', 'desc'), null, 'a cursor of entries without a number is refused');
select isnt(
  core.read_cursor(made_up(rpad('["entry", "desc", "17", "00000000-0000-7000-8000-000000000001"]', 375)), 'entry', 'desc'), null, 'a cursor of 500 characters is accepted'
);
select is(core.read_cursor(null, 'createdAt', 'desc'), null, 'a missing cursor gives null');

select is(core.read_cursor(c.cursor, 'createdAt', 'desc'), null, 'this is not a cursor: ' || c.what)
from (
  values
    ('', 'an empty text'),
    ('%%%', 'other characters than base64'),
    ('a', 'a length that base64 does not have'),
    ('_-_-', 'bytes that are not UTF-8'),
    (made_up('text'), 'text that is not JSON'),
    (made_up('["createdAt", "desc", "\u0000", "00000000-0000-7000-8000-000000000001"]'), 'a NUL'),
    (made_up('{}'), 'an object instead of an array'),
    (made_up('"createdAt"'), 'a text instead of an array'),
    (made_up('null'), 'null'),
    (made_up('[]'), 'an empty array'),
    (made_up('["createdAt", "desc", "2026-01-01", "x"]'), 'an id that is not a UUID'),
    (made_up('["createdAt", "desc", "2026-01-01", null]'), 'a null id'),
    (made_up('["createdAt", "desc", null, "00000000-0000-7000-8000-000000000001"]'), 'a null key'),
    (made_up('["createdAt", "desc", "x", "00000000-0000-7000-8000-000000000001"]'), 'a key of another form'),
    (made_up('["createdAt", "desc", "x2026-01-01 00:00:00.000000", "00000000-0000-7000-8000-000000000001"]'), 'a key that only ends like ours'),
    (made_up(rpad('["createdAt", "desc", "2026-01-01 00:00:00", "00000000-0000-7000-8000-000000000001"]', 376)), '501 characters'),
    (made_up('["uploadedAt", "desc", "2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'a cursor of another list'),
    (made_up('["createdAt", "asc", "2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'a cursor of the other direction'),
    (made_up('["status", "desc", "01 2026-01-01", "00000000-0000-7000-8000-000000000001"]'), 'a cursor of another order'),
    (made_up(repeat('[', 30000)), 'JSON of a great depth')
) as c (cursor, what);
select is(
  core.read_cursor(
    made_up(format('["%s", "desc", "%s2026-01-01 00:00:00.000000", "00000000-0000-7000-8000-000000000001"]', c.key, c.place)), c.key, 'desc'
  ) is not null,
  c.is_one, format('the key must have the form of its order: %s, "%s"', c.key, c.place)
)
from (
  values
    ('caseNumber', 'MFC  2024  0000000011 ', true),
    ('caseNumber', 'MFC 2024 11 ', false),
    ('caseNumber', 'MFC  2024  99999999999 ', false),
    ('status', ' 07 ', true),
    ('status', '', false),
    ('status', '77777 ', false),
    ('attention', ' 09998295692800.000000 ', true),
    ('attention', 'NaN ', false),
    ('attention', '1e30 ', false),
    ('attention', 'x', false)
) as c (key, place, is_one);
select is(core.read_cursor(made_up('["other", "desc", "x", "00000000-0000-7000-8000-000000000001"]'), 'other', 'desc'), null, 'an unknown order is refused');

select * from finish();
rollback;
