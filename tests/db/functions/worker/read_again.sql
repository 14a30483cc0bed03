\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.again(variadic p_names text[] default null) returns text language plpgsql as $$
begin
  perform fixture.act_as_worker();
  return (
    select string_agg(d.name, ' ' order by d.name)
    from worker.read_again((select array_agg(fixture.document(n)) from unnest(p_names) as n)) as a join fixture.documents as d on d.id = a
  );
end;
$$;
select is(again(), null, 'without failed readings, nothing is queued');
delete from core.document_jobs;
select set_document(n, 'ocr_status = ''failed'', ocr_failure_reason = ''why'', ocr_completed_at = now()') from unnest('{order,report,passport,removed}'::text[]) as n;
select set_document('order', 'virus_scan_status = ''clean''');
select is(again('order', 'clean', 'begun', 'removed'), 'order', 'of the named documents, only existing ones with a failed reading are queued');
select is(
  row(d.ocr_status, d.ocr_failure_reason, d.ocr_completed_at)::text, '(processing,,)', 'a queued document is being processed'
) from document_row('order') as d;
select is((job_of('order')).attempts, 0, 'a queued document has a new job');
select is(
  row(e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row('DOCUMENT_STATUS', 'document_processor', 'DOCUMENT_PROCESSOR', '{"ocrStatus": "failed", "ocrFailureReason": "why"}'::jsonb, '{"ocrStatus": "processing", "ocrFailureReason": null}'::jsonb)::text,
  'the new reading is recorded'
) from latest_entry() as e;
select is(again('order'), null, 'a document that is queued is not queued again');
select is(again(), 'passport report', 'without names, all failed readings are queued');
select is((document_row('report')).ocr_status::text, 'pending', 'a document that was not scanned is scanned before it is read');
select is(outcome(c.name, 'select worker.read_again()'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
