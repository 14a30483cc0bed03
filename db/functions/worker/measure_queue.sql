-- How much work waits
create or replace function worker.measure_queue()
returns worker.queue_state
language sql
stable
security definer
set search_path = ''
as $$
  select row(count(*), coalesce(extract(epoch from now() - min(j.queued_at)), 0))::worker.queue_state
  from core.document_jobs as j
  where j.leased_until is null or j.leased_until < now();
$$;

comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has waited; claimed documents do not count. Reads only
the queue. Definer: the server, which reports it, may not read the table. For servers up to 0.4.0; see worker.measure_tasks.';

revoke all on function worker.measure_queue() from public;
grant execute on function worker.measure_queue() to casefile_api;
