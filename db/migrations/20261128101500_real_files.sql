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

-- Few documents wait at a time: looking at them takes no time.
alter table core.document_jobs
  -- squawk-ignore constraint-missing-not-valid
  add constraint document_jobs_last_failure_within_limit check (char_length(last_failure) <= 500);

-- Downloads that found the stored bytes damaged. The default is in the catalogue: no row is written.
alter table core.document_downloads add column found_damaged boolean not null default false;

-- Adopters and professionals have versions of their own. core.tg_documents__number gives them, behind the lock of the case.
-- To drop an index takes a moment, however large it is; only to wait for its lock may not, and lock_timeout ends that.
-- squawk-ignore require-concurrent-index-deletion
drop index core.documents_case_id_filename_version_key;

-- migrate:down

alter table core.document_jobs drop constraint document_jobs_last_failure_within_limit;

-- One series again, or the index could not be made.
alter table core.documents no force row level security;
alter table core.documents disable trigger user;
update core.documents as d
set version = n.version
from (
  select o.id, row_number() over (partition by o.case_id, o.filename order by o.uploaded_at, o.id) as version
  from core.documents as o
  where o.version is not null
) as n
where n.id = d.id and n.version <> d.version;
do $$
declare
  v_trigger name;
begin
  for v_trigger in
    select t.tgname from pg_catalog.pg_trigger as t where t.tgrelid = 'core.documents'::regclass and not t.tgisinternal
  loop
    execute format('alter table core.documents enable always trigger %I', v_trigger);
  end loop;
end;
$$;
alter table core.documents force row level security;
create unique index documents_case_id_filename_version_key on core.documents (case_id, filename, version);

alter table core.document_downloads drop column found_damaged;

alter table core.documents
  drop column ocr_pages_read,
  drop column ocr_page_count;

alter table audit.refusals drop column times;
