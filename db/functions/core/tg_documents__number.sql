-- The version of a completed document
create or replace function core.tg_documents__number()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_file_type core.file_types := core.file_type(new.filename);
begin
  if coalesce(new.file_size, 0) = 0 then
    perform core.refuse(row('file', 'FILE_EMPTY', 'The file is empty'));
  end if;

  if new.file_size > v_file_type.size_limit then
    perform core.refuse(row('file', 'FILE_TOO_LARGE', format('The file is larger than %s MiB', v_file_type.size_limit / 1048576)));
  end if;

  if new.mime_type is distinct from v_file_type.mime_type then
    perform core.refuse(row('file', 'FILE_CONTENT', 'The content of the file does not match the ending of its name'));
  end if;

  -- One completion at a time in each case.
  perform from audit.chains as c where c.case_id = new.case_id for no key update;

  if exists (
    select from core.documents as d
    where d.case_id = new.case_id and d.file_hash = new.file_hash and d.upload_status = 'complete'
      and d.deleted_at is null
  ) then
    raise exception using errcode = 'JCSAM', message = 'The case already has a document with the same bytes';
  end if;

  new.version := coalesce(
    (
      select max(d.version)
      from core.documents as d
      where d.case_id = new.case_id and core.nfc(d.filename) = new.filename
        and core.side_of(d.case_id, d.uploaded_by) = core.side_of(new.case_id, new.uploaded_by)
    ), 0
  ) + 1;

  if not v_file_type.is_readable then
    new.ocr_status := 'not-applicable';
  end if;

  return new;
end;
$$;

comment on function core.tg_documents__number() is
'Numbers the versions of a name, for each side, without gap or repeat, and refuses bytes that are in the case already. Definer: it
must see documents that the caller may not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

revoke all on function core.tg_documents__number() from public;

-- After tg_documents__guard: triggers fire in the order of their names.
create trigger tg_documents__number
before update on core.documents
for each row when (new.upload_status = 'complete' and old.upload_status = 'uploading')
execute function core.tg_documents__number();
alter table core.documents enable always trigger tg_documents__number;
