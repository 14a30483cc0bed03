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
select is(again(), null, 'nothing has failed');
delete from core.document_jobs;
select set_document(n, 'ocr_status = ''failed'', ocr_failure_reason = ''why'', ocr_completed_at = now()') from unnest('{order,report,passport,removed}'::text[]) as n;
select set_document('order', 'virus_scan_status = ''clean''');
select is(again('order', 'clean', 'begun', 'removed'), 'order', 'of these, existing failed ones');
select is(
  row(d.ocr_status, d.ocr_failure_reason, d.ocr_completed_at)::text, '(processing,,)', 'is to be read'
) from document_row('order') as d;
select is((job_of('order')).attempts, 0, 'from the beginning');
select is(
  row(e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row('DOCUMENT_STATUS', 'document_processor', 'DOCUMENT_PROCESSOR', '{"ocrStatus": "failed", "ocrFailureReason": "why"}'::jsonb, '{"ocrStatus": "processing", "ocrFailureReason": null}'::jsonb)::text,
  'recorded'
) from latest_entry() as e;
select is(again('order'), null, 'once');
select is(again(), 'passport report', 'all others');
select is((document_row('report')).ocr_status::text, 'pending', 'unscanned, it is scanned first');
select is(outcome(c.name, 'select worker.read_again()'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
