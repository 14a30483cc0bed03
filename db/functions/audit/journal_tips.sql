-- The newest seal of each journal
create or replace function audit.journal_tips()
returns table (journal text, number bigint, digest bytea)
language sql
stable
security invoker
set search_path = ''
as $$
  select j.journal::text, s.number, s.digest
  from unnest(enum_range(null::audit.journal)) as j (journal)
  cross join lateral (
    select t.number, t.digest from audit.seals as t where t.journal = j.journal order by t.number desc limit 1
  ) as s;
$$;

comment on function audit.journal_tips() is 'For an anchor: how many seals each journal has, and the digest of the last; no row for one without.';

revoke all on function audit.journal_tips() from public;
grant execute on function audit.journal_tips() to casefile_backup;
