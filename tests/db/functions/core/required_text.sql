\ir ../../fixtures.psql

select is(core.required_text('f', e' \ta b\n '), 'a b', 'trimmed');
select throws_ok($$select core.required_text('f', null)$$, 'JCVAL', null, 'nothing');
select throws_ok($$select core.required_text('f', e' \t\n')$$, 'JCVAL', null, 'white space');
select is(detail($$select core.required_text('f', '')$$), '{"field": "f"}', 'the field is named');

select * from finish();
rollback;
