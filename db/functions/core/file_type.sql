-- Which file a name stands for
create or replace function core.file_type(p_filename text)
returns core.file_types
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.required_text('file', p_filename);
  v_file_type core.file_types;
begin
  -- A path, a control character, or a mark that turns the direction of writing and so hides the true end.
  if v_filename ~ '[/\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    perform core.refuse_field('file', 'The file name contains characters that are not allowed');
  end if;

  if not core.is_normal(v_filename) then
    perform core.refuse_field('file', 'The file name is not in the normal form NFC of Unicode');
  end if;

  if char_length(v_filename) > 255 then
    perform core.refuse_field('file', 'The file name is too long');
  end if;

  select * into v_file_type
  from core.file_types as t
  where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*\.([^.]+)$'));

  if not found then
    perform core.refuse_field('file', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed');
  end if;

  return v_file_type;
end;
$$;

comment on function core.file_type(text) is
'The type of file by the extension of a name, if the name is valid and the type is allowed.
Errors: JCVAL it is not.';

revoke all on function core.file_type(text) from public;
grant execute on function core.file_type(text) to casefile_caller, document_processor;
