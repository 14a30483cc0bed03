-- migrate:up

-- Functions call each other across files.
set local check_function_bodies = off;

-- Become a caller until the end of the transaction
create or replace function auth.become(
  p_role text,
  p_user_id text,
  p_court_code text,
  p_organisation_id text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction.
  perform
    set_config('casefile.user_id', p_user_id, true),
    set_config('casefile.court_code', coalesce(p_court_code, ''), true),
    set_config('casefile.organisation_id', coalesce(p_organisation_id, ''), true),
    set_config('casefile.request_id', coalesce(p_request_id::text, ''), true),
    set_config('casefile.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true),
    set_config('role', lower(p_role), true);
end;
$$;

comment on function auth.become(text, text, text, text, uuid, text) is
'Takes on the caller''s database role and claims. Policies and triggers read them as casefile.* settings.';

revoke all on function auth.become(text, text, text, text, uuid, text) from public;
grant execute on function auth.become(text, text, text, text, uuid, text) to casefile_api;

-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now();

  return v_session;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none. Definer: the server may not read the table.';

revoke all on function auth.find_session(bytea) from public;
grant execute on function auth.find_session(bytea) to casefile_api;

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

-- Whether a login may send the browser there
create or replace function auth.is_safe_return_url(p_url text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_url ~ '^/(?![/\\])[^\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$$;

comment on function auth.is_safe_return_url(text) is
'A path of this site: never another host, which //host and /\host would be to a browser.';

revoke all on function auth.is_safe_return_url(text) from public;

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
'Opens a session, and ends the one that the browser had. Definer: the server may not write the table.
Errors: JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;

-- POST /api/auth/logout
create or replace function auth.log_out(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.sessions where token_sha256 = p_token_sha256;
$$;

comment on function auth.log_out(bytea) is
'Ends a session at once, if there is one. Definer: the server may not write the table.';

revoke all on function auth.log_out(bytea) from public;
grant execute on function auth.log_out(bytea) to casefile_api;

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

-- Who a session belongs to
create or replace function auth.session_caller(p_session auth.sessions)
returns api.caller
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    p_session.user_id,
    p_session.username,
    p_session.user_role::text,
    (select c.name from core.courts as c where c.code = p_session.court_code),
    p_session.organisation_id
  )::api.caller;
$$;

comment on function auth.session_caller(auth.sessions) is 'The caller of a session, as an answer shows it.';

revoke all on function auth.session_caller(auth.sessions) from public;

-- Move the expiry of a session that is in use
create or replace function auth.touch_session(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions
  set expires_at = now() + interval '30 minutes'
  where token_sha256 = p_token_sha256 and expires_at > now();
$$;

comment on function auth.touch_session(bytea) is
'30 minutes from now. An expired session stays expired. Definer: the server may not write the table.';

revoke all on function auth.touch_session(bytea) from public;
grant execute on function auth.touch_session(bytea) to casefile_api;

-- migrate:down

drop function auth.become(text, text, text, text, uuid, text);
drop function auth.find_session(bytea);
drop function auth.get_session(bytea);
drop function auth.is_safe_return_url(text);
drop function auth.log_in(bytea, bytea, text, text, text, text, text);
drop function auth.log_out(bytea);
drop function auth.resume(bytea, uuid, text);
drop function auth.session_caller(auth.sessions);
drop function auth.touch_session(bytea);
