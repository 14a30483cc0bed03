-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- The planner expects too few last entries, and would search all of them for each chain.
set enable_nestloop = off
as $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    with bounds as (
      select
        coalesce(p_from, '00000000-0000-0000-0000-000000000000') as first,
        coalesce(p_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as last
    ),
    entries as (
      select
        e.case_id,
        e.id,
        e.digest,
        audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
        e.digest_form < lag(e.digest_form) over (partition by e.case_id order by e.id) as is_older_form,
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected or e.is_older_form
    union all
    select c.case_id, e.id, 'entries are missing at the end'
    from audit.chains as c
    left join entries as e on e.case_id = c.case_id and e.from_end = 1
    where c.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and (e.length is distinct from c.length or e.digest <> c.digest)
    union all
    select c.id, null, 'without any audit entry'
    from core.cases as c
    where c.id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and not exists (
        select from audit.chains as h
        where h.case_id = c.id and h.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      );
end;
$$;

comment on function audit.find_broken_links(uuid, uuid) is
'The findings of audit.find_broken_chains for the cases between two ids; null stands for the first or the last case.';

revoke all on function audit.find_broken_links(uuid, uuid) from public;
grant execute on function audit.find_broken_links(uuid, uuid) to casefile_backup;
