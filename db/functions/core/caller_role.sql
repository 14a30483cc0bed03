-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language sql
stable
security invoker
set search_path = ''
as $$
  select r.user_role
  from unnest(enum_range(null::core.user_role)) as r (user_role)
  where r.user_role::text = upper(current_setting('role'));
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller;
