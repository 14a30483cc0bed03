\ir ../../fixtures.psql

select is(core.plain_name('userId', e' \tZoë ’s 判决\uFEFF '), 'Zoë ’s 判决', 'a name is trimmed');
select is(core.plain_name('userId', n), null, format('an empty name gives null: %L', n)) from unnest(array[null, '', ' ']) as n;
select throws_ok($$select core.plain_name('userId', e'a\u200Bb')$$, 'JCVAL', null, 'a name with an invisible character is refused');

select * from finish();
rollback;
