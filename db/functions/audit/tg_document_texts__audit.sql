-- The audit of every text that was read from a document
create or replace function audit.tg_document_texts__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_STATUS', null,
    jsonb_build_object('textSha256', encode(sha256(convert_to(new.content, 'UTF8')), 'hex'))
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_texts__audit() is
'Writes one entry for each text, with its SHA-256 and never the text itself. Definer: nothing else may write entries.';

revoke all on function audit.tg_document_texts__audit() from public;

create trigger tg_document_texts__audit
after insert on core.document_texts
for each row execute function audit.tg_document_texts__audit();
alter table core.document_texts enable always trigger tg_document_texts__audit;
