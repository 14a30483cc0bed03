-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each login, until the next analyze.
set enable_seqscan = off
as $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 = any (array(
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

comment on function auth.limit_sessions(text, core.user_role) is
'Keeps a user to twenty sessions in one role, including the next one: ends those that would expire first. Simultaneous logins may
each leave one more, until the next login.';

revoke all on function auth.limit_sessions(text, core.user_role) from public;
