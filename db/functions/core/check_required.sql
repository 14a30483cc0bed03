-- Whether a text is present
create or replace function core.check_required(p_field text, p_value text)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if core.trimmed(p_value) is null then
    return row(p_field, 'REQUIRED', p_field || ' is required')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_required(text, text) is
'The error of a required text that is missing or only white space; null if it is valid.';

revoke all on function core.check_required(text, text) from public;
grant execute on function core.check_required(text, text) to casefile_caller;
