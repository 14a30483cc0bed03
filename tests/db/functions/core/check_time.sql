\ir ../../fixtures.psql

select is(core.check_time('f', v::timestamptz), null, 'a time is accepted: ' || v)
from unnest('{0001-01-01 00:00:00+00,2030-01-01 09:30:00+01,9999-12-31 23:59:59.999999+00}'::text[]) as v;
select is(core.check_time('f', null), null, 'a missing time is accepted');
select is((core.check_time('f', v::timestamptz)).code, 'OUT_OF_RANGE', 'a time is refused: ' || v)
from unnest('{0001-12-31 23:59:59.999999+00 BC,10000-01-01 00:00:00+00,infinity,-infinity}'::text[]) as v;

select * from finish();
rollback;
