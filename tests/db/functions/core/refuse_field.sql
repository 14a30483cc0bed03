\ir ../../fixtures.psql

select throws_ok($$select core.refuse_field('notes', 'no')$$, 'JCVAL', null, 'refused');
select is(detail($$select core.refuse_field('notes', 'no')$$), '{"field": "notes"}', 'with the field''s name');

select * from finish();
rollback;
