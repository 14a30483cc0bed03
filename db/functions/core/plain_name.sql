-- A name that looks like no other
create or replace function core.plain_name(p_field text, p_value text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_name text := core.trimmed(p_value);
begin
  perform core.refuse(core.check_name(p_field, v_name));
  return v_name;
end;
$$;

comment on function core.plain_name(text, text) is
'The text, trimmed; null when nothing is left.
Errors: JCVAL core.check_name.';

revoke all on function core.plain_name(text, text) from public;
grant execute on function core.plain_name(text, text) to casefile_caller;
