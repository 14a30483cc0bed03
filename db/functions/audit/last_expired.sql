-- The last removable row of a journal
create or replace function audit.last_expired(p_journal audit.journal)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select s.last_id
  from audit.seals as s
  where s.journal = p_journal
    and s.newest_at < audit.kept_since()
    and s.number <= (select (a.journals ->> p_journal::text)::bigint from audit.anchors as a order by a.id desc limit 1)
  order by s.newest_at desc
  limit 1;
$$;

comment on function audit.last_expired(audit.journal) is
'The last row of the last seal whose rows are all older than two years and that the newest anchor contains; null if there is none.
For auth.sweep.';

revoke all on function audit.last_expired(audit.journal) from public;
