-- Move the expiry of a session that is in use
create or replace function auth.touch_session(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions
  set expires_at = least(now() + interval '30 minutes', ends_at)
  -- Does not wait for a lock: its holder is moving the expiry or ending the session.
  where token_sha256 = (
    select s.token_sha256
    from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.expires_at > now() and s.expires_at < s.ends_at
    for no key update skip locked
  );
$$;

comment on function auth.touch_session(bytea) is
'Moves a session''s expiry to 30 minutes from now, or to its end if that is sooner. A bearer''s expiry is its end already. An
expired session stays expired. Definer: the server may not write the table.';

revoke all on function auth.touch_session(bytea) from public;
grant execute on function auth.touch_session(bytea) to casefile_api;
