-- The prefix of the settings that hold a caller's claims
create or replace function auth.claims_prefix()
returns text
language plpgsql
-- The secret never changes. The plan of the one expression that calls this contains it, and a connection reads the table only
-- once.
immutable
security invoker
set search_path = ''
as $$
begin
  -- A plan contains the result, so a printed plan would show it.
  if current_setting('debug_print_plan') <> 'off' then
    raise exception using errcode = 'JCSES', message = 'No requests are served while debug_print_plan is on';
  end if;

  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database. Knowing it is enough to act as any user. For auth.claim_session and core.claim only.
Errors: JCSES a plan that contains it would be shown.';

revoke all on function auth.claims_prefix() from public;
