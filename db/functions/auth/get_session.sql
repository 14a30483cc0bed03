-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.caller
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

  if v_session.expires_at < now() + interval '29 minutes' then
    perform auth.touch_session(p_token_sha256);
  end if;

  return auth.session_caller(v_session);
end;
$$;

comment on function auth.get_session(bytea) is
'The caller of a session; null when there is none. Definer: the server may not read the table.';

revoke all on function auth.get_session(bytea) from public;
grant execute on function auth.get_session(bytea) to casefile_api;
