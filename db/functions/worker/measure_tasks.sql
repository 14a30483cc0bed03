-- How much work waits, by its kind
create or replace function worker.measure_tasks()
returns worker.task_state[]
language sql
stable
security definer
set search_path = ''
as $$
  with waiting (task, since) as (
    select case d.virus_scan_status when 'pending' then 'scan' else 'read' end, j.queued_at
    from core.document_jobs as j
    join core.documents as d on d.id = j.document_id
    where j.leased_until is null or j.leased_until < now()
    union all
    select 'removal', d.uploaded_at
    from core.documents as d
    where d.upload_status = 'failed'
      and not exists (select from core.document_removals as r where r.document_id = d.id)
  )
  select array_agg(s)
  from (
    select t.task, count(w.since), coalesce(extract(epoch from now() - min(w.since)), 0)
    from unnest('{scan,read,removal}'::text[]) with ordinality as t (task, place)
    left join waiting as w on w.task = t.task
    group by t.task, t.place
    order by t.place
  ) as m (task, waiting, oldest_seconds)
  cross join lateral (select row(m.task, m.waiting, m.oldest_seconds)::worker.task_state as s) as one;
$$;

comment on function worker.measure_tasks() is
'How many documents wait for scanning, for reading, and for removal after a failed upload; and for how many seconds the oldest of
each has waited. Claimed documents do not count. Definer: the server, which reports it, may not read the tables.';

revoke all on function worker.measure_tasks() from public;
grant execute on function worker.measure_tasks() to casefile_api;
