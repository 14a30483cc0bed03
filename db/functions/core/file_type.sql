-- The type of a file, by its name
create or replace function core.file_type(p_filename text)
returns core.file_types
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  return (
    select t
    from core.file_types as t
    where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*[.]([^.]+)$'))
  );
end;
$$;

comment on function core.file_type(text) is
'The type of file by the extension of a name; null if there is no such type. core.check_file_name tells whether the name is valid.';

revoke all on function core.file_type(text) from public;
grant execute on function core.file_type(text) to casefile_caller, document_processor;
