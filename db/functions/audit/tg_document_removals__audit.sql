-- The audit of every removal from the document store
create or replace function audit.tg_document_removals__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_STATUS', null, jsonb_build_object('bytesRemoved', true)
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_removals__audit() is
'Writes one entry for each document whose bytes are gone. Definer: nothing else may write entries.';

revoke all on function audit.tg_document_removals__audit() from public;

create trigger tg_document_removals__audit
after insert on core.document_removals
for each row execute function audit.tg_document_removals__audit();
alter table core.document_removals enable always trigger tg_document_removals__audit;
