-- migrate:up

-- How often the same access was denied within a minute. No row is written anew for it.
alter table audit.refusals add column times integer not null default 1;

-- From how many of its pages the text of a document is.
alter table core.documents
  add column ocr_page_count integer constraint documents_ocr_page_count_positive check (ocr_page_count > 0),
  add column ocr_pages_read integer
  constraint documents_ocr_pages_read_within_page_count check (
    (ocr_page_count is null) = (ocr_pages_read is null) and ocr_pages_read between 0 and ocr_page_count
  );

-- migrate:down

alter table core.documents
  drop column ocr_pages_read,
  drop column ocr_page_count;

alter table audit.refusals drop column times;
