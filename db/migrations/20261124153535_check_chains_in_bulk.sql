-- migrate:up

set local check_function_bodies = off;

-- db/functions/audit/find_broken_chains.sql
-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
  with entries as (
    select
      e.case_id,
      e.id,
      e.digest,
      audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
      row_number() over (partition by e.case_id order by e.id desc) as from_end,
      count(*) over (partition by e.case_id) as length
    from audit.entries as e
    where p_case_id is null or e.case_id = p_case_id
  )
  select e.case_id, e.id, 'changed, or an entry before it is missing'
  from entries as e
  where e.digest <> e.expected
  union all
  select c.case_id, e.id, 'entries are missing at the end'
  from audit.chains as c
  left join entries as e on e.case_id = c.case_id and e.from_end = 1
  where (p_case_id is null or c.case_id = p_case_id)
    and (e.length is distinct from c.length or e.digest <> c.digest)
  union all
  select c.id, null, 'without any audit entry'
  from core.cases as c
  where (p_case_id is null or c.id = p_case_id)
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries whose digest is not that of their contents and predecessor, of one case or of all; no row when
all is as it was written.';

revoke all on function audit.find_broken_chains(uuid) from public;

-- migrate:down

set local check_function_bodies = off;

-- db/functions/audit/find_broken_chains.sql
-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with entries as (
    select
      e.case_id,
      e.id,
      e.digest,
      audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
      row_number() over (partition by e.case_id order by e.id desc) as from_end,
      count(*) over (partition by e.case_id) as length
    from audit.entries as e
    where p_case_id is null or e.case_id = p_case_id
  )
  select e.case_id, e.id, 'changed, or an entry before it is missing'
  from entries as e
  where e.digest <> e.expected
  union all
  select c.case_id, e.id, 'entries are missing at the end'
  from audit.chains as c
  left join entries as e on e.case_id = c.case_id and e.from_end = 1
  where (p_case_id is null or c.case_id = p_case_id)
    and (e.length is distinct from c.length or e.digest <> c.digest)
  union all
  select c.id, null, 'without any audit entry'
  from core.cases as c
  where (p_case_id is null or c.id = p_case_id)
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries whose digest is not that of their contents and predecessor, of one case or of all; no row when
all is as it was written.';

revoke all on function audit.find_broken_chains(uuid) from public;
