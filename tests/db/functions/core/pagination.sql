\ir ../../fixtures.psql

select is(core.pagination(0, null, 20, null), row(0, 1, 20, 0, null)::api.pagination, 'an empty list has no pages');
select is(core.pagination(20, 1, 20, null), row(20, 1, 20, 1, null)::api.pagination, 'a full page');
select is(core.pagination(21, 2, 20, 'next'), row(21, 2, 20, 2, 'next')::api.pagination, 'one more begins another');

select * from finish();
rollback;
