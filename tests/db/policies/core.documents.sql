\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.documents')), array[
  'select *: all, document_processor',
  'insert case_id, filename, document_type, description: hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter',
  'update upload_status, file_size, file_hash, mime_type: cafcass_officer, la_social_worker, vaa_worker, adopter',
  'update upload_status, virus_scan_status, ocr_status, ocr_failure_reason, ocr_page_count, ocr_pages_read: document_processor',
  'update upload_status, file_size, file_hash, mime_type, deleted_at: hmcts_case_officer'
], 'exactly these grants exist');
-- With each user's unfinished uploads in each case, and an adopter's deleted upload.
select is(array(select passes('core.documents', $$
  insert into core.documents (id, case_id, court_code, filename, document_type, uploaded_by, uploaded_at, upload_status, virus_scan_status, ocr_status, deleted_at)
  select core.new_id(), c.id, c.court_code, 'a.pdf', 'other', u.user_id, now(), 'uploading', 'pending', 'pending', u.deleted_at
  from core.cases as c, (
    values ('officer.one', null), ('judge.one', null), ('colleague.one', null), ('adopter.one', null), ('adopter.one', now())
  ) as u (user_id, deleted_at)
$$)), array[
  'officer: sees 24, changes 18, into all, writes 18',
  'judge: sees 11',
  'cafcass, assigned_social_worker, agency: sees 11, writes 13',
  'social_worker: sees 11, changes 1, into all, writes 13',
  'adopter: sees 3, changes 3, into all, writes 13',
  'spouse: writes 13',
  'other_officer: sees 6, changes 6, into all, writes 6',
  'other_judge: sees 5',
  'other_cafcass, other_social_worker, other_agency: sees 5, writes 6',
  'other_adopter: writes 6',
  'document_processor: sees all, changes all, into all',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');

-- Rows. An officer sees deleted ones, like deleted cases; the operations leave them out.
create table fixture.query as select 'select n.name from core.documents as d join fixture.documents as n on n.id = d.id'::text as text;
grant select on fixture.query to public;
select is(
  seen(c.name, q.text),
  case
    when c.name = 'officer' then 'begun buried clean failed infected order passport removed report'
    when c.name = 'adopter' then 'begun passport'
    when c.role = 'ADOPTER' then ''
    when c.name ~ 'other' then 'foreign'
    else 'begun clean failed infected order passport report'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c, query as q;
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.documents', 'the role that all callers share sees nothing');
select act_as('ADOPTER', '', null, null);
select is_empty('select from core.documents', 'an adopter with an empty user id sees no documents');
select act_as_server();
select throws_ok('select from core.documents', '42501', null, 'the server may not read the table');
select act_as_dba();
select is_empty(
  $$
    select d.name
    from fixture.documents as d, callers as c
    where (d.name in (select unnest(string_to_array(seen(c.name, (select q.text from query as q)), ' '))))
      and outcome(c.name, format('select api.get_document(%L)', d.id)) <> 'ok' and d.name not in ('begun', 'failed') and not (c.name = 'officer' and d.name in ('removed', 'buried'))
  $$,
  'the rows that are seen are those that api.get_document gives, except uploads and deleted documents'
);

-- Forbidden to all.
select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'delete from core.documents', 'truncate core.documents cascade',
  'insert into core.documents (id, case_id, filename, document_type) values (core.new_id(), id_of(''ours''), ''a.pdf'', ''other'')',
  'insert into core.documents (case_id, filename, document_type, uploaded_by) values (id_of(''ours''), ''a.pdf'', ''court-order'', ''judge.one'')',
  'insert into core.documents (case_id, filename, document_type, upload_status) values (id_of(''ours''), ''a.pdf'', ''court-order'', ''complete'')',
  'insert into core.documents (case_id, filename, document_type, virus_scan_status) values (id_of(''ours''), ''a.pdf'', ''court-order'', ''clean'')',
  'insert into core.documents (case_id, filename, document_type, version) values (id_of(''ours''), ''a.pdf'', ''court-order'', 7)'
]) as v;
select is(tried(s.name, format('update core.documents set %1$I = %1$I', a.attname)), '42501', format('%s is refused: %s', s.name, a.attname))
from six as s, pg_attribute as a
where a.attrelid = 'core.documents'::regclass and a.attnum > 0
  and a.attname not in ('upload_status', 'file_size', 'file_hash', 'mime_type') and not (a.attname = 'deleted_at' and s.name = 'officer');
select is(tried('judge', v), '42501', 'a judge is refused: ' || v)
from unnest(array[
  'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.pdf'', ''court-order'')',
  'update core.documents set upload_status = ''failed''', 'update core.documents set mime_type = ''x'''
]) as v;

-- Forbidden to uploaders.
select is(
  tried(c.name, format('insert into core.documents (case_id, filename, document_type) values (id_of(%L), ''a.pdf'', ''court-order'')', n)), '42501',
  format('an upload to this case is refused: %s, %s', n, c.name)
)
from callers as c, unnest('{ours,theirs,deleted,bare}'::text[]) as n
where not (n = 'ours' and c.name !~ 'other' or n = 'theirs' and c.name ~ 'other' or n = 'bare' and c.name = 'officer');
select is(
  tried(s.name, format('update core.documents set %s where id = document(%L)', v, d.name)),
  case when s.name = 'officer' and d.name <> 'foreign' and d.name <> 'buried' then 'JCFIX' else '0' end, format('a document that is not the caller''s upload stays as it is: %s, %s of %s', s.name, v, d.name)
)
from six as s, documents as d,
  unnest('{upload_status = ''failed'',mime_type = ''x'',file_hash = hash_of(''x''),file_size = 1}'::text[]) as v
where s.name <> 'judge' and (s.name, d.name) <> ('adopter', 'begun')
  and not (s.name = 'officer' and v ~ 'upload_status' and d.name = 'failed');
select is(tried('adopter', 'update core.documents set file_size = 1 where id = document(''begun'')'), 'JCFIX', 'an upload in progress cannot get a size');
select is(tried('officer', format('update core.documents set deleted_at = %s where id = document(%L)', v, n)), a, format('a deletion is final, and only of documents within reach: %s of %s', v, n))
from (values ('null', 'removed', 'JCFIX'), ('now()', 'removed', 'JCFIX'), ('now()', 'foreign', '0'), ('now()', 'buried', '0'), ('null', 'order', '0')) as v (v, n, a);
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

-- Allowed to them.
select is(
  tried(s.name, 'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.pdf'', ''court-order'')'),
  '1', 'this role may begin an upload: ' || s.name
) from six as s where s.name <> 'judge';
select is(tried('officer', 'update core.documents set deleted_at = now() where id = document(''order'')'), '1', 'an officer may delete a document');
select is(
  tried(
    'adopter',
    'update core.documents set upload_status = ''complete'', file_size = 1, file_hash = hash_of(''x''), mime_type = ''application/pdf'' where id = document(''begun'')'
  ), '1', 'an uploader may complete the upload'
);

-- Access ends with its source.
select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a where a.case_id = id_of('ours') and a.user_id in ('adopter.one', 'judge.one');
select is(seen(n, q.text), '', 'a revoked user sees no documents: ' || n) from unnest('{adopter,judge}'::text[]) as n, query as q;

-- The worker: all documents, but only its findings.
select act_as_worker();
select is((select count(*) from core.documents as d join documents as n on n.id = d.id), 10::bigint, 'the worker sees every document');
select is(outcome(v), '42501', 'the worker is refused: ' || v)
from unnest(array[
  'insert into core.documents (case_id, filename, document_type) values (id_of(''ours''), ''a.pdf'', ''court-order'')', 'delete from core.documents',
  'update core.documents set deleted_at = now()', 'update core.documents set filename = ''a.pdf''', 'update core.documents set case_id = id_of(''bare'')',
  'update core.documents set file_hash = null', 'update core.documents set mime_type = ''x''', 'update core.documents set version = 7',
  'update core.documents set uploaded_by = ''x''', 'update core.documents set virus_scan_completed_at = now()'
]) as v;
select is(outcome(format('update core.documents set %s where id = document(%L)', v, n)), a, format('the worker changes only what a job allows: %s of %s', v, n))
from (
  values
    ('virus_scan_status = ''clean''', 'infected', 'JCFIX'), ('virus_scan_status = ''infected''', 'clean', 'JCFIX'), ('virus_scan_status = ''clean''', 'report', 'ok'),
    ('virus_scan_status = ''clean''', 'removed', 'JCFIX'), ('virus_scan_status = ''clean''', 'failed', 'JCFIX'), ('upload_status = ''uploading''', 'failed', 'JCFIX'),
    ('upload_status = ''failed''', 'report', 'JCFIX'), ('ocr_failure_reason = ''x''', 'report', 'JCFIX')
) as v (v, n, a);

select * from finish();
rollback;
