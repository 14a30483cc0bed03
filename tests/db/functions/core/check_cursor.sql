\ir ../../fixtures.psql

select is(core.check_cursor(null, null), null, 'a missing cursor is accepted');
select is(core.check_cursor('x', row('k', core.new_id())::core.page_cursor), null, 'a cursor that could be read is accepted');
select is((core.check_cursor('x', null)).code, 'INVALID_FORMAT', 'a cursor that could not be read is refused');

select * from finish();
rollback;
