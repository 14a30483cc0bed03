-- The owner of a session
create or replace function auth.session_caller(p_session auth.sessions)
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_session.user_id,
    p_session.username,
    p_session.user_role::text,
    (select c.name from core.courts as c where c.code = p_session.court_code),
    p_session.organisation_id
  )::api.caller;
end;
$$;

comment on function auth.session_caller(auth.sessions) is 'The caller of a session, as an answer shows it.';

revoke all on function auth.session_caller(auth.sessions) from public;
