-- Become the caller of a session
create or replace function auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.claim_session(p_token_sha256);
  v_settings text;
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction. An assignment is half the
  -- work of a query.
  v_settings := set_config('casefile.request_id', coalesce(p_request_id::text, ''), true)
    || set_config('casefile.client_address', coalesce(p_client_address, ''), true)
    || set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true)
    || set_config('role', lower(v_session.user_role::text), true);

  return v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at);
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the database role and the claims of the session''s caller, which policies and triggers read with core.claim; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

revoke all on function auth.resume(bytea, uuid, text) from public;
grant execute on function auth.resume(bytea, uuid, text) to casefile_api;
