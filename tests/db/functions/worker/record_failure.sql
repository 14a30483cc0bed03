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
select is(failed('order', true), a || ' ' || s || ' because', 'attempt ' || a)
from (values (1, 2), (2, 4), (3, 8), (4, 16)) as v (a, s);
select is((document_row('order')).ocr_status::text, 'pending', 'no document field');
select is(failed('order', true), '', 'attempt 5');
select is(d.ocr_status || ', ' || d.ocr_failure_reason, 'failed, because', 'then it is given up') from document_row('order') as d;
select is(outcome($$select claim_of('order')$$), 'P0001', 'and no sixth');
select is(failed('report', false), '0 2 because', 'not its fault, for the time ' || n) from generate_series(1, 12) as n;
select is((select failed('report', true)), '1 2 because', 'its first fault');

-- The last time.
select act_as_dba();
select set_job('report', 'attempts = 0');
select worker.record_failure(document('report'), claim_of('report'), 'it takes too long', true, true);
select is((job_of('report')).document_id, null, 'the first attempt was the last');
select is(d.ocr_status || ', ' || d.ocr_failure_reason, 'failed, it takes too long', 'and the document says why') from document_row('report') as d;

-- The reason it keeps.
select act_as_dba();
select set_job('passport', 'attempts = 4');
select worker.record_failure(document('passport'), claim_of('passport'), repeat('x', 501), false);
select is((job_of('passport')).last_failure, repeat('x', 500), 'for ops, in short');
select act_as_dba();
select set_job('passport', 'attempts = 1');
select is(outcome($$select worker.record_failure(document('passport'), claim_of('passport'), null, true)$$), 'ok', 'without a reason');

select act_as_worker();
select is(outcome($$select worker.record_failure(document('passport'), core.new_id(), 'x', true)$$), 'JCLEA', 'with another claim');
select is(outcome(format('select worker.record_failure(document(''begun''), %L, ''x'', true)', id_of('ours'))), 'JCLEA', 'no job');
select is(outcome(c.name, $$select worker.record_failure(document('order'), null, 'x', true)$$), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
