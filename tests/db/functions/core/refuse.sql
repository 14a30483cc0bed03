\ir ../../fixtures.psql

select lives_ok($$select core.refuse(null, null)$$, 'it does nothing if nothing is wrong');
select throws_ok($$select core.refuse(row('notes', 'TOO_LONG', 'no'))$$, 'JCVAL', null, 'one fault is refused');
select is(detail($$select core.refuse(null, row('b', 'REQUIRED', 'no'), null, row('a', 'TOO_LONG', 'nor'))$$), '{"field": "b"}', 'the first fault is the field');
select is(
  errors_of($$select core.refuse(null, row('b', 'REQUIRED', 'no'), null, row('a', 'TOO_LONG', 'nor'))$$), '{b REQUIRED,a TOO_LONG}', 'all faults are listed, in their order'
);

select * from finish();
rollback;
