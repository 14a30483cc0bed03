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
  'begins now, as an upload, not as stated'
) from core.documents as d where d.case_id = id_of('bare');
select is(
  outcome(format('insert into core.documents (case_id, filename, document_type) values (id_of(''bare''), %L, ''court-order'')', n)), 'JCVAL',
  format('not a name: %L', n)
) from unnest(array['a/b.pdf', 'a.exe', ' ', e'a\u202E.pdf', repeat('a', 252) || '.pdf']) as n;
select is(
  outcome(format('insert into core.documents (case_id, filename, document_type, description) values (id_of(''bare''), ''a.pdf'', %s)', v)), code, v
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
  format('scan from %s to %s', f, t))
from unnest(enum_range(null::core.virus_scan_status)) as f, unnest(enum_range(null::core.virus_scan_status)) as t;
select is(
  turned(format('ocr_status = %L', f), format('ocr_status = %L', t)),
  case
    when f = t or f in ('pending', 'processing') and t <> 'pending' or f = 'failed' and t in ('pending', 'processing') then 'ok'
    else 'JCFIX'
  end, format('reading from %s to %s', f, t)
)
from unnest(enum_range(null::core.ocr_status)) as f, unnest(enum_range(null::core.ocr_status)) as t;
select is(
  turned('ocr_status = ''pending'', upload_status = ' || quote_literal(f), format('upload_status = %L', t)),
  case when f = t then 'ok' when f = 'uploading' and t = 'failed' then 'ok' when f = 'uploading' then 'JCSAM' else 'JCFIX' end,
  format('upload from %s to %s', f, t)
)
from unnest('{uploading,failed,complete}'::text[]) as f, unnest('{uploading,failed,complete}'::text[]) as t
where (f, t) <> ('uploading', 'complete');
select is(turned('upload_status = ''uploading'', virus_scan_status = ''pending'', ocr_status = ''pending''', s), 'JCFIX', 'while uploading: ' || s)
from unnest('{virus_scan_status = ''clean'',ocr_status = ''processing'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7}'::text[]) as s;
select is(turned('upload_status = ''uploading''', 'upload_status = ''failed'', ' || s), 'JCFIX', 'with its failure: ' || s)
from unnest('{virus_scan_status = ''clean'',ocr_status = ''processing'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7}'::text[]) as s;
select is(turned('upload_status = ''complete''', s), 'JCFIX', 'fixed: ' || s)
from unnest('{
  id = core.new_id(),case_id = id_of(''bare''),filename = ''b.pdf'',document_type = ''other'',description = ''x'',uploaded_by = ''x'',
  uploaded_at = now() - interval ''1 s'',court_code = ''LDFC'',file_size = 7,file_hash = hash_of(''x''),mime_type = ''x'',version = 7,
  "virus_scan_status = ''clean'', filename = ''b.pdf''",ocr_failure_reason = ''why''
}'::text[]) as s;
select is(turned('ocr_status = ''processing''', format('ocr_status = ''failed'', ocr_failure_reason = repeat(''x'', %s)', n)), code, format('%s characters of a reason', n))
from (values (500, 'ok'), (501, 'JCVAL')) as v (n, code);
select is(turned('ocr_status = ''complete''', 'ocr_failure_reason = ''why'''), 'JCFIX', 'no read fails');
select is(turned('ocr_status = ''failed'', ocr_failure_reason = ''why''', 'ocr_failure_reason = ' || s), 'JCFIX', 'why it failed: ' || s)
from unnest('{"null",''because''}'::text[]) as s;
select is(turned('ocr_status = ''failed'', ocr_failure_reason = ''why''', 'ocr_status = ''processing'', ocr_failure_reason = ' || s), code, 'again: ' || s)
from (values ('null', 'ok'), ('''because''', 'JCFIX'), ('ocr_failure_reason', 'JCFIX')) as v (s, code);
select is(turned(s || ', ocr_failure_reason = null', 'ocr_page_count = 3, ocr_pages_read = 2' || c), code, format('pages: %s%s', s, c))
from (
  values
    ('ocr_status = ''processing''', ', ocr_status = ''complete''', 'ok'), ('ocr_status = ''processing''', '', 'JCFIX'),
    ('ocr_status = ''processing''', ', ocr_status = ''failed''', 'JCFIX'), ('ocr_status = ''complete'', ocr_page_count = null, ocr_pages_read = null', '', 'JCFIX')
) as v (s, c, code);
select is(turned('ocr_status = ''complete'', ocr_page_count = 3, ocr_pages_read = 2', s), 'JCFIX', 'counted once: ' || s)
from unnest('{ocr_page_count = 4,ocr_pages_read = 1}'::text[]) as s;
select is(turned('ocr_status = ''processing'', ocr_page_count = null, ocr_pages_read = null', 'ocr_status = ''complete'', ' || s), code, s)
from (
  values
    ('ocr_page_count = 3, ocr_pages_read = 3', 'ok'), ('ocr_page_count = 3, ocr_pages_read = 0', 'ok'), ('ocr_page_count = 3, ocr_pages_read = 4', '23514'),
    ('ocr_page_count = 3, ocr_pages_read = -1', '23514'), ('ocr_page_count = 0, ocr_pages_read = 0', '23514'), ('ocr_page_count = 3', '23514'), ('ocr_pages_read = 3', '23514')
) as v (s, code);
select set_document('order', 'virus_scan_status = ''pending'', ocr_status = ''pending'', ocr_completed_at = null, ocr_page_count = null, ocr_pages_read = null');
select is(moves(id_of('ours'), format('update core.documents set %s where id = document(''order'')', s)), '{0,0}', 'nothing: ' || s)
from unnest('{upload_status = upload_status,ocr_status = ''pending'',file_hash = file_hash,deleted_at = null}'::text[]) as s;

