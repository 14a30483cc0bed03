-- What has been written stays as it is
create or replace function audit.tg_refuse_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCAPP',
    message = format('%s is append-only', tg_relid::regclass);
end;
$$;

comment on function audit.tg_refuse_change() is
'Refuses UPDATE, DELETE and TRUNCATE to everybody, the owner and superusers included, until they take this trigger down.
Errors: JCAPP append-only.';

revoke all on function audit.tg_refuse_change() from public;

-- For each statement: under row-level security a row trigger would not see a statement that finds no row.
drop trigger if exists tg_entries__refuse_change on audit.entries;
create trigger tg_entries__refuse_change
before update or delete or truncate on audit.entries
for each statement execute function audit.tg_refuse_change();
alter table audit.entries enable always trigger tg_entries__refuse_change;

drop trigger if exists tg_refusals__refuse_change on audit.refusals;
create trigger tg_refusals__refuse_change
before update or delete or truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_change;

drop trigger if exists tg_status_changes__refuse_change on core.status_changes;
create trigger tg_status_changes__refuse_change
before update or delete or truncate on core.status_changes
for each statement execute function audit.tg_refuse_change();
alter table core.status_changes enable always trigger tg_status_changes__refuse_change;

drop trigger if exists tg_status_change_particulars__refuse_change on core.status_change_particulars;
create trigger tg_status_change_particulars__refuse_change
before update or delete or truncate on core.status_change_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.status_change_particulars enable always trigger tg_status_change_particulars__refuse_change;

drop trigger if exists tg_case_details__refuse_change on core.case_details;
create trigger tg_case_details__refuse_change
before update or delete or truncate on core.case_details
for each statement execute function audit.tg_refuse_change();
alter table core.case_details enable always trigger tg_case_details__refuse_change;

drop trigger if exists tg_document_downloads__refuse_change on core.document_downloads;
create trigger tg_document_downloads__refuse_change
before update or delete or truncate on core.document_downloads
for each statement execute function audit.tg_refuse_change();
alter table core.document_downloads enable always trigger tg_document_downloads__refuse_change;

drop trigger if exists tg_document_texts__refuse_change on core.document_texts;
create trigger tg_document_texts__refuse_change
before update or delete or truncate on core.document_texts
for each statement execute function audit.tg_refuse_change();
alter table core.document_texts enable always trigger tg_document_texts__refuse_change;

drop trigger if exists tg_document_removals__refuse_change on core.document_removals;
create trigger tg_document_removals__refuse_change
before update or delete or truncate on core.document_removals
for each statement execute function audit.tg_refuse_change();
alter table core.document_removals enable always trigger tg_document_removals__refuse_change;
