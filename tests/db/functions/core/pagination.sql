\ir ../../fixtures.psql

select is(core.pagination(0, null, 20, null), row(0, 1, 20, 0, null, false)::api.pagination, 'an empty list has no pages');
select is(core.pagination(20, 1, 20, null), row(20, 1, 20, 1, null, false)::api.pagination, 'a full page is one page');
select is(core.pagination(21, 2, 20, 'next'), row(21, 2, 20, 2, 'next', false)::api.pagination, 'one more entry begins another page');

select is((core.pagination(1000, 1, 20, null, true)).total_is_minimum, true, 'a total may be a minimum');

select * from finish();
rollback;
