\ir ../../fixtures.psql

-- Types of names.
select is((core.file_type(n.name)).mime_type, n.mime_type, 'the type of a name: ' || n.name)
from (
  values
    ('a.pdf', 'application/pdf'), ('a.doc', 'application/msword'), ('a.jpg', 'image/jpeg'), ('a.jpeg', 'image/jpeg'), ('a.png', 'image/png'),
    ('a.tif', 'image/tiff'), ('a.tiff', 'image/tiff'), ('a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    ('A.PDF', 'application/pdf'), ('scan.JpEg', 'image/jpeg'), ('a.exe.pdf', 'application/pdf'), ('a.pdf.png', 'image/png'), ('a..pdf', 'application/pdf'),
    ('.hidden.pdf', 'application/pdf'), ('...a.pdf', 'application/pdf'), ('a b (2) "c".pdf', 'application/pdf'), ('-rf.pdf', 'application/pdf'),
    ('Żółć, Straße.pdf', 'application/pdf'), ('Договор.PDF', 'application/pdf'), ('合同.pdf', 'application/pdf'), ('عقد.pdf', 'application/pdf'),
    ('חוזה.pdf', 'application/pdf'), ('👨‍👩‍👧.pdf', 'application/pdf'), ('%2e%2e%2f.pdf', 'application/pdf')
) as n (name, mime_type)
-- PostgreSQL 12 cannot check NFC for these alphabets or for joined emoji, and refuses them.
where current_setting('server_version_num')::integer >= 130000 or n.name !~ '[\u0400-\u06FF\u200D]';
select is((core.file_type(e' \ta.pdf\n')).mime_type, 'application/pdf', 'white space around a name does not count');
select is(array(select t.extension from core.file_types as t where t.is_readable order by 1), '{jpeg,jpg,pdf,png,tif,tiff}', 'exactly these types are readable');
select is_empty($$select t.extension from core.file_types as t where t.size_limit <> 20 * 1024 * 1024$$, 'every type is limited to 20 MiB');

select is(core.file_type(n), null, format('a name has no type: %L', n)) from unnest(array[null, '', 'a', 'pdf', '.pdf', 'a.exe', 'a.pdf.']) as n;

-- For callers and for the worker.
select is(outcome(c.name, $$select core.file_type('a.pdf')$$), 'ok', 'every caller may call it: ' || c.name) from callers as c;
select act_as_dba();
set local session authorization casefile_worker;
set local role document_processor;
select is(outcome($$select core.file_type('a.pdf')$$), 'ok', 'the worker may call it');

select * from finish();
rollback;
