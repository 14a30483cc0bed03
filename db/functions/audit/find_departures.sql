-- Whether the trails still match an anchor
create or replace function audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with changed as materialized (
    select * from audit.changed_tips(p_from, p_to, p_case_ids, p_lengths, p_digests)
  ),
  -- Planning makes a single case cost as much as thirty that are read together, in the order of ids.
  extent as materialized (
    select min(c.case_id::text)::uuid as first, max(c.case_id::text)::uuid as last, count(*) > 100 as are_many
    from changed as c
  )
  select c.case_id, null::bigint, format('was anchored with %s entries, and has %s', c.anchored_length, coalesce(c.length, 0))
  from changed as c
  where coalesce(c.length, 0) < c.anchored_length
  union all
  select c.case_id, e.id, 'is not the entry that was anchored'
  from changed as c
  cross join lateral (
    select h.id, h.digest from audit.entries as h where h.case_id = c.case_id order by h.id offset c.anchored_length - 1 limit 1
  ) as e
  where e.digest <> c.anchored_digest
  union all
  select f.case_id, f.entry_id, f.problem
  from changed as c
  cross join lateral audit.find_faults(c.case_id, c.case_id) as f
  where not (select e.are_many from extent as e)
  union all
  select f.case_id, f.entry_id, f.problem
  from extent as e
  cross join lateral audit.find_faults(e.first, e.last) as f
  where e.are_many and f.case_id in (select c.case_id from changed as c);
$$;

comment on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) is
'For the cases between two ids, compared with the tips of an anchor: trails that are gone, shorter, or rewritten; and the findings
of audit.find_faults for cases that are new or changed since. No row of other cases is read, unless more than a hundred have
changed.';

revoke all on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) from public;
grant execute on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) to casefile_backup;
