\ir ../../fixtures.psql

select is(core.check_name('f', v), null, format('a readable name is accepted: %L', v)) from unnest(array['Zoë ’s 判决', repeat('x', 100), null]) as v;
select is((core.check_name('f', v)).code, 'INVALID_CHARACTER', format('a name with an invisible character is refused: %L', v))
from unnest(array[
  e'a\u0001b', e'a\nb', e'a\u007Fb', e'a\u0085b', e'a\u00ADb', e'a\u200Bb', e'a\u200Cb', e'a\u200Db', e'a\u200Eb', e'a\u202Eb', e'a\u2066b', e'a\u2060b',
  e'a\u061Cb', e'a\uFEFFb', e'a\uFE0Fb', e'a\u3164b', e'a\U000E0041b'
]) as v;
select is((core.check_name('f', v)).code, 'NOT_NORMALISED', format('a name in another normal form is refused: %L', v)) from unnest(array[e'Zoe\u0308', e'\u212B']) as v;
select is((core.check_name('f', repeat('x', 101))).code, 'TOO_LONG', 'a name of 101 characters is refused');
select is((core.check_name('f', e'\u200B')).field, 'f', 'the error names the field');

select * from finish();
rollback;
