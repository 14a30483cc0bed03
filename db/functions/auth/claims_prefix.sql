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
  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database: whoever knows it can be anybody. For auth.claim_session and core.claim alone, which show it in no plan.';

revoke all on function auth.claims_prefix() from public;
