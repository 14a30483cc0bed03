\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.measured() returns text language plpgsql as $$
begin
  perform fixture.act_as_server();
  return (select string_agg(format('%s %s %s', t.task, t.waiting, t.oldest_seconds), ', ') from unnest(worker.measure_tasks()) as t);
end;
$$;

select is(measured(), 'scan 5 0, read 2 0, removal 1 0', 'documents wait for each task, since now');
select set_job('clean', 'queued_at = now() - interval ''1.5 s''');
select set_job('order', 'queued_at = now() - interval ''2 days 1 s''');
select set_document('failed', 'uploaded_at = now() - interval ''90 s''');
select is(measured(), 'scan 5 172801, read 2 1.5, removal 1 90', 'each task has its oldest document');
select set_job('order', 'lease = core.new_id(), leased_until = now()');
select is(measured(), 'scan 4 0, read 2 1.5, removal 1 90', 'a claimed document does not wait');
select set_job('order', 'leased_until = now() - interval ''1 microsecond''');
select is(measured(), 'scan 5 172801, read 2 1.5, removal 1 90', 'a document waits again when its lease has ended');
select act_as_worker();
select worker.record_removal(document('failed'));
select is(measured(), 'scan 5 172801, read 2 1.5, removal 0 0', 'a document whose bytes were removed does not wait');
select act_as_dba();
delete from core.document_jobs;
select is(measured(), 'scan 0 0, read 0 0, removal 0 0', 'an empty queue has no waiting documents');

select is(outcome(c.name, 'select worker.measure_tasks()'), '42501', 'this function may not be called by ' || c.name) from callers as c;
select act_as_worker();
select is(outcome('select worker.measure_tasks()'), '42501', 'the worker may not call it');

select * from finish();
rollback;
