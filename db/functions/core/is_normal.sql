-- Whether a text is in the form that comparisons use
create or replace function core.is_normal(p_text text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return is_normalized(p_text, 'NFC');
  end if;

  -- PostgreSQL 12 cannot tell. It accepts only characters that have one form: Latin, punctuation, Chinese, emoji.
  return p_text !~ E'[^\u0001-\u02FF\u2010-\u2027\u2030-\u205E\u4E00-\u9FFF\U0001F300-\U0001FAFF]';
end;
$$;

comment on function core.is_normal(text) is
'Whether the text is in NFC. On PostgreSQL 12, which has no function for it, also false for texts that cannot be checked.';

revoke all on function core.is_normal(text) from public;
grant execute on function core.is_normal(text) to casefile_caller, document_processor;
