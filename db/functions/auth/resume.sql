-- Become the caller of a session
create or replace function auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  perform auth.become(
    v_session.user_role::text, v_session.user_id, v_session.court_code, v_session.organisation_id,
    p_request_id, p_client_address
  );

  return v_session.expires_at < now() + interval '29 minutes';
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the role and claims of the session''s caller; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one.';

revoke all on function auth.resume(bytea, uuid, text) from public;
grant execute on function auth.resume(bytea, uuid, text) to casefile_api;
