-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    select b.case_id, b.entry_id, b.problem
    from audit.find_broken_links(p_from, p_to) as b
    union all
    select u.case_id, u.entry_id, u.problem
    from audit.find_unrecorded(p_from, p_to) as u
    union all
    select h.case_id, null, 'the case of this trail is gone'
    from audit.chains as h
    where h.case_id between p_from and p_to
      and not exists (select from core.cases as c where c.id = h.case_id and c.id between p_from and p_to)
    union all
    select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
    from core.cases as c
    left join audit.entries as e
      on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
    where c.id between p_from and p_to
    group by c.id, c.version
    having c.version <> count(e.id) + 1
    union all
    select e.case_id, e.id, 'of another court than its case: ' || e.court_code
    from audit.entries as e
    join core.cases as c on c.id = e.case_id
    where e.case_id between p_from and p_to and e.court_code <> c.court_code;
end;
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, for the cases between two ids: the findings of audit.find_broken_links and audit.find_unrecorded, trails without a case,
versions that are not the number of audited changes plus one, and entries of another court.';

revoke all on function audit.find_faults(uuid, uuid) from public;
grant execute on function audit.find_faults(uuid, uuid) to casefile_backup;
