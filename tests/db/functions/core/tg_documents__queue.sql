\ir ../../fixtures.psql
\ir ../../documents.psql

select is(
  array(select d.name from core.document_jobs as j join documents as d on d.id = j.document_id order by 1),
  '{clean,foreign,infected,order,passport,removed,report}', 'each complete document has a job, and nothing else has one'
);
select is(
  to_jsonb(j) - '{document_id}'::text[],
  jsonb_build_object('attempts', 0, 'run_at', now(), 'queued_at', now(), 'lease', null, 'leased_until', null, 'last_failure', null), 'a new job is due now and has no attempts'
) from job_of('order') as j;

select act_as('adopter');
select end_upload('begun');
select act_as_dba();
select is((job_of('begun')).document_id, document('begun'), 'completing an upload makes a job');
delete from core.document_jobs;
select scanned('order', 'clean');
select act_as('officer');
select api.delete_document(document('order'));
select begin_upload('new', 'new.pdf');
select api.fail_upload(document('new'));
select act_as_dba();
select is_empty('select from core.document_jobs', 'a scan, a deletion or a failed upload makes no job');
select set_document('report', 'ocr_status = ''failed''');
update core.documents set ocr_status = 'processing' where id = document('report');
select is((job_of('report')).attempts, 0, 'a document that is to be read again gets a job');
select set_document('report', 'ocr_status = ''failed''');
select is(outcome($$update core.documents set ocr_status = 'processing' where id = document('report')$$), 'ok', 'a document with a job can be queued again');

-- No listener hears it before the commit, so this revokes the right to notify.
revoke execute on function pg_notify(text, text) from casefile_owner;
select set_document('report', 'ocr_status = ''failed''');
select is(outcome($$update core.documents set ocr_status = 'processing' where id = document('report')$$), '42501', 'queueing notifies the worker');
grant execute on function pg_notify(text, text) to casefile_owner;

set local session_replication_role = replica;
select act_as('officer');
select upload('newer', 'newer.pdf');
select isnt((job_of('newer')).document_id, null, 'the trigger also fires with session_replication_role = replica');

select * from finish();
rollback;
