\ir ../../fixtures.psql

select is(core.check_word('f', v, '{a,b}'), null, format('%L', v)) from unnest('{b,null}'::text[]) as v;
select is((core.check_word('f', v, '{a,b}')).code, 'UNKNOWN_WORD', format('%L', v)) from unnest('{B,"",c," a"}'::text[]) as v;
select is((core.check_word('f', 'c', '{a,b}')).field, 'f', 'the field is named');

select * from finish();
rollback;
