\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.measured() returns text language plpgsql as $$
begin
  perform fixture.act_as_server();
  return worker.measure_queue();
end;
$$;

select is(measured(), '(7,0)', 'seven documents wait, since now');
select set_job('clean', 'queued_at = now() - interval ''1.5 s''');
select set_job('order', 'queued_at = now() - interval ''2 days 1 s''');
select is(measured(), '(7,172801)', 'the oldest document waits for two days');
select set_job('order', 'run_at = ''infinity'', attempts = 4');
select is(measured(), '(7,172801)', 'a document that was tried and delayed still waits');
select set_job('order', 'lease = core.new_id(), leased_until = now()');
select is(measured(), '(6,1.5)', 'a claimed document does not wait');
select set_job('order', 'leased_until = now() - interval ''1 microsecond''');
select is(measured(), '(7,172801)', 'a document waits again when its lease has ended');
select act_as_worker();
select worker.claim_document();
select is(measured(), '(6,172801)', 'a document that the worker claims does not wait');
select act_as_dba();
delete from core.document_jobs;
select is(measured(), '(0,0)', 'an empty queue has no waiting documents');

select is(outcome(c.name, 'select worker.measure_queue()'), '42501', 'this function may not be called by ' || c.name) from callers as c;
select act_as_worker();
select is(outcome('select worker.measure_queue()'), '42501', 'the worker may not call it');

select * from finish();
rollback;
