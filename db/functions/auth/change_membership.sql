-- POST /api/auth/membership
create or replace function auth.change_membership(
  p_token_sha256 bytea,
  p_new_token_sha256 bytea,
  p_role text,
  p_court_assignment text,
  p_organisation_id text
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court text := auth.find_court(p_court_assignment);
  v_organisation text := core.trimmed(p_organisation_id);
  v_session auth.sessions := auth.find_session(p_token_sha256);
  v_fitting auth.memberships[];
begin
  perform core.refuse(
    core.check_length('courtAssignment', p_court_assignment, 100),
    core.check_length('organisationId', p_organisation_id, 100)
  );

  -- Locks the user, the rules and the session, so that none of them ends meanwhile.
  perform from auth.users as u where u.user_id = v_session.user_id for no key update;
  perform
  from auth.claim_rules as r
  where r.id in (select c.id from jsonb_populate_recordset(null::auth.memberships, v_session.claimed) as c)
  order by r.id
  for share;
  delete from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now()
  returning s.* into v_session;

  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  v_fitting := array(
    select m
    from auth.list_memberships(v_session.user_id, v_session.claimed) as m
    where m.user_role = auth.known_role(p_role)
      and (core.trimmed(p_court_assignment) is null or m.court_code = v_court)
      and (v_organisation is null or m.organisation_id = v_organisation)
    order by m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation desc
  );

  if cardinality(v_fitting) = 0 then
    raise exception using errcode = 'JCNOM', message = auth.refusal_message('JCNOM');
  elsif cardinality(v_fitting) > 1
    and (v_fitting[1].court_code is distinct from v_court or v_fitting[1].organisation_id is distinct from v_organisation)
  then
    raise exception using errcode = 'JCMNY', message = auth.refusal_message('JCMNY');
  end if;

  v_session.token_sha256 := p_new_token_sha256;
  v_session.user_role := v_fitting[1].user_role;
  v_session.court_code := v_fitting[1].court_code;
  v_session.organisation_id := v_fitting[1].organisation_id;
  v_session.membership_id := v_fitting[1].id;
  v_session := auth.open_session(v_session, null, null);

  return row(
    auth.session_caller(v_session), auth.landing_page(null, v_session.user_role), v_session.expires_at, v_session.ends_at
  )::auth.log_in;
end;
$$;

comment on function auth.change_membership(bytea, bytea, text, text, text) is
'Opens a session in another membership of the same user, with the same end, and ends the previous session. The court is given by
name or code. Court and organisation may be left out if one membership fits. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role, a name beyond its limit; JCNOM not a membership of this user; JCMNY several fit.';

revoke all on function auth.change_membership(bytea, bytea, text, text, text) from public;
grant execute on function auth.change_membership(bytea, bytea, text, text, text) to casefile_api;
