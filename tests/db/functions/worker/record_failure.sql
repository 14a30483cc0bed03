\ir ../../fixtures.psql
\ir ../../documents.psql
\ir ../../jobs.psql

create function fixture.failed(p_name text, p_blames boolean) returns text language plpgsql as $$
declare
  v_job core.document_jobs;
begin
  perform worker.record_failure(fixture.document(p_name), fixture.claim_of(p_name), 'because', p_blames);
  v_job := fixture.job_of(p_name);
  return concat_ws(' ', v_job.attempts, extract(epoch from v_job.run_at - now())::integer, v_job.last_failure, v_job.lease);
end;
$$;
select is(failed('order', true), a || ' ' || s || ' because', 'the time before the next attempt doubles: attempt ' || a)
from (values (1, 2), (2, 4), (3, 8), (4, 16)) as v (a, s);
select is((document_row('order')).ocr_status::text, 'pending', 'a failure that is tried again does not change the document');
select is(failed('order', true), '', 'the fifth failure ends the job');
select is(d.ocr_status || ', ' || d.ocr_failure_reason, 'failed, because', 'after five failures, the document is failed') from document_row('order') as d;
select is(outcome($$select claim_of('order')$$), 'P0001', 'there is no sixth attempt');
select is(failed('report', false), '0 2 because', 'a failure that is not the document''s fault does not count: ' || n) from generate_series(1, 12) as n;
select is((select failed('report', true)), '1 2 because', 'the first failure that is the document''s fault counts as one');

-- The last time.
select act_as_dba();
select set_job('report', 'attempts = 0');
select worker.record_failure(document('report'), claim_of('report'), 'it takes too long', true, true);
select is((job_of('report')).document_id, null, 'a failure that is final ends the job at the first attempt');
select is(d.ocr_status || ', ' || d.ocr_failure_reason, 'failed, it takes too long', 'the document has the reason of the final failure') from document_row('report') as d;

-- The reason it keeps.
select act_as_dba();
select set_job('passport', 'attempts = 4');
select worker.record_failure(document('passport'), claim_of('passport'), repeat('x', 501), false);
select is((job_of('passport')).last_failure, repeat('x', 500), 'the job keeps the first 500 characters of the reason');
select act_as_dba();
select set_job('passport', 'attempts = 1');
select is(outcome($$select worker.record_failure(document('passport'), claim_of('passport'), null, true)$$), 'ok', 'a failure without a reason is accepted');

select act_as_worker();
select is(outcome($$select worker.record_failure(document('passport'), core.new_id(), 'x', true)$$), 'JCLEA', 'another lease is refused');
select is(outcome(format('select worker.record_failure(document(''begun''), %L, ''x'', true)', id_of('ours'))), 'JCLEA', 'a document without a job is refused');
select is(outcome(c.name, $$select worker.record_failure(document('order'), null, 'x', true)$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