-- Time.
update core.documents set virus_scan_status = 'clean', ocr_status = 'processing' where id = document('order');
select ok(d.virus_scan_completed_at > now(), 'the scan is done now') from document_row('order') as d;
select is(d.ocr_completed_at, null, 'the reading is not') from document_row('order') as d;
update core.documents set ocr_status = 'failed', ocr_failure_reason = 'why' where id = document('order');
select ok(d.ocr_completed_at > d.virus_scan_completed_at, 'now it is') from document_row('order') as d;
update core.documents set ocr_status = 'processing', ocr_failure_reason = null where id = document('order');
select is(d.ocr_completed_at, null, 'and again it is not') from document_row('order') as d;

update core.documents set ocr_status = 'failed', ocr_failure_reason = 'why' where id = document('order');
create temp table times as select d.virus_scan_completed_at, d.ocr_completed_at from document_row('order') as d;
update core.documents set deleted_at = now() where id = document('order');
select is(row(d.virus_scan_completed_at, d.ocr_completed_at), row(t.virus_scan_completed_at, t.ocr_completed_at), 'another change moves neither')
from document_row('order') as d, times as t;

-- Uploaders.
create function fixture.ended(p_caller text, p_name text) returns text language sql as $$
  select act_as(p_caller);
  select outcome(format(
    'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''x''), mime_type = ''application/pdf'' where id = document(%L)',
    p_name
  ));
$$;
select is(ended('officer', 'begun'), 'JCFIX', 'an officer does not end an upload of another');
select is(ended('adopter', 'begun'), 'ok', 'its uploader may');
select act_as_dba();
select is(outcome($$update core.documents set upload_status = 'failed' where id = document('begun')$$), 'ok', 'and work done past the server');

-- Deletion.
select act_as('officer');
select is(moves(id_of('ours'), $$update core.documents set deleted_at = 'infinity' where id = document('report')$$), '{0,1}', 'a deletion');
select ok(d.deleted_at between now() and clock_timestamp(), 'made now, not as stated') from document_row('report') as d;
select act_as_dba();
select is(outcome(format('update core.documents set %s where id = document(''report'')', s)), 'JCFIX', 'deleted: ' || s)
from unnest('{deleted_at = null,deleted_at = now(),virus_scan_status = ''clean'',ocr_status = ''failed'',filename = filename}'::text[]) as s;

set local session_replication_role = replica;
select is(outcome($$update core.documents set deleted_at = null where id = document('report')$$), 'JCFIX', 'in a replica''s session, too');

select * from finish();
rollback;
