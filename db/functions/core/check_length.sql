-- Whether a text is short enough
create or replace function core.check_length(p_field text, p_value text, p_limit integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if char_length(p_value) > p_limit then
    return row(p_field, 'TOO_LONG', format('%s is longer than %s characters', p_field, p_limit))::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_length(text, text, integer) is
'The error of a text with more characters than the limit, which its table has as well; null if it is valid, or null.';

revoke all on function core.check_length(text, text, integer) from public;
grant execute on function core.check_length(text, text, integer) to casefile_caller, document_processor;
