-- The role that somebody names
create or replace function auth.known_role(p_role text)
returns core.user_role
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  perform core.refuse(auth.check_role(p_role));
  return p_role::core.user_role;
end;
$$;

comment on function auth.known_role(text) is
'The role of that name.
Errors: JCVAL there is no such role.';

revoke all on function auth.known_role(text) from public;
