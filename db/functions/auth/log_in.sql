-- POST /api/auth/login
create or replace function auth.log_in(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_username text,
  p_role text,
  p_court_assignment text default null,
  p_organisation_id text default null,
  p_return_url text default null
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_username text := core.trimmed(p_username);
  v_court_name text := core.trimmed(p_court_assignment);
  v_session auth.sessions;
begin
  if v_username is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    perform core.refuse_field('role', 'Invalid role selected');
  end if;

  if v_court_name is not null then
    v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
    if v_session.court_code is null then
      perform core.refuse_field('courtAssignment', 'Unknown court');
    end if;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  perform auth.limit_sessions(v_username, p_role::core.user_role);

  insert into auth.sessions (token_sha256, user_id, username, user_role, court_code, organisation_id, expires_at)
  values (
    p_token_sha256, v_username, v_username, p_role::core.user_role, v_session.court_code,
    core.trimmed(p_organisation_id), now() + interval '30 minutes'
  )
  returning * into v_session;

  return row(
    auth.session_caller(v_session),
    case
      when auth.is_safe_return_url(p_return_url) then p_return_url
      when v_session.user_role = 'ADOPTER' then '/my-cases'
      else '/dashboard'
    end
  )::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session, and ends the one that the browser had, and those that auth.limit_sessions says. Definer: the server may
not write the table.
Errors: JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;
