\ir ../../fixtures.psql
\ir ../../documents.psql

-- A new document.
insert into core.documents
  (case_id, filename, document_type, uploaded_by, uploaded_at, upload_status, virus_scan_status, ocr_status, deleted_at, file_size, file_hash, mime_type, version,
  virus_scan_completed_at, ocr_completed_at, ocr_failure_reason, ocr_page_count, ocr_pages_read, court_code)
values (
  id_of('bare'), 'a.pdf', 'court-order', 'x', '2000-01-01', 'complete', 'clean', 'complete', '2000-01-01', 1, hash_of('a'), 'application/pdf', 7,
  '2000-01-01', '2000-01-01', 'why', 1, 1, 'LDFC'
);
select is(
  to_jsonb(d) - '{id,case_id,filename,document_type}'::text[],
  jsonb_build_object(
    'court_code', 'BFC', 'description', null, 'uploaded_by', session_user, 'uploaded_at', now(), 'upload_status', 'uploading', 'virus_scan_status', 'pending',
    'ocr_status', 'pending', 'deleted_at', null, 'file_size', null, 'file_hash', null, 'mime_type', null, 'version', null,
    'virus_scan_completed_at', null, 'ocr_completed_at', null, 'ocr_failure_reason', null, 'ocr_page_count', null, 'ocr_pages_read', null
  ),
  'a new document begins now, as an upload, whatever is stated'
) from core.documents as d where d.case_id = id_of('bare');
select is(
  outcome(format('insert into core.documents (case_id, filename, document_type) values (id_of(''bare''), %L, ''court-order'')', n)), 'JCVAL',
  format('a document with this name is refused: %L', n)
) from unnest(array['a/b.pdf', 'a.exe', ' ', e'a\u202E.pdf', repeat('a', 252) || '.pdf']) as n;
select is(
  outcome(format('insert into core.documents (case_id, filename, document_type, description) values (id_of(''bare''), ''a.pdf'', %s)', v)), code, 'type and description of a new document: ' || v
)
from (
  values
    ('''x'', null', 'JCVAL'), ('null, null', 'JCVAL'), ('''other'', null', 'JCVAL'), ('''other'', ''''', '23514'), ('''other'', '' x''', '23514'), ('''photographs'', repeat(''x'', 500)', 'ok'), ('''photographs'', repeat(''x'', 501)', 'JCVAL'),
    ('''photographs'', repeat(''👧'', 500)', 'ok')
) as v (v, code);

-- A change: from, to, and its result.
create function fixture.turned(p_settings text, p_change text) returns text language plpgsql as $$
begin
  perform fixture.set_document('order', p_settings);
  return fixture.outcome(format('update core.documents set %s where id = document(''order'')', p_change));
end;
$$;
select is(turned(format('virus_scan_status = %L', f), format('virus_scan_status = %L', t)), case when f in ('pending', t) then 'ok' else 'JCFIX' end,
  format('only a pending scan gets a result: %s to %s', f, t))
from unnest(enum_range(null::core.virus_scan_status)) as f, unnest(enum_range(null::core.virus_scan_status)) as t;
select is(
  turned(format('ocr_status = %L', f), format('ocr_status = %L', t)),
  case
    when f = t or f in ('pending', 'processing') and t <> 'pending' or f = 'failed' and t in ('pending', 'processing') then 'ok'
    else 'JCFIX'
  end, format('the status of reading changes only forward: %s to %s', f, t)
)
from unnest(enum_range(null::core.ocr_status)) as f, unnest(enum_range(null::core.ocr_status)) as t;
select is(
  turned('ocr_status = ''pending'', upload_status = ' || quote_literal(f), format('upload_status = %L', t)),
  case when f = t then 'ok' when f = 'uploading' and t = 'failed' then 'ok' when f = 'uploading' then 'JCSAM' else 'JCFIX' end,
  format('only an upload in progress ends: %s to %s', f, t)
)
from unnest('{uploading,failed,complete}'::text[]) as f, unnest('{uploading,failed,complete}'::text[]) as t
where (f, t) <> ('uploading', 'complete');
select is(turned('upload_status = ''uploading'', virus_scan_status = ''pending'', ocr_status = ''pending''', s), 'JCFIX', 'an upload in progress cannot get this: ' || s)
from unnest('{virus_scan_status = ''clean'',ocr_status = ''processing'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7}'::text[]) as s;
select is(turned('upload_status = ''uploading''', 'upload_status = ''failed'', ' || s), 'JCFIX', 'a failing upload cannot get this: ' || s)
from unnest('{virus_scan_status = ''clean'',ocr_status = ''processing'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7}'::text[]) as s;
select is(turned('upload_status = ''complete''', s), 'JCFIX', 'a complete document cannot get this: ' || s)
from unnest('{
  id = core.new_id(),case_id = id_of(''bare''),filename = ''b.pdf'',document_type = ''other'',description = ''x'',uploaded_by = ''x'',
  uploaded_at = now() - interval ''1 s'',court_code = ''LDFC'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7,
  "virus_scan_status = ''clean'', filename = ''b.pdf''",ocr_failure_reason = ''why''
}'::text[]) as s;
select is(turned('ocr_status = ''processing''', format('ocr_status = ''failed'', ocr_failure_reason = repeat(''x'', %s)', n)), code, format('the reason of a failed reading has at most 500 characters: %s', n))
from (values (500, 'ok'), (501, 'JCVAL')) as v (n, code);
select is(turned('ocr_status = ''complete''', 'ocr_failure_reason = ''why'''), 'JCFIX', 'a document that was read has no reason of failure');
select is(turned('ocr_status = ''failed'', ocr_failure_reason = ''why''', 'ocr_failure_reason = ' || s), 'JCFIX', 'the reason of a failed reading cannot be changed: ' || s)
from unnest('{"null",''because''}'::text[]) as s;
select is(turned('ocr_status = ''failed'', ocr_failure_reason = ''why''', 'ocr_status = ''processing'', ocr_failure_reason = ' || s), code, 'a document that is read again loses the reason of failure: ' || s)
from (values ('null', 'ok'), ('''because''', 'JCFIX'), ('ocr_failure_reason', 'JCFIX')) as v (s, code);
select is(turned(s || ', ocr_failure_reason = null', 'ocr_page_count = 3, ocr_pages_read = 2' || c), code, format('pages are counted only when reading is complete: %s%s', s, c))
from (
  values
    ('ocr_status = ''processing''', ', ocr_status = ''complete''', 'ok'), ('ocr_status = ''processing''', '', 'JCFIX'),
    ('ocr_status = ''processing''', ', ocr_status = ''failed''', 'JCFIX'), ('ocr_status = ''complete'', ocr_page_count = null, ocr_pages_read = null', '', 'JCFIX')
) as v (s, c, code);
select is(turned('ocr_status = ''complete'', ocr_page_count = 3, ocr_pages_read = 2', s), 'JCFIX', 'the count of pages cannot be changed: ' || s)
from unnest('{ocr_page_count = 4,ocr_pages_read = 1}'::text[]) as s;
select is(turned('ocr_status = ''processing'', ocr_page_count = null, ocr_pages_read = null', 'ocr_status = ''complete'', ' || s), code, 'the count of pages fits together: ' || s)
from (
  values
    ('ocr_page_count = 3, ocr_pages_read = 3', 'ok'), ('ocr_page_count = 3, ocr_pages_read = 0', 'ok'), ('ocr_page_count = 3, ocr_pages_read = 4', '23514'),
    ('ocr_page_count = 3, ocr_pages_read = -1', '23514'), ('ocr_page_count = 0, ocr_pages_read = 0', '23514'), ('ocr_page_count = 3', '23514'), ('ocr_pages_read = 3', '23514')
) as v (s, code);
select set_document('order', 'virus_scan_status = ''pending'', ocr_status = ''pending'', ocr_completed_at = null, ocr_page_count = null, ocr_pages_read = null');
select is(moves(id_of('ours'), format('update core.documents set %s where id = document(''order'')', s)), '{0,0}', 'an update without a change makes no entry: ' || s)
from unnest('{upload_status = upload_status,ocr_status = ''pending'',file_hash = file_hash,deleted_at = null}'::text[]) as s;

-- Time.
update core.documents set virus_scan_status = 'clean', ocr_status = 'processing' where id = document('order');
select ok(d.virus_scan_completed_at > now(), 'the scan is completed now') from document_row('order') as d;
select is(d.ocr_completed_at, null, 'a reading in progress has no time of completion') from document_row('order') as d;
update core.documents set ocr_status = 'failed', ocr_failure_reason = 'why' where id = document('order');
select ok(d.ocr_completed_at > d.virus_scan_completed_at, 'a failed reading is completed now') from document_row('order') as d;
update core.documents set ocr_status = 'processing', ocr_failure_reason = null where id = document('order');
select is(d.ocr_completed_at, null, 'a document that is read again has no time of completion') from document_row('order') as d;

update core.documents set ocr_status = 'failed', ocr_failure_reason = 'why' where id = document('order');
create temp table times as select d.virus_scan_completed_at, d.ocr_completed_at from document_row('order') as d;
update core.documents set deleted_at = now() where id = document('order');
select is(row(d.virus_scan_completed_at, d.ocr_completed_at), row(t.virus_scan_completed_at, t.ocr_completed_at), 'a deletion changes neither time of completion')
from document_row('order') as d, times as t;

-- Uploaders.
create function fixture.ended(p_caller text, p_name text) returns text language sql as $$
  select act_as(p_caller);
  select outcome(format(
    'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''x''), mime_type = ''application/pdf'' where id = document(%L)',
    p_name
  ));
$$;
select is(ended('officer', 'begun'), 'JCFIX', 'an officer cannot complete another''s upload');
select is(ended('adopter', 'begun'), 'ok', 'an uploader can complete the upload');
select act_as_dba();
select is(outcome($$update core.documents set upload_status = 'failed' where id = document('begun')$$), 'ok', 'work without the server can fail an upload');

-- Deletion.
select act_as('officer');
select is(moves(id_of('ours'), $$update core.documents set deleted_at = 'infinity' where id = document('report')$$), '{0,1}', 'a deletion makes one entry and does not change the case');
select ok(d.deleted_at between now() and clock_timestamp(), 'a deletion has the current time, not the stated one') from document_row('report') as d;
select act_as_dba();
select is(outcome(format('update core.documents set %s where id = document(''report'')', s)), 'JCFIX', 'a deleted document cannot be changed: ' || s)
from unnest('{deleted_at = null,deleted_at = now(),virus_scan_status = ''clean'',ocr_status = ''failed'',filename = filename}'::text[]) as s;

set local session_replication_role = replica;
select is(outcome($$update core.documents set deleted_at = null where id = document('report')$$), 'JCFIX', 'the trigger also fires with session_replication_role = replica');

select * from finish();
rollback;
