-- Set the claims of a session's caller
create or replace function auth.claim_session(p_token_sha256 bytea, p_reads boolean)
returns text
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
  v_role text;
  v_settings text;
begin
  -- Repeats auth.find_session: a call would add a tenth to the cost of a request.
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  if v_session.token_sha256 is null or v_session.expires_at <= now() then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  if v_session.user_role is null then
    raise exception using
      errcode = 'JCMNY',
      message = auth.refusal_message('JCMNY'),
      detail = auth.memberships_detail(v_session.user_id, v_session.claimed);
  end if;

  -- A standby cannot move it. There, the server asks the primary to do so once a minute.
  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at)
    and current_setting('transaction_read_only') = 'off'
  then
    -- A read waits for no standby because of this.
    if p_reads then
      v_settings := set_config('synchronous_commit', 'off', true);
    end if;
    perform auth.touch_session(p_token_sha256);
  end if;

  -- The role is part of each name, so that no other role can use the claims. An assignment and not a query: an extension might
  -- log the plan of a query.
  v_role := lower(v_session.user_role::text);
  v_settings := set_config(auth.claims_prefix() || 'user_id_' || v_role, v_session.user_id, true)
    || set_config(auth.claims_prefix() || 'court_code_' || v_role, coalesce(v_session.court_code, ''), true)
    || set_config(auth.claims_prefix() || 'organisation_id_' || v_role, coalesce(v_session.organisation_id, ''), true);

  return v_role;
end;
$$;

comment on function auth.claim_session(bytea, boolean) is
'Sets what core.claim reads, until the end of the transaction, and moves the session''s expiry if that is due. Returns the database
role. Definer: the server may not read the table, nor know the names of these settings.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

revoke all on function auth.claim_session(bytea, boolean) from public;
grant execute on function auth.claim_session(bytea, boolean) to casefile_api;
