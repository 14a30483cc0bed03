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
  v_court_name text := core.trimmed(p_court_assignment);
  v_memberships auth.memberships[];
  v_session auth.sessions;
begin
  if not exists (select from auth.database_kind as k where k.kind in ('LOCAL', 'TEST')) then
    raise exception using
      errcode = 'JCMOC', message = 'This way to sign in works only in a database marked LOCAL or TEST';
  end if;

  v_session.user_id := core.trimmed(p_username);
  v_session.organisation_id := core.trimmed(p_organisation_id);
  v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
  perform core.refuse(
    case when v_session.user_id is null then row('username', 'REQUIRED', 'Username is required')::core.field_error end,
    core.check_name('username', v_session.user_id),
    auth.check_role(p_role),
    case
      when v_court_name is not null and v_session.court_code is null
        then row('courtAssignment', 'UNKNOWN_WORD', 'Unknown court')::core.field_error
    end,
    core.check_name('organisationId', v_session.organisation_id)
  );

  v_session.token_sha256 := p_token_sha256;
  v_session.kind := 'mock';
  v_session.username := v_session.user_id;
  v_session.user_role := p_role;

  -- A user of the directory need not state its only membership.
  v_memberships := array(
    select m from auth.list_memberships(v_session.user_id, null) as m where m.user_role = v_session.user_role
  );
  if v_session.court_code is null and v_session.organisation_id is null and cardinality(v_memberships) = 1 then
    v_session.court_code := v_memberships[1].court_code;
    v_session.organisation_id := v_memberships[1].organisation_id;
    v_session.membership_id := v_memberships[1].id;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  v_session := auth.open_session(v_session, null, null);

  return row(
    auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role),
    v_session.expires_at, v_session.ends_at
  )::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session for any user name, in a database marked LOCAL or TEST, and ends the browser''s previous one. A user whom the
directory knows in this role gets the court and organisation from there, unless stated. Definer: the server may not write the
table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court, a text beyond its limit.';

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;
