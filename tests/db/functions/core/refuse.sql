\ir ../../fixtures.psql

select lives_ok($$select core.refuse(null, null)$$, 'nothing is wrong');
select throws_ok($$select core.refuse(row('notes', 'TOO_LONG', 'no'))$$, 'JCVAL', null, 'one thing is');
select is(detail($$select core.refuse(null, row('b', 'REQUIRED', 'no'), null, row('a', 'TOO_LONG', 'nor'))$$), '{"field": "b"}', 'the first is named');
select is(
  errors_of($$select core.refuse(null, row('b', 'REQUIRED', 'no'), null, row('a', 'TOO_LONG', 'nor'))$$), '{b REQUIRED,a TOO_LONG}', 'and all, in their order'
);

select * from finish();
rollback;
