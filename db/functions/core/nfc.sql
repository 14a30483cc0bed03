-- A text in the form that comparisons use
create or replace function core.nfc(p_text text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return normalize(p_text);
  end if;

  return p_text;
end;
$$;

comment on function core.nfc(text) is
'The text in NFC, for names from before NFC was required. On PostgreSQL 12, which has no function for it, the text unchanged.';

revoke all on function core.nfc(text) from public;
grant execute on function core.nfc(text) to casefile_caller;
