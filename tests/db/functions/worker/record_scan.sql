\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.found(p_name text, p_status text) returns text language plpgsql as $$
declare
  v_reads boolean := worker.record_scan(fixture.document(p_name), fixture.claim_of(p_name), p_status);
  v_document core.documents := fixture.document_row(p_name);
  v_job core.document_jobs := fixture.job_of(p_name);
begin
  return concat_ws(
    ', ', v_document.virus_scan_status, v_document.ocr_status, case when v_reads then 'by whoever scanned it' end,
    case when v_job is null then 'done' when v_job.lease is null and v_job.attempts = 0 then 'to be read' end
  );
end;
$$;
select act_as('officer');
select upload(n, n || '.pdf') from unnest('{skipped,read}'::text[]) as n;
select upload('doc', 'doc.doc'), upload('bad_doc', 'bad.doc');
select act_as_dba();
select is(found('order', 'clean'), 'clean, processing, to be read', 'a clean document is to be read');
select is(found('skipped', 'skipped'), 'skipped, processing, to be read', 'a document whose scan was skipped is to be read');
select is(found('report', 'infected'), 'infected, not-applicable, done', 'an infected document is not read');
select is(found('doc', 'clean'), 'clean, not-applicable, done', 'a clean document without a text to read is done');
select is(found('bad_doc', 'infected'), 'infected, not-applicable, done', 'an infected document without a text to read is done');

-- The audit names the actor.
select is(
  row(e.case_id, e.action, e.entity, e.entity_id, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(
    id_of('ours'), 'DOCUMENT_STATUS', 'document', document('passport'), 'document_processor', 'DOCUMENT_PROCESSOR',
    '{"ocrStatus": "pending", "virusScanStatus": "pending"}'::jsonb, '{"ocrStatus": "processing", "virusScanStatus": "clean"}'::jsonb, null, null
  )::text, 'a scan makes an entry with the worker as its actor'
) from found('passport', 'clean') as f, latest_entry() as e where f is not null;
select ok((document_row('passport')).virus_scan_completed_at > now(), 'a scan has its own time');

-- A second scan.
select is(found('passport', 'clean'), 'clean, processing, to be read', 'the same result of a second scan is accepted');
select throws_ok($$select found('passport', 'infected')$$, 'JCFIX', null, 'another result of a second scan is refused');

-- Refused results.
select is(outcome(format('select worker.record_scan(document(%L), claim_of(%L), %L)', 'read', 'read', s)), code, 'only the results of a scan are accepted: ' || coalesce(s, 'null'))
from (values ('pending', 'JCFIX'), ('Clean', '22P02'), ('', '22P02'), (null, '23502'), ('clean', 'ok')) as v (s, code);
select is(outcome($$select worker.record_scan(document('read'), core.new_id(), 'clean')$$), 'JCLEA', 'another lease is refused');
select is(outcome($$select worker.record_scan(document('report'), core.new_id(), 'clean')$$), 'JCLEA', 'a document without a job is refused');
select is(outcome(c.name, $$select worker.record_scan(document('read'), null, 'clean')$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

-- A document deleted in the meantime.
select act_as_dba();
select claim_of('read') as lease \gset
select act_as('officer');
select api.delete_document(document('read'));
select act_as_worker();
select is(outcome(format('select worker.record_scan(document(%L), %L, %L)', 'read', :'lease', 'clean')), 'JCFIX', 'a document that was deleted meanwhile is refused');

select * from finish();
rollback;
