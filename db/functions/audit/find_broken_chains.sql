-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem from audit.find_broken_links(p_case_id, p_case_id) as b;
$$;

comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries of one case, or of all, whose digest does not match their contents and predecessor. No row if all are as
they were written.';

revoke all on function audit.find_broken_chains(uuid) from public;
grant execute on function audit.find_broken_chains(uuid) to casefile_backup;
