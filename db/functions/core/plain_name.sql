-- A name that looks like no other
create or replace function core.plain_name(p_field text, p_value text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_name text := core.trimmed(p_value);
begin
  if v_name ~ E'[[:cntrl:]\u0080-\u009F\u00AD\u034F\u061C\u115F\u1160\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]'
  then
    perform core.refuse_field(p_field, p_field || ' holds a character that nobody sees');
  end if;

  if not core.is_normal(v_name) then
    perform core.refuse_field(p_field, p_field || ' is not in the normal form NFC of Unicode');
  end if;

  return v_name;
end;
$$;

comment on function core.plain_name(text, text) is
'The text, trimmed; null if nothing is left. With invisible characters, two names could look the same and be two users.
Errors: JCVAL a control, bidirectional, zero-width or otherwise invisible character; not in NFC.';

revoke all on function core.plain_name(text, text) from public;
grant execute on function core.plain_name(text, text) to casefile_caller;
