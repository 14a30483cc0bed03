\ir ../../fixtures.psql

select matches(
  core.write_cursor(row(repeat('~?>', n), '00000000-0000-0000-0000-000000000000')::core.page_cursor, 'createdAt', 'desc'), '^[A-Za-z0-9_-]+$',
  'a cursor needs no encoding in a URL'
)
from generate_series(10, 12) as n;
select is(
  core.read_cursor(core.write_cursor(c, 'status', 'asc'), 'status', 'asc'), c, 'a written cursor can be read'
)
from (select row('02 2026-01-01 00:00:00.000000', '00000000-0000-7000-8000-00000000000' || n)::core.page_cursor as c from generate_series(1, 4) as n) as s;

select * from finish();
rollback;
