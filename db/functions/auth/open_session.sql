-- Open a session
create or replace function auth.open_session(p_session auth.sessions, p_request_id uuid, p_client_address text)
returns auth.sessions
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := p_session;
begin
  v_session.opened_at := now();
  v_session.ends_at := coalesce(p_session.ends_at, now() + interval '12 hours');
  v_session.expires_at := case
    when v_session.kind = 'bearer' then v_session.ends_at else least(now() + interval '30 minutes', v_session.ends_at)
  end;

  perform auth.limit_sessions(v_session.user_id, v_session.user_role);
  insert into auth.sessions select v_session.*;
  perform auth.record_sign_in(v_session, 'OPENED', p_request_id, p_client_address);

  return v_session;
end;
$$;

comment on function auth.open_session(auth.sessions, uuid, text) is
'Opens a session, records it, and ends those that auth.limit_sessions selects. It ends after 12 hours unless stated.';

revoke all on function auth.open_session(auth.sessions, uuid, text) from public;
