-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := upper(current_setting('role'));
begin
  if v_role = any (enum_range(null::core.user_role)::text[]) then
    return v_role;
  end if;

  return null;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;
