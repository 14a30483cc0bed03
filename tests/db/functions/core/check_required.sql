\ir ../../fixtures.psql

select is(core.check_required('f', e' \ta\n '), null, 'a text is accepted');
select is((core.check_required('f', v)).code, 'REQUIRED', format('an empty text is refused: %L', v)) from unnest(array[null, '', e' \t\n', e'\u00A0']) as v;
select is((core.check_required('f', null)).field, 'f', 'the error names the field');

select * from finish();
rollback;
