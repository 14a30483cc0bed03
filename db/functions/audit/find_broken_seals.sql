-- Whether the journals are as they were sealed
create or replace function audit.find_broken_seals(p_since jsonb default '{}')
returns table (journal text, seal_number bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with seals as (
    select
      s.journal,
      s.number,
      s.last_id,
      s.row_count,
      s.content,
      s.digest,
      audit.seal_digest(lag(s.digest) over of_journal, s) as expected,
      coalesce(lag(s.number) over of_journal, 0) as number_before,
      coalesce(lag(s.last_id) over of_journal, 0) as last_before,
      s.journal in ('audit.refusals', 'auth.sign_ins') and s.newest_at < (select audit.kept_since()) as may_be_removed
    from audit.seals as s
    where s.number >= coalesce((p_since ->> s.journal::text)::bigint, 0)
    window of_journal as (partition by s.journal order by s.number)
  ),
  checked as (
    select s.*
    from seals as s
    where s.number > coalesce((p_since ->> s.journal::text)::bigint, 0)
  )
  select c.journal::text, c.number, 'the seal was changed, or one before it is missing'
  from checked as c
  where c.digest is distinct from c.expected or c.number <> c.number_before + 1
  union all
  select c.journal::text, c.number, format('rows %s to %s were changed, removed or added', c.last_before + 1, c.last_id)
  from checked as c
  cross join lateral (
    select count(*) as row_count, sha256(string_agg(r.content, '' order by r.id)) as content
    from audit.sealed_rows(c.journal, c.last_before, c.last_id) as r
  ) as f
  where (f.row_count <> c.row_count or f.content is distinct from c.content)
    and not (c.may_be_removed and f.row_count < c.row_count);
$$;

comment on function audit.find_broken_seals(jsonb) is
'For DBAs: the seals whose rows or position in the chain differ from what was sealed; all seals, or those after the given numbers
({"auth.sign_ins": 1440}). Rows of refusals and sign-ins from over two years ago may be missing.';

revoke all on function audit.find_broken_seals(jsonb) from public;
grant execute on function audit.find_broken_seals(jsonb) to casefile_backup;
