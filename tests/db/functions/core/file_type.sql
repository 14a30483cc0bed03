\ir ../../fixtures.psql

-- What a name stands for.
select is((core.file_type(n.name)).mime_type, n.mime_type, n.name)
from (
  values
    ('a.pdf', 'application/pdf'), ('a.doc', 'application/msword'), ('a.jpg', 'image/jpeg'), ('a.jpeg', 'image/jpeg'), ('a.png', 'image/png'),
    ('a.tif', 'image/tiff'), ('a.tiff', 'image/tiff'), ('a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    ('A.PDF', 'application/pdf'), ('scan.JpEg', 'image/jpeg'), ('a.exe.pdf', 'application/pdf'), ('a.pdf.png', 'image/png'), ('a..pdf', 'application/pdf'),
    ('.hidden.pdf', 'application/pdf'), ('...a.pdf', 'application/pdf'), ('a b (2) "c".pdf', 'application/pdf'), ('-rf.pdf', 'application/pdf'),
    ('Żółć, Straße.pdf', 'application/pdf'), ('Договор.PDF', 'application/pdf'), ('合同.pdf', 'application/pdf'), ('عقد.pdf', 'application/pdf'),
    ('חוזה.pdf', 'application/pdf'), ('👨‍👩‍👧.pdf', 'application/pdf'), ('%2e%2e%2f.pdf', 'application/pdf')
) as n (name, mime_type)
-- PostgreSQL 12 cannot tell of these alphabets, nor of joined emoji, whether a name is in NFC, and takes none.
where current_setting('server_version_num')::integer >= 130000 or n.name !~ '[\u0400-\u06FF\u200D]';
select is((core.file_type(e' \ta.pdf\n')).mime_type, 'application/pdf', 'without the white space around it');
select is(array(select t.extension from core.file_types as t where t.is_readable order by 1), '{jpeg,jpg,pdf,png,tif,tiff}', 'what can be read');
select is_empty($$select t.extension from core.file_types as t where t.size_limit <> 20 * 1024 * 1024$$, '20 MiB each');

-- What is no name, or no file that is allowed.
create function fixture.refusal(p_filename text) returns text language plpgsql as $$
begin
  perform core.file_type(p_filename);
  return 'ok';
exception
  when sqlstate 'JCVAL' then
    return sqlerrm;
end;
$$;
select is(refusal(n), 'file is required', format('nothing: %L', n)) from unnest(array[null, '', ' ', e'\t\n', e'\u00A0\uFEFF']) as n;
select is(refusal(n), 'The file name contains characters that are not allowed', format('not allowed: %L', n))
from unnest(array[
  '/etc/passwd.pdf', '../a.pdf', 'a/b.pdf', 'a\b.pdf', 'C:\a.pdf', '..\a.pdf', '/', '\.pdf', e'a\nb.pdf', e'a\rb.pdf', e'a\tb.pdf', e'a\u0001.pdf',
  e'a\u001B[2J.pdf', e'a\u007F.pdf', e'a.pdf\u0080', e'a\u0085b.pdf', e'a\u009F.pdf', e'a\u061C.pdf', e'a\u200E.pdf', e'a\u200F.pdf', e'a\u202Afdp.exe.pdf',
  e'a\u202Efdp.exe', e'a\u202Bb.pdf', e'a\u202Cb.pdf', e'a\u202Db.pdf', e'a\u2066.pdf', e'a\u2067.pdf', e'a\u2068.pdf', e'a\u2069.pdf', e'a\uFEFFb.pdf',
  e'a\u2028b.pdf', e'a\u2029b.pdf', e'a\u200Bb.pdf', e'a\u2060b.pdf'
]) as n;
select is(refusal(e'e\u0301.pdf'), 'The file name is not in the normal form NFC of Unicode', 'another form');
select is(refusal(n), 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed', format('not allowed: %L', n))
from unnest(array[
  'a', 'pdf', 'PDF', '.pdf', '..pdf', '...', '.', 'a.', 'a.pdf.', 'a.pdf .', 'a.exe', 'a.pdf.exe', 'a.svg', 'a.html', 'a.docm', 'a.xlsx', 'a.pd', 'a.pdff',
  'a.p df', 'a. pdf', 'apdf', 'a,pdf', e'a.pdf\u00AD', 'a.рdf', 'a.%', 'a.[a-z]+'
]) as n
where current_setting('server_version_num')::integer >= 130000 or core.is_normal(n);

-- How long a name may be, in characters of any script.
select is(refusal(repeat(c, 251) || '.pdf'), 'ok', '255 of ' || c) from unnest('{a,ż,合,👧}'::text[]) as c;
select is(refusal(repeat(c, 252) || '.pdf'), 'The file name is too long', '256 of ' || c) from unnest('{a,ż,合,👧}'::text[]) as c;
select is(refusal(' ' || repeat('a', 251) || '.pdf '), 'ok', 'white space around it is not counted');

select is(detail(format('select core.file_type(%L)', n)), '{"field": "file"}', format('the field is named: %L', n))
from unnest(array[null, 'a/b.pdf', 'a.exe', repeat('a', 252) || '.pdf']) as n;

-- For callers and for the worker.
select is(outcome(c.name, $$select core.file_type('a.pdf')$$), 'ok', c.name) from callers as c;
select act_as_dba();
set local session authorization casefile_worker;
set local role document_processor;
select is(outcome($$select core.file_type('a.pdf')$$), 'ok', 'the worker');

select * from finish();
rollback;
