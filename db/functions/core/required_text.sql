-- A text that must be there
create or replace function core.required_text(p_field text, p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_value text := core.trimmed(p_value);
begin
  if v_value is null then
    perform core.refuse_field(p_field, p_field || ' is required');
  end if;

  return v_value;
end;
$$;

comment on function core.required_text(text, text) is
'The text, trimmed.
Errors: JCVAL nothing there.';

revoke all on function core.required_text(text, text) from public;
grant execute on function core.required_text(text, text) to casefile_caller, document_processor;
