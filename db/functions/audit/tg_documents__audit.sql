-- The audit of every change of a document
create or replace function audit.tg_documents__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_before jsonb := case tg_op when 'UPDATE' then audit.document_image(old) end;
  v_after jsonb := audit.document_image(new);
begin
  perform audit.append(
    new.case_id,
    'document',
    new.id::text,
    case
      when new.deleted_at is not null then 'DOCUMENT_DELETE'
      when tg_op = 'UPDATE' and old.upload_status = 'uploading' and new.upload_status = 'complete' then 'DOCUMENT_UPLOAD'
      else 'DOCUMENT_STATUS'
    end::audit.action,
    case tg_op when 'UPDATE' then audit.changed_fields(v_before, v_after) end,
    case tg_op when 'UPDATE' then audit.changed_fields(v_after, v_before) else jsonb_strip_nulls(v_after) end
  );

  return null;
end;
$$;

comment on function audit.tg_documents__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

revoke all on function audit.tg_documents__audit() from public;

create trigger tg_documents__audit
after insert or update on core.documents
for each row execute function audit.tg_documents__audit();
alter table core.documents enable always trigger tg_documents__audit;
