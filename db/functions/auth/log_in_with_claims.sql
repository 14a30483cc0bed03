-- Open a session through the claims of an identity provider
create or replace function auth.log_in_with_claims(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_claims jsonb,
  p_kind text,
  p_membership_id uuid,
  p_expires_at timestamptz,
  p_adds_users boolean,
  p_return_url text,
  p_request_id uuid,
  p_client_address text
)
returns auth.sign_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_claimed jsonb := auth.match_claims(p_claims);
  v_user auth.users := auth.find_user(p_claims, p_adds_users and v_claimed <> '[]');
  v_memberships auth.memberships[];
  v_chosen auth.memberships;
  v_session auth.sessions;
  v_refusal text;
begin
  v_memberships := array(select m from auth.list_memberships(v_user.user_id, v_claimed) as m);
  select m.* into v_chosen
  from unnest(v_memberships) as m
  where m.id = p_membership_id or p_membership_id is null and cardinality(v_memberships) = 1;

  v_session.token_sha256 := p_token_sha256;
  v_session.user_id := v_user.user_id;
  v_session.username := v_user.name;
  v_session.user_role := v_chosen.user_role;
  v_session.court_code := v_chosen.court_code;
  v_session.organisation_id := v_chosen.organisation_id;
  v_session.kind := p_kind;
  v_session.membership_id := v_chosen.id;
  v_session.claimed := v_claimed;
  v_session.issuer := p_claims ->> 'iss';
  v_session.subject := p_claims ->> 'sub';
  v_session.provider_session := p_claims ->> 'sid';
  v_session.ends_at := p_expires_at;

  v_refusal := case
    when v_user.user_id is null then 'JCUNK'
    when not v_user.enabled then 'JCOFF'
    when not auth.is_issued_since(p_claims, v_user.tokens_valid_from) then 'JCEND'
    when v_chosen.id is null and (p_membership_id is not null or cardinality(v_memberships) = 0) then 'JCNOM'
    when v_chosen.id is null and p_kind = 'bearer' then 'JCMNY'
  end;

  if v_refusal is not null then
    perform auth.record_sign_in(v_session, v_refusal, p_request_id, p_client_address);
    return row(
      null, null, v_refusal, auth.refusal_message(v_refusal),
      case v_refusal when 'JCMNY' then auth.show_memberships(v_user.user_id, v_claimed) end
    )::auth.sign_in;
  end if;

  -- If two requests bring a new bearer token at once, the second finds the session of the first.
  if p_kind <> 'bearer' or not auth.is_open_for(p_token_sha256, v_user.user_id, v_chosen.id) then
    perform auth.log_out(p_previous_token_sha256);
    v_session := auth.open_session(v_session, p_request_id, p_client_address);
  end if;

  return row(
    auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role), null, null,
    auth.show_memberships(v_user.user_id, v_claimed)
  )::auth.sign_in;
end;
$$;

comment on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) is
'Opens a session for the user whom verified claims name, and ends the browser''s previous one. The membership is the named one, or
the only one. A user with several gets a cookie session without a role, and then chooses one. A refusal is an answer, so that its
record is committed: JCUNK unknown user; JCOFF disabled; JCEND a token from before all sessions of the user were ended; JCNOM no
membership, or not this one; JCMNY several and none chosen. The session ends at p_expires_at, or 12 hours from now. Definer: the
server may not read the directory, nor write sessions.';

revoke all on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) from public;
grant execute on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) to casefile_api;
