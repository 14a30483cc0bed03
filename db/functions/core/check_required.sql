-- Whether a text is there
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
'What is wrong with a text that must be there: it is missing, or is nothing but white space. Null if nothing is.';

revoke all on function core.check_required(text, text) from public;
grant execute on function core.check_required(text, text) to casefile_caller;
