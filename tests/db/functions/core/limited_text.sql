\ir ../../fixtures.psql

select is(core.limited_text('f', 'éé', 2), 'éé', 'as long as it may be: characters count, not bytes');
select is(core.limited_text('f', null, 2), null, 'null stays null');
select throws_ok($$select core.limited_text('f', 'ééé', 2)$$, 'JCVAL', null, 'one character more');
select is(detail($$select core.limited_text('f', 'abc', 2)$$), '{"field": "f"}', 'the field is named');

select * from finish();
rollback;
