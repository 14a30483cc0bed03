\ir ../../fixtures.psql

select is(core.known_word('f', 'b', '{a,b}'), 'b', 'a word of the set');
select is(core.known_word('f', null, '{a,b}'), null, 'null stays null');
select throws_ok($$select core.known_word('f', 'B', '{a,b}')$$, 'JCVAL', null, 'case counts');
select throws_ok($$select core.known_word('f', '', '{a,b}')$$, 'JCVAL', null, 'nothing is no word');
select is(detail($$select core.known_word('f', 'c', '{a,b}')$$), '{"field": "f"}', 'the field is named');

select * from finish();
rollback;
