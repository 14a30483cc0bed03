-- Rules for every record of a removal from the document store
create or replace function core.tg_document_removals__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if current_setting('role') = 'document_processor' and not exists (
    select from core.documents as d
    where d.id = new.document_id
      and (d.upload_status = 'failed' or d.upload_status = 'uploading' and d.deleted_at is not null)
  ) then
    raise exception using errcode = 'JCFIX', message = 'Only the remains of an upload can be removed';
  end if;

  return new;
end;
$$;

comment on function core.tg_document_removals__guard() is
'Allows removals only of what worker.sweep names: failed uploads that no worker has claimed.
Errors: JCFIX another document.';

revoke all on function core.tg_document_removals__guard() from public;

create trigger tg_document_removals__guard
before insert on core.document_removals
for each row execute function core.tg_document_removals__guard();
alter table core.document_removals enable always trigger tg_document_removals__guard;
