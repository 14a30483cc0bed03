\ir ../../fixtures.psql

select is(core.plain_name('userId', e' \tZoë ’s 判决\uFEFF '), 'Zoë ’s 判决', 'trimmed');
select is(core.plain_name('userId', n), null, format('nothing: %L', n)) from unnest(array[null, '', ' ']) as n;
select is(detail(format('select core.plain_name(%L, %L)', 'userId', n)), '{"field": "userId"}', format('%L', n))
from unnest(array[
  e'a\u0001b', e'a\nb', e'a\u007Fb', e'a\u0085b', e'a\u00ADb', e'a\u200Bb', e'a\u200Cb', e'a\u200Db', e'a\u200Eb', e'a\u202Eb', e'a\u2066b', e'a\u2060b',
  e'a\u061Cb', e'a\uFEFFb', e'a\uFE0Fb', e'a\u3164b', e'a\U000E0041b', e'Zoe\u0308', e'\u212B'
]) as n;
select throws_ok($$select core.plain_name('userId', e'a\u200Bb')$$, 'JCVAL', null, 'refused input');

select * from finish();
rollback;
