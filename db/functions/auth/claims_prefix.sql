-- What the names of the settings begin with that hold a caller's claims
create or replace function auth.claims_prefix()
returns text
language plpgsql
-- The secret never changes. So a connection plans the one expression that calls this with the prefix in it, and reads no table
-- from then on.
immutable
security invoker
set search_path = ''
as $$
begin
  -- This is called while plans are made, that have it in them.
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
