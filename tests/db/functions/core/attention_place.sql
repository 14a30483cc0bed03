\ir ../../fixtures.psql

select is(
  array_agg(t.hearing order by core.attention_place(t.hearing)),
  '{null,9999-12-31 23:59:59.999Z,2026-01-01 09:00:00.001Z,2026-01-01 09:00Z,1970-01-01 00:00Z,1969-12-31 23:59:59.999Z,0001-01-01 00:00Z}',
  'the place is greater for an earlier hearing, and null without one'
)
from unnest('{1970-01-01 00:00Z,0001-01-01 00:00Z,null,2026-01-01 09:00Z,9999-12-31 23:59:59.999Z,2026-01-01 09:00:00.001Z,1969-12-31 23:59:59.999Z}'::timestamptz[])
  as t (hearing);
set local timezone = 'Pacific/Auckland';
select is(core.attention_place('1970-01-01 00:00:01Z'), -1000::bigint, 'the place is in milliseconds, whatever the time zone');

select * from finish();
rollback;
