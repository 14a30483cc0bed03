\ir ../../fixtures.psql

select is(core.plain_name('userId', e' \tZoë ’s 判决\uFEFF '), 'Zoë ’s 判决', 'trimmed');
select is(core.plain_name('userId', n), null, format('nothing: %L', n)) from unnest(array[null, '', ' ']) as n;
select throws_ok($$select core.plain_name('userId', e'a\u200Bb')$$, 'JCVAL', null, 'refused input');

select * from finish();
rollback;
