\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.claim(p_seconds integer default 300, p_task text default null) returns text language plpgsql as $$
declare
  v_job worker.job;
begin
  perform fixture.act_as_worker();
  v_job := worker.claim_document(p_seconds, p_task);
  return (select d.name from fixture.documents as d where d.id = v_job.document_id);
end;
$$;
create function fixture.claimed_with(p_setting text) returns text language plpgsql as $$
begin
  perform fixture.act_as_dba();
  perform fixture.set_job('order', p_setting);
  return fixture.claim();
end;
$$;
create function fixture.needs(p_scan text, p_ocr text) returns text language plpgsql as $$
declare
  v_job worker.job;
begin
  perform fixture.act_as_dba();
  perform fixture.set_document('report', format('virus_scan_status = %L, ocr_status = %L', p_scan, p_ocr));
  perform fixture.set_job('report', 'attempts = 0, lease = null, leased_until = null, run_at = now()');
  perform fixture.act_as_worker();
  v_job := worker.claim_document();
  return concat_ws(' ', case when v_job.needs_scan then 'scan' end, case when v_job.needs_reading then 'read' end);
end;
$$;

-- Its owner.
select is(outcome(c.name, 'select worker.claim_document()'), '42501', 'this function may not be called by ' || c.name) from callers as c;
select act_as_server();
select is(outcome('select worker.claim_document()'), '42501', 'the server may not claim a document');

-- Documents to claim.
select act_as_dba();
delete from core.document_jobs where document_id not in (document('order'), document('report'), document('clean'));
select set_job('report', 'run_at = now() - interval ''2 s''');
select set_job('clean', 'run_at = now() - interval ''3 s''');
select act_as_worker();
create temp table claimed as select worker.claim_document(60) as job;
select is(
  to_jsonb(c.job) - 'lease', jsonb_build_object(
    'document_id', document('report'), 'case_id', id_of('ours'), 'filename', 'report.pdf', 'mime_type', 'application/pdf', 'file_size', 1000,
    'attempt', 1, 'needs_scan', true, 'needs_reading', false
  ), 'a claim returns all that the worker needs'
) from claimed as c;
select is(
  row((c.job).lease, now() + interval '60 s', 1, null)::text, row(j.lease, j.leased_until, j.attempts, j.last_failure)::text, 'a claim of 60 seconds lasts a minute'
) from claimed as c, job_of('report') as j;
select is(array[claim(), claim(), claim()], '{order,clean,NULL}', 'the oldest documents come first, each once, and scanned ones last');
select is((worker.claim_document()).document_id, null, 'when all documents are claimed, there is none to claim') from act_as_worker();
select is(worker.claim_document()::text, null, 'the result is then null and not a row of nulls');
select is((job_of('order')).leased_until, now() + interval '300 s', 'a claim lasts five minutes by default');
select isnt((job_of('order')).lease, (job_of('report')).lease, 'each claim has another lease');

-- Times.
select is(claimed_with(s.setting), s.name, 'a job is claimed when it is due, free, and tried less than five times: ' || s.setting)
from (
  values
    ('attempts = 0, lease = null, leased_until = null, run_at = now()', 'order'),
    ('attempts = 0, lease = null, leased_until = null, run_at = now() + interval ''1 ms''', null),
    ('attempts = 4, lease = null, leased_until = null, run_at = now()', 'order'),
    ('attempts = 5, lease = null, leased_until = null, run_at = now()', null),
    ('attempts = 1, lease = core.new_id(), leased_until = now() + interval ''1 ms''', null),
    ('attempts = 1, lease = core.new_id(), leased_until = now()', null),
    ('attempts = 1, lease = core.new_id(), leased_until = now() - interval ''1 ms''', 'order'),
    ('attempts = 5, lease = core.new_id(), leased_until = now() - interval ''1 ms''', null)
) as s (setting, name);
select is((job_of('order')).attempts, 5, 'a document may be claimed five times in all');
select is(claimed_with('attempts = 1, lease = null, leased_until = null, run_at = now()'), 'order', 'a document that was given back may be claimed again');
select is((job_of('order')).attempts, 2, 'a claim after a document was given back counts as another attempt');
select act_as('officer');
select api.delete_document(document('order'));
select is(claimed_with('attempts = 1, lease = null, leased_until = null'), null, 'a deleted document is not claimed');

-- The tasks that earlier results leave.
select is(needs(v.scan, v.ocr), v.needs, format('the status says what is left to do: %s, %s', v.scan, v.ocr))
from (
  values
    ('pending', 'pending', 'scan'), ('clean', 'processing', 'read'), ('skipped', 'processing', 'read'), ('pending', 'not-applicable', 'scan'),
    ('clean', 'pending', 'read')
) as v (scan, ocr, needs);

-- By task.
select act_as_dba();
select set_document('report', 'virus_scan_status = ''clean'', ocr_status = ''processing''');
select set_document('clean', 'virus_scan_status = ''pending''');
create function fixture.claimed_for(p_task text) returns text[] language plpgsql as $$
begin
  perform fixture.act_as_dba();
  perform fixture.set_job(n, 'attempts = 0, lease = null, leased_until = null, run_at = now()') from unnest('{report,clean}'::text[]) as n;
  return array[fixture.claim(300, p_task), fixture.claim(300, p_task)];
end;
$$;
select is(claimed_for('scan'), '{clean,NULL}', 'a claim to scan gets only documents that were not scanned');
select is(claimed_for('read'), '{report,NULL}', 'a claim to read gets only documents that were scanned');
select is(claimed_for(null), '{clean,report}', 'a claim without a task gets both');
select act_as_worker();
select is(outcome(format('select worker.claim_document(300, %L)', t)), 'JCFIX', 'another task is refused: ' || t) from unnest('{Scan,"",all}'::text[]) as t;

-- A claim holds a lock; the source must skip locked rows.
select matches(p.prosrc, 'for update of n skip locked', 'a claim skips locked rows, so that two workers do not wait for each other') from pg_proc as p where p.oid = 'worker.claim_document'::regproc;

select * from finish();
rollback;
