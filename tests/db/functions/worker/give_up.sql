\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.given_up(p_name text) returns text language plpgsql as $$
declare
  v_document core.documents;
begin
  perform fixture.act_as_worker();
  perform worker.give_up(fixture.document(p_name));
  v_document := fixture.document_row(p_name);
  return concat_ws(
    ', ', v_document.virus_scan_status, v_document.ocr_status, v_document.ocr_failure_reason,
    case when fixture.job_of(p_name) is null then 'done' end
  );
end;
$$;
select set_job('order', 'last_failure = ''because''');
select is(given_up('order'), 'pending, failed, because, done', 'a document that was not scanned is failed and never served');
select is(given_up('report'), 'pending, failed, The document could not be processed, done', 'without a recorded failure, a general reason is given');
select is(given_up('clean'), 'clean, not-applicable, done', 'a scanned document without a text to read is only done');
select is(given_up('removed'), 'pending, pending, done', 'a deleted document keeps its status');
select is(given_up('order'), 'pending, failed, because, done', 'giving up twice changes nothing');
select is(outcome(c.name, $$select worker.give_up(document('report'))$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
