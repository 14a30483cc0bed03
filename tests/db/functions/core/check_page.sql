\ir ../../fixtures.psql

select is(core.check_page(v), null, format('a page number is accepted: %L', v)) from unnest('{1,2147483647,null}'::integer[]) as v;
select is((core.check_page(v)).code, 'OUT_OF_RANGE', 'a page number is refused: ' || v::text) from unnest('{0,-1,-2147483648}'::integer[]) as v;

select * from finish();
rollback;
