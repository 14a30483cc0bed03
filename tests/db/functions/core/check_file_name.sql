\ir ../../fixtures.psql

select is((core.check_file_name(n)).code, 'REQUIRED', format('an empty name is refused: %L', n)) from unnest(array[null, '', ' ', e'\t\n', e'\u00A0\uFEFF']) as n;
select is((core.check_file_name(n)).code, 'INVALID_CHARACTER', format('a name with a path or an invisible character is refused: %L', n))
from unnest(array[
  '/etc/passwd.pdf', '../a.pdf', 'a/b.pdf', 'a\b.pdf', 'C:\a.pdf', '..\a.pdf', '/', '\.pdf', e'a\nb.pdf', e'a\rb.pdf', e'a\tb.pdf', e'a\u0001.pdf',
  e'a\u001B[2J.pdf', e'a\u007F.pdf', e'a.pdf\u0080', e'a\u0085b.pdf', e'a\u009F.pdf', e'a\u061C.pdf', e'a\u200E.pdf', e'a\u200F.pdf', e'a\u202Afdp.exe.pdf',
  e'a\u202Efdp.exe', e'a\u202Bb.pdf', e'a\u202Cb.pdf', e'a\u202Db.pdf', e'a\u2066.pdf', e'a\u2067.pdf', e'a\u2068.pdf', e'a\u2069.pdf', e'a\uFEFFb.pdf',
  e'a\u2028b.pdf', e'a\u2029b.pdf', e'a\u200Bb.pdf', e'a\u2060b.pdf'
]) as n;
select is((core.check_file_name(e'e\u0301.pdf')).code, 'NOT_NORMALISED', 'a name in another normal form is refused');
select is((core.check_file_name(n)).code, 'FILE_TYPE_NOT_ALLOWED', format('a name with another ending is refused: %L', n))
from unnest(array[
  'a', 'pdf', 'PDF', '.pdf', '..pdf', '...', '.', 'a.', 'a.pdf.', 'a.pdf .', 'a.exe', 'a.pdf.exe', 'a.svg', 'a.html', 'a.docm', 'a.xlsx', 'a.pd', 'a.pdff',
  'a.p df', 'a. pdf', 'apdf', 'a,pdf', e'a.pdf\u00AD', 'a.рdf', 'a.%', 'a.[a-z]+'
]) as n
where current_setting('server_version_num')::integer >= 130000 or core.is_normal(n);

-- How long a name may be, in characters of any script.
select is((core.check_file_name(repeat(c, 251) || '.pdf')).code, null, '255 of ' || c) from unnest('{a,ż,合,👧}'::text[]) as c;
select is((core.check_file_name(repeat(c, 252) || '.pdf')).code, 'TOO_LONG', '256 of ' || c) from unnest('{a,ż,合,👧}'::text[]) as c;
select is((core.check_file_name(' ' || repeat('a', 251) || '.pdf ')).code, null, 'white space around a name does not count');

select is((core.check_file_name(n)).field, 'file', format('the error names the field: %L', n))
from unnest(array[null, 'a/b.pdf', 'a.exe', repeat('a', 252) || '.pdf']) as n;

select * from finish();
rollback;
