-- Wait for the writers of a journal, and admit no new ones
create or replace function audit.hold_journal(p_journal audit.journal)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  case p_journal
    when 'auth.directory_changes' then lock table auth.directory_changes in share row exclusive mode;
    when 'audit.reference_changes' then lock table audit.reference_changes in share row exclusive mode;
    when 'audit.restores' then lock table audit.restores in share row exclusive mode;
    when 'audit.anchors' then lock table audit.anchors in share row exclusive mode;
    when 'audit.refusals' then lock table audit.refusals in share row exclusive mode;
    when 'auth.sign_ins' then lock table auth.sign_ins in share row exclusive mode;
  end case;
end;
$$;

comment on function audit.hold_journal(audit.journal) is
'Locks a journal until the end of the transaction, so that no row with an id lower than a sealed one appears later. For
audit.seal_journal only.';

revoke all on function audit.hold_journal(audit.journal) from public;
