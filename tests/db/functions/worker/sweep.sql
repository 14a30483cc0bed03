\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.swept(p_seconds integer default 3600) returns text language plpgsql as $$
begin
  perform fixture.act_as_worker();
  return (
    select coalesce(string_agg(d.name, ' ' order by s.ordinality), '')
    from worker.sweep(p_seconds) with ordinality as s join fixture.documents as d on (d.id, d.case_id) = (s.document_id, s.case_id)
  );
end;
$$;
create function fixture.left_alone() returns text language sql security definer as $$
  select md5(string_agg(d::text, '' order by d.id)) from core.documents as d;
$$;

-- Nothing to do.
create temp table before as select left_alone() as digest;
grant select on before to public;
select is(swept(), 'failed', 'a sweep names failed uploads');
select is(left_alone(), digest, 'a sweep without anything to end changes nothing') from before;

-- Abandoned uploads.
select set_document('begun', 'uploaded_at = now() - interval ''3600 s''');
select swept();
select is((document_row('begun')).upload_status::text, 'uploading', 'an upload of exactly an hour is not ended');
select set_document('begun', 'uploaded_at = now() - interval ''3601 s''');
select set_document('order', 'uploaded_at = now() - interval ''3601 s''');
select is(swept(), 'begun failed', 'an upload of more than an hour is ended, and the oldest is named first');
select is((document_row('begun')).upload_status::text, 'failed', 'an abandoned upload is failed');
select is((document_row('order')).upload_status::text, 'complete', 'a complete document stays complete');
select is(
  row(e.action, e.entity_id, e.actor, e.actor_role, e.before, e.after)::text,
  row('DOCUMENT_STATUS', document('begun'), 'document_processor', 'DOCUMENT_PROCESSOR', '{"uploadStatus": "uploading"}'::jsonb, '{"uploadStatus": "failed"}'::jsonb)::text,
  'the end of an abandoned upload is recorded'
) from latest_entry() as e;
select is(outcome('adopter', $$select end_upload('begun')$$), 'JCNIL', 'an ended upload cannot be completed');

-- Documents that failed, or killed their worker, five times.
select set_job('order', 'attempts = 5, last_failure = ''because''');
select set_job('report', 'attempts = 5, lease = core.new_id(), leased_until = now() - interval ''1 ms''');
select set_job('passport', 'attempts = 5, lease = core.new_id(), leased_until = now() + interval ''1 ms''');
select set_job('foreign', 'attempts = 4, last_failure = ''because''');
select set_job('clean', 'attempts = 5, last_failure = ''because''');
select is(swept(), 'begun failed', 'a sweep also ends documents after five attempts');
select is(
  concat_ws(', ', d.ocr_status, d.virus_scan_status, d.ocr_failure_reason, case when job_of(n.name) is null then 'done' end), n.found, 'the document after the sweep: ' || n.name
)
from (
  values
    ('order', 'failed, pending, because, done'), ('report', 'failed, pending, The document could not be processed, done'), ('passport', 'pending, pending'),
    ('foreign', 'pending, pending'), ('clean', 'not-applicable, clean, done'), ('infected', 'pending, infected')
) as n (name, found), document_row(n.name) as d;
select is(outcome('judge', $$select api.download_document(document('order'))$$), 'JCUNS', 'a document that was given up before its scan is not served');

-- Deleted ones.
select is((job_of('removed')).document_id, null, 'a deleted document has no job');
select is((document_row('removed')).ocr_status::text, 'pending', 'a deleted document keeps its status');
select act_as('officer');
select begin_upload('stopped', 'stopped.pdf'), begin_upload('stopped_later', 'stopped_later.pdf');
update core.documents set deleted_at = now() where id in (document('stopped'), document('stopped_later'));
select api.delete_document(document('infected'));
select set_document('stopped', 'uploaded_at = now() - interval ''2 d'', deleted_at = now() - interval ''3601 s''');
select set_document('stopped_later', 'uploaded_at = now() - interval ''2 d'', deleted_at = now()');
select is(swept(), 'stopped begun failed', 'an upload that was deleted in progress is named after an hour');
select is((document_row('stopped')).upload_status::text, 'uploading', 'an upload that was deleted in progress keeps its status');
select set_document('failed', 'deleted_at = now()');
select is(swept(), 'stopped begun failed', 'a failed upload that was deleted is named too');
select is((job_of('infected')).document_id, null, 'an infected document that was deleted has no job');

-- A hundred at a time.
select act_as('officer');
select api.fail_upload(begin_upload('many ' || n, 'many.pdf')) from generate_series(1, 101) as n;
select act_as_worker();
select is((select count(*) from worker.sweep()), 100::bigint, 'a sweep names at most a hundred uploads');
select worker.record_removal(s.document_id) from worker.sweep() as s;
select is((select count(*) from worker.sweep()), 4::bigint, 'the next sweep names the others');

select is(outcome(c.name, 'select worker.sweep()'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
