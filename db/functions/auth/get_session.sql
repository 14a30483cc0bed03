-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.session
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    return null;
  end if;

  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at) then
    perform auth.touch_session(p_token_sha256);
    v_session := auth.find_session(p_token_sha256);
  end if;

  return row(
    auth.session_caller(v_session), v_session.expires_at, auth.show_memberships(v_session.user_id, v_session.claimed),
    v_session.ends_at
  )::api.session;
end;
$$;

comment on function auth.get_session(bytea) is
'A session, with its user''s memberships; null if there is none. Definer: the server may not read the table.';

revoke all on function auth.get_session(bytea) from public;
grant execute on function auth.get_session(bytea) to casefile_api;
