\ir ../../fixtures.psql

select is(core.check_cursor(null, null), null, 'no cursor');
select is(core.check_cursor('x', row('k', core.new_id())::core.page_cursor), null, 'one that was read');
select is((core.check_cursor('x', null)).code, 'INVALID_FORMAT', 'one that is none');

select * from finish();
rollback;
