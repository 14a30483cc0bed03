-- Whether a text names a role
create or replace function auth.check_role(p_role text)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    return row('role', case when core.trimmed(p_role) is null then 'REQUIRED' else 'UNKNOWN_WORD' end, 'Invalid role selected')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function auth.check_role(text) is
'The error of a role that is missing or unknown; null if it is valid.';

revoke all on function auth.check_role(text) from public;
