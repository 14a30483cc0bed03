-- A text that is not too long
create or replace function core.limited_text(p_field text, p_value text, p_limit integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if char_length(p_value) > p_limit then
    perform core.refuse_field(p_field, p_field || ' is longer than ' || p_limit || ' characters');
  end if;

  return p_value;
end;
$$;

comment on function core.limited_text(text, text, integer) is
'The text, if it has no more characters than that; null stays null.
Errors: JCVAL a longer one.';

revoke all on function core.limited_text(text, text, integer) from public;
grant execute on function core.limited_text(text, text, integer) to casefile_caller;
