-- Whether a text is one word of a closed set
create or replace function core.check_word(p_field text, p_value text, p_words text[])
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if not p_value = any (p_words) then
    return row(p_field, 'UNKNOWN_WORD', 'Invalid ' || p_field)::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_word(text, text, text[]) is
'The error of a text that is none of these words; null if it is valid, or null.';

revoke all on function core.check_word(text, text, text[]) from public;
grant execute on function core.check_word(text, text, text[]) to casefile_caller;
