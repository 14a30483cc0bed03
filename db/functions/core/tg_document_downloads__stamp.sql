-- The user and time of a download
create or replace function core.tg_document_downloads__stamp()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  new.downloaded_by := core.actor();
  new.downloaded_at := clock_timestamp();
  return new;
end;
$$;

comment on function core.tg_document_downloads__stamp() is
'Sets user and time.';

revoke all on function core.tg_document_downloads__stamp() from public;

create trigger tg_document_downloads__stamp
before insert on core.document_downloads
for each row execute function core.tg_document_downloads__stamp();
alter table core.document_downloads enable always trigger tg_document_downloads__stamp;
