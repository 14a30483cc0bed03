-- Whether a file may have this name
create or replace function core.check_file_name(p_filename text)
returns core.field_error
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  if v_filename is null then
    return row('file', 'REQUIRED', 'file is required')::core.field_error;
  end if;

  -- A path, a control character, or a mark that reverses the writing direction to hide the true ending.
  if v_filename ~ E'[/\\\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    return row('file', 'INVALID_CHARACTER', 'The file name contains characters that are not allowed')::core.field_error;
  end if;

  if not core.is_normal(v_filename) then
    return row('file', 'NOT_NORMALISED', 'The file name is not in the Unicode normal form NFC')::core.field_error;
  end if;

  if char_length(v_filename) > 255 then
    return row('file', 'TOO_LONG', 'The file name is longer than 255 characters')::core.field_error;
  end if;

  if core.file_type(v_filename) is null then
    return row('file', 'FILE_TYPE_NOT_ALLOWED', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_file_name(text) is
'The error of a file name, or of the type that it stands for; null if it is valid.';

revoke all on function core.check_file_name(text) from public;
grant execute on function core.check_file_name(text) to casefile_caller;
