-- One word of a closed set
create or replace function core.known_word(p_field text, p_value text, p_words text[])
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if not p_value = any (p_words) then
    perform core.refuse_field(p_field, 'Invalid ' || p_field);
  end if;

  return p_value;
end;
$$;

comment on function core.known_word(text, text, text[]) is
'The word, if it is one of those allowed; null stays null.
Errors: JCVAL another word.';

revoke all on function core.known_word(text, text, text[]) from public;
grant execute on function core.known_word(text, text, text[]) to casefile_caller;
