-- The audit of every download
create or replace function audit.tg_document_downloads__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_DOWNLOAD', null,
    case when new.found_damaged then jsonb_build_object('foundDamaged', true) end
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download, including those that found damaged bytes. Definer: nothing else may write entries.';

revoke all on function audit.tg_document_downloads__audit() from public;

create trigger tg_document_downloads__audit
after insert on core.document_downloads
for each row execute function audit.tg_document_downloads__audit();
alter table core.document_downloads enable always trigger tg_document_downloads__audit;
