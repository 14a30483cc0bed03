-- migrate:up

-- Downloads that found the stored bytes damaged. The default is in the catalogue: no row is written.
alter table core.document_downloads add column found_damaged boolean not null default false;

-- migrate:down

alter table core.document_downloads drop column found_damaged;
