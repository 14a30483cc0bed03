\ir fixtures.psql
\ir documents.psql
\ir jobs.psql

-- Every text of a caller or the worker has a limit: by a check, a foreign key or a trigger. The triggers are tried below.
select is(
  array(
    select c.oid::regclass || '.' || a.attname
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind = 'r'
    where c.relnamespace in (select n.oid from pg_catalog.pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker'))
      and a.attnum > 0 and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
      and exists (
        select from unnest(caller_roles() || 'document_processor'::text) as r (name)
        where has_column_privilege(r.name, c.oid, a.attnum, 'insert') or has_column_privilege(r.name, c.oid, a.attnum, 'update')
      )
      and not exists (
        select from pg_catalog.pg_constraint as k
        where k.conrelid = c.oid and a.attnum = any (k.conkey)
          and (k.contype = 'f' or k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '_length|\^\[')
      )
    order by 1
  ),
  '{core.cases.status_reason,core.document_texts.content,core.documents.filename,core.documents.mime_type,core.documents.ocr_failure_reason}',
  'exactly these texts have no check of their length, and are limited by a trigger'
);
select act_as('officer');
select isnt(outcome($$update core.cases set status = 'ON_HOLD', status_reason = repeat('x', 2001) where id = id_of('ours')$$), 'ok', 'the reason of a change is limited');
select isnt(
  outcome($$insert into core.documents (case_id, filename, document_type) values (id_of('ours'), repeat('x', 252) || '.pdf', 'court-order')$$), 'ok', 'the name of a document is limited'
);
select begin_upload('large', 'large.pdf');
select isnt(
  outcome($$
    update core.documents set upload_status = 'complete', file_size = 1, file_hash = hash_of('large'), mime_type = repeat('x', 1000)
    where id = document('large')
  $$), 'ok', 'the type of a file is limited'
);
select act_as_dba();
select claim_of('order') as lease \gset
select is(outcome($$insert into core.document_texts (document_id, content) values (document('order'), repeat('x', 20971521))$$), 'JCVAL', 'the text of a document is limited');
select is(
  outcome($$update core.documents set ocr_status = 'failed', ocr_failure_reason = repeat('x', 501) where id = document('order')$$), 'JCVAL', 'the reason of a failed reading is limited'
);
select is(outcome($$update core.document_jobs set last_failure = repeat('x', 501)$$), '23514', 'the reason of a failed attempt is limited');

select * from finish();
rollback;
