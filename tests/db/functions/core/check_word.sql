\ir ../../fixtures.psql

select is(core.check_word('f', v, '{a,b}'), null, format('a known word, or none, is accepted: %L', v)) from unnest('{b,null}'::text[]) as v;
select is((core.check_word('f', v, '{a,b}')).code, 'UNKNOWN_WORD', format('an unknown word is refused: %L', v)) from unnest('{B,"",c," a"}'::text[]) as v;
select is((core.check_word('f', 'c', '{a,b}')).field, 'f', 'the error names the field');

select * from finish();
rollback;
