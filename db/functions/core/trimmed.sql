-- A text without the white space around it
create or replace function core.trimmed(p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'), '');
end;
$$;

comment on function core.trimmed(text) is 'The text without the white space around it; null if nothing is left.';

revoke all on function core.trimmed(text) from public;
grant execute on function core.trimmed(text) to casefile_caller, document_processor;
