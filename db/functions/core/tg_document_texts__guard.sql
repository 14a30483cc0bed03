-- Rules for every write of a document's text
create or replace function core.tg_document_texts__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- More than a scan of 20 MiB contains.
  if octet_length(new.content) > 20971520 then
    perform core.refuse(row('content', 'TOO_LONG', 'The text of a document must not be longer than 20 MiB'));
  end if;

  if current_setting('role') = 'document_processor' and not exists (
    select from core.document_jobs as j where j.document_id = new.document_id and j.leased_until > clock_timestamp()
  ) then
    raise exception using errcode = 'JCLEA', message = 'No worker has claimed the document';
  end if;

  select d.case_id, d.court_code into new.case_id, new.court_code
  from core.documents as d
  where d.id = new.document_id;

  return new;
end;
$$;

comment on function core.tg_document_texts__guard() is
'Allows a text only for a document that is claimed now. Sets the case and its court.
Errors: JCVAL more than 20 MiB; JCLEA it is not claimed, or the claim has ended.';

revoke all on function core.tg_document_texts__guard() from public;

create trigger tg_document_texts__guard
before insert on core.document_texts
for each row execute function core.tg_document_texts__guard();
alter table core.document_texts enable always trigger tg_document_texts__guard;
