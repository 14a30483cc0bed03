-- Work for the worker
create or replace function core.tg_documents__queue()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into core.document_jobs (document_id) values (new.id) on conflict do nothing;
  perform pg_notify('document_jobs', '');
  return null;
end;
$$;

comment on function core.tg_documents__queue() is
'Queues a completed document, or one to be read again, for the worker, which listens on the channel document_jobs. Definer: callers
may not touch the queue.';

revoke all on function core.tg_documents__queue() from public;

create trigger tg_documents__queue
after update on core.documents
for each row when (
  new.upload_status = 'complete' and old.upload_status = 'uploading'
  or old.ocr_status = 'failed' and new.ocr_status <> 'failed'
)
execute function core.tg_documents__queue();
alter table core.documents enable always trigger tg_documents__queue;
