\ir ../../fixtures.psql

select is(core.check_time('f', v::timestamptz), null, v)
from unnest('{0001-01-01 00:00:00+00,2030-01-01 09:30:00+01,9999-12-31 23:59:59.999999+00}'::text[]) as v;
select is(core.check_time('f', null), null, 'none');
select is((core.check_time('f', v::timestamptz)).code, 'OUT_OF_RANGE', v)
from unnest('{0001-12-31 23:59:59.999999+00 BC,10000-01-01 00:00:00+00,infinity,-infinity}'::text[]) as v;

select * from finish();
rollback;
