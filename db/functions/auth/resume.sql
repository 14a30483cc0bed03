-- Become the caller of a session
create or replace function auth.resume(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_reads boolean default false
)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.claim_session(p_token_sha256, p_reads);
  -- An assignment costs half as much as a query.
  v_settings text := set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true);
begin
  if p_reads then
    v_settings := set_config('transaction_read_only', 'on', true);
  else
    -- For the audit.
    v_settings := set_config('casefile.request_id', coalesce(p_request_id::text, ''), true)
      || set_config('casefile.client_address', coalesce(p_client_address, ''), true);
  end if;

  -- Invoker, because a definer function may not set the role.
  return set_config('role', v_role, true);
end;
$$;

comment on function auth.resume(bytea, uuid, text, boolean) is
'Sets the database role and the claims of the session''s caller until the end of the transaction. Policies and triggers read the
claims with core.claim. Returns the role. For an operation that only reads, makes the transaction read-only.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

revoke all on function auth.resume(bytea, uuid, text, boolean) from public;
grant execute on function auth.resume(bytea, uuid, text, boolean) to casefile_api;
