-- A claim of the caller's session
create or replace function core.claim(p_name text)
returns text
language plpgsql
stable
security definer
-- A search path would cost more than the rest, and policies call this six times for one case. Instead, all names are
-- qualified, operators too.
as $$
begin
  return pg_catalog.current_setting(
    auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
      pg_catalog.current_setting('role'),
    true
  );
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the current role; empty or null if the
session lacks it, or without a session. For policies, in a scalar sub-select. Definer: only the owner knows the names of the
settings that auth.claim_session has set, so that nobody becomes a caller by setting them.';

revoke all on function core.claim(text) from public;
grant execute on function core.claim(text) to casefile_caller;
