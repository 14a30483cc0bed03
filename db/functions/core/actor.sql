-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() is null then
    return session_user;
  end if;

  return coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user);
end;
$$;

comment on function core.actor() is
'The caller''s user id; the database login for work done past the server.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller;
