\ir ../../fixtures.psql
\ir ../../documents.psql

-- Roles and cases.
select is(
  outcome(c.name, format('select api.upload_document(id_of(%L), ''a.pdf'', ''court-order'')', n)),
  case
    when c.role = 'JUDGE_LEGAL_ADVISER' then '42501'
    when n = 'ours' and c.name !~ 'other' or n = 'theirs' and c.name ~ 'other' or n = 'bare' and c.name = 'officer' then 'ok'
    else 'JCMIS'
  end,
  format('exactly the callers who may upload to a case can begin an upload: %s, %s', n, c.name)
) from callers as c, unnest('{ours,theirs,bare,deleted,nowhere}'::text[]) as n;

-- The start.
select act_as('cafcass');
insert into fixture.documents select 'new', u.document_id, u.case_id, 'Ünïcode.PDF'
from api.upload_document(id_of('ours'), e' Ünïcode.PDF\n', ' other ', e' what it is\t') as u;
select is(
  to_jsonb(d) - '{id,uploaded_at}'::text[],
  jsonb_build_object(
    'case_id', id_of('ours'), 'court_code', 'BFC', 'filename', 'Ünïcode.PDF', 'document_type', 'other', 'description', 'what it is', 'uploaded_by', 'cafcass.one',
    'upload_status', 'uploading', 'virus_scan_status', 'pending', 'ocr_status', 'pending', 'deleted_at', null, 'file_size', null, 'file_hash', null,
    'mime_type', null, 'version', null, 'virus_scan_completed_at', null, 'ocr_completed_at', null, 'ocr_failure_reason', null, 'ocr_page_count', null, 'ocr_pages_read', null
  ),
  'an upload begins with a trimmed name, type and description'
) from document_row('new') as d;
select is(d.uploaded_at, now(), 'the upload has the current time') from document_row('new') as d;
select is(
  to_jsonb(api.upload_document(id_of('ours'), 'scan.JPG', 'photographs')) - '{document_id}'::text[],
  jsonb_build_object('case_id', id_of('ours'), 'mime_type', 'image/jpeg', 'size_limit', 20971520), 'the answer says which type the file must have and how large it may be'
);
select is(
  moves(id_of('ours'), $$select api.upload_document(id_of('ours'), 'order.pdf', 'court-order')$$), '{0,1}', 'beginning an upload makes one entry and does not change the case'
);

-- Valid files.
select is(outcome(format('select api.upload_document(id_of(''ours''), ''a.pdf'', %L, ''x'')', t.value)), 'ok', 'a document may have the type ' || t.value)
from core.document_types as t;
select is(outcome(format('select api.upload_document(id_of(''ours''), ''a.pdf'', %L)', t.value)), case t.value when 'other' then 'JCVAL' else 'ok' end,
  'only the type other needs a description: ' || t.value)
from core.document_types as t;
select is(outcome(format('select api.upload_document(id_of(''ours''), ''a.pdf'', ''photographs'', %s)', d)), code, 'a description may have 500 characters: ' || d)
from (
  values
    ('repeat(''x'', 500)', 'ok'), ('repeat(''合'', 500)', 'ok'), ('repeat(''x'', 501)', 'JCVAL'), (''' '' || repeat(''x'', 500) || '' ''', 'ok'), ('''''', 'ok')
) as v (d, code);
select is((document_row('begun')).description, null, 'an upload may have no description');
select is(outcome(format('select api.upload_document(id_of(''ours''), %s)', a.arguments)), 'JCVAL', 'name, type or description is refused: ' || a.arguments)
from (
  values
    ('null, ''court-order'''), (''' '', ''court-order'''), ('''a/b.pdf'', ''court-order'''), ('''a.exe'', ''court-order'''), ('''.pdf'', ''court-order'''),
    ('repeat(''a'', 252) || ''.pdf'', ''court-order'''), ('''a.pdf'', null'), ('''a.pdf'', '' '''), ('''a.pdf'', ''Court-Order'''), ('''a.pdf'', ''unknown'''),
    ('''a.pdf'', ''other'''), ('''a.pdf'', ''other'', '''''), ('''a.pdf'', ''other'', e'' \n''')
) as a (arguments);
select is(detail(format('select api.upload_document(id_of(''ours''), %s)', a.arguments)), jsonb_build_object('field', a.field), 'the error names the field ' || a.field || ': ' || a.arguments)
from (
  values
    ('''a.exe'', ''x''', 'file'), ('null, ''x''', 'file'), ('''a.pdf'', ''x''', 'documentType'), ('''a.pdf'', null', 'documentType'),
    ('''a.pdf'', ''other''', 'description')
) as a (arguments, field);
select is(outcome($$select api.upload_document(id_of('ours'), repeat('a', 251) || '.pdf', 'court-order')$$), 'ok', 'a name of 255 characters is accepted');

-- A name already in use, in any state.
select is(outcome(format('select api.upload_document(id_of(''ours''), %L, ''court-order'')', n)), 'ok', n || ' may be uploaded again')
from unnest('{order.pdf,begun.pdf,removed.pdf,failed.pdf,infected.pdf}'::text[]) as n;

select act_as_dba();
select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select is(outcome($$select api.upload_document(id_of('granted'), 'a.pdf', 'court-order')$$), 'ok', 'a terminal case may still be worked on');

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.upload_document(id_of('ours'), 'a.exe', 'x', repeat('x', 501))$$),
  '{file FILE_TYPE_NOT_ALLOWED,documentType UNKNOWN_WORD,description TOO_LONG}', 'all errors in one request are reported together'
);
select is(errors_of($$select api.upload_document(id_of('ours'), null, 'other')$$), '{file REQUIRED,description REQUIRED}', 'all missing fields are reported together');

select * from finish();
rollback;
