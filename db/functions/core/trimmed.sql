-- A text without the white space around it
create or replace function core.trimmed(p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u2003\u2009\u3000\uFEFF'), '');
end;
$$;

comment on function core.trimmed(text) is 'The text without the white space around it; null when nothing is left.';

revoke all on function core.trimmed(text) from public;
grant execute on function core.trimmed(text) to casefile_caller, document_processor;
