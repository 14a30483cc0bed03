-- Who is at work
create or replace function core.actor()
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when core.caller_role() is null then session_user::text
    else coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user::text)
  end;
$$;

comment on function core.actor() is
'The caller''s user id; the database login for work done past the server.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller;
