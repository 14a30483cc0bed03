-- Whether a name looks like no other
create or replace function core.check_name(p_field text, p_value text)
returns core.field_error
language plpgsql
stable
strict
security invoker
set search_path = ''
as $$
begin
  if p_value ~ E'[[:cntrl:]\u0080-\u009F\u00AD\u034F\u061C\u115F\u1160\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]'
  then
    return row(p_field, 'INVALID_CHARACTER', p_field || ' contains an invisible character')::core.field_error;
  end if;

  if not core.is_normal(p_value) then
    return row(p_field, 'NOT_NORMALISED', p_field || ' is not in the Unicode normal form NFC')::core.field_error;
  end if;

  return core.check_length(p_field, p_value, 100);
end;
$$;

comment on function core.check_name(text, text) is
'The error of a name with a control, bidirectional, zero-width or other invisible character, not in NFC, or with more than 100
characters; null if it is valid, or null. Otherwise, names that look the same could be different people.';

revoke all on function core.check_name(text, text) from public;
grant execute on function core.check_name(text, text) to casefile_caller;
