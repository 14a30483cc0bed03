\ir ../../fixtures.psql

select is(core.check_required('f', e' \ta\n '), null, 'a text');
select is((core.check_required('f', v)).code, 'REQUIRED', format('nothing: %L', v)) from unnest(array[null, '', e' \t\n', e'\u00A0']) as v;
select is((core.check_required('f', null)).field, 'f', 'the field is named');

select * from finish();
rollback;
