\ir ../../fixtures.psql

select is(core.check_page_size(v), null, format('a page size is accepted: %L', v)) from unnest('{1,100,null}'::integer[]) as v;
select is((core.check_page_size(v)).code, 'OUT_OF_RANGE', 'a page size is refused: ' || v::text) from unnest('{0,101,-1,2147483647}'::integer[]) as v;

select * from finish();
rollback;
