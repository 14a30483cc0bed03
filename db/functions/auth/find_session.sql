-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  -- Not in the query, where the planner could choose the index on it.
  if v_session.expires_at > now() then
    return v_session;
  end if;

  return null;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none.';

revoke all on function auth.find_session(bytea) from public;
