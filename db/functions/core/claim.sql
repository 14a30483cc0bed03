-- What the session says of the caller at work
create or replace function core.claim(p_name text)
returns text
language plpgsql
stable
security definer
-- No search path of its own, which would cost more than the rest: policies call this six times for one case. All names are
-- qualified instead, operators too.
as $$
declare
  v_claim text;
begin
  -- A plan that is shown would show the secret, and so might an error about a name that cannot be. This expression has none in
  -- it; the next is planned when it is reached.
  if pg_catalog.current_setting('debug_print_plan') operator(pg_catalog.=) 'off'
    and p_name operator(pg_catalog.=) any ('{user_id,court_code,organisation_id}'::pg_catalog.text[])
  then
    v_claim := pg_catalog.current_setting(
      auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
        pg_catalog.current_setting('role'),
      true
    );
  end if;

  -- Each begins with =, as a setting of an earlier transaction is empty, and not null.
  if v_claim is null or v_claim operator(pg_catalog.=) '' then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  return case when v_claim operator(pg_catalog.<>) '=' then pg_catalog.substr(v_claim, 2) end;
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the role at work; null for one that it has
not. For policies, in a scalar sub-select. Definer: what auth.claim_session has set has a name that only the owner knows, so that nobody
becomes a caller by setting it.
Errors: JCSES no session was resumed in this role.';

revoke all on function core.claim(text) from public;
grant execute on function core.claim(text) to casefile_caller;
