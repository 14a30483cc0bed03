-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop trigger tg_documents__queue on core.documents;
drop function worker.claim_document(integer);
drop function worker.record_failure(uuid, uuid, text, boolean);
drop function worker.record_text(uuid, uuid, text);

-- db/types/api.document.sql
alter type api.document add attribute ocr_page_count integer;
alter type api.document add attribute ocr_pages_read integer;

-- db/tables/core.documents.sql
comment on column core.documents.ocr_page_count is 'How many pages it has; known once it has been read.';
comment on column core.documents.ocr_pages_read is 'Of how many pages its text is: the others could not be read, or were too many.';

-- db/functions/core/document.sql
-- A document, as an answer shows it
create or replace function core.document(p_document core.documents)
returns api.document
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_document.id, p_document.case_id, p_document.filename, p_document.filename, p_document.document_type,
    p_document.description, p_document.file_size, p_document.file_hash, p_document.mime_type, p_document.uploaded_by,
    p_document.uploaded_at, p_document.version, p_document.upload_status::text, p_document.ocr_status::text,
    p_document.ocr_completed_at, p_document.ocr_failure_reason, p_document.virus_scan_status::text,
    p_document.virus_scan_completed_at, p_document.ocr_page_count, p_document.ocr_pages_read
  )::api.document;
end;
$$;

-- db/functions/core/tg_documents__guard.sql
-- What must hold for a document, whoever writes it
create or replace function core.tg_documents__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document_type core.document_types;
begin
  if tg_op = 'INSERT' then
    perform core.file_type(new.filename);

    select * into v_document_type
    from core.document_types as t
    where t.value = new.document_type;

    if not found then
      perform core.refuse_field('documentType', 'Invalid documentType');
    end if;

    if v_document_type.description_required and new.description is null then
      perform core.refuse_field('description', 'A description is required for this type of document');
    end if;

    new.id := coalesce(new.id, core.new_id());
    new.uploaded_by := core.actor();
    new.uploaded_at := now();
    new.upload_status := 'uploading';
    new.file_size := null;
    new.file_hash := null;
    new.mime_type := null;
    new.version := null;
    new.virus_scan_completed_at := null;
    new.ocr_completed_at := null;
    new.ocr_failure_reason := null;
    new.ocr_page_count := null;
    new.ocr_pages_read := null;
    new.virus_scan_status := 'pending';
    new.ocr_status := 'pending';
    new.deleted_at := null;
    return new;
  end if;

  if old.deleted_at is not null then
    raise exception using errcode = 'JCFIX', message = 'A deleted document cannot be changed';
  end if;

  if (new.id, new.case_id, new.filename, new.document_type, new.description, new.uploaded_by, new.uploaded_at)
      is distinct from
      (old.id, old.case_id, old.filename, old.document_type, old.description, old.uploaded_by, old.uploaded_at)
    or (new.upload_status <> old.upload_status and old.upload_status <> 'uploading')
    or (new.upload_status <> 'complete' or old.upload_status <> 'uploading')
      and (new.file_size, new.file_hash, new.mime_type, new.version)
        is distinct from (old.file_size, old.file_hash, old.mime_type, old.version)
    or (new.virus_scan_status <> old.virus_scan_status and old.virus_scan_status <> 'pending')
    or (new.ocr_status <> old.ocr_status and case old.ocr_status
      when 'pending' then false
      when 'processing' then new.ocr_status = 'pending'
      when 'failed' then new.ocr_status not in ('pending', 'processing')
      else true
    end)
    or (new.ocr_failure_reason is distinct from old.ocr_failure_reason and (new.ocr_status = 'failed') = (old.ocr_status = 'failed'))
    or (new.ocr_failure_reason is not null and new.ocr_status <> 'failed')
    or ((new.ocr_page_count, new.ocr_pages_read) is distinct from (old.ocr_page_count, old.ocr_pages_read)
      and (new.ocr_status <> 'complete' or old.ocr_status = 'complete'))
    or (new.upload_status <> 'complete' and (new.virus_scan_status, new.ocr_status)
      is distinct from (old.virus_scan_status, old.ocr_status))
  then
    raise exception using errcode = 'JCFIX', message = 'What a document was uploaded as cannot be changed';
  end if;

  -- A change that changes nothing writes nothing.
  if new is not distinct from old then
    return null;
  end if;

  if new.upload_status <> old.upload_status and core.caller_role() is not null and core.actor() <> old.uploaded_by then
    raise exception using errcode = 'JCFIX', message = 'Whoever began an upload ends it';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := clock_timestamp();
  end if;

  if new.virus_scan_status <> old.virus_scan_status then
    new.virus_scan_completed_at := clock_timestamp();
  end if;

  if new.ocr_status <> old.ocr_status then
    new.ocr_completed_at := case when new.ocr_status not in ('pending', 'processing') then clock_timestamp() end;
  end if;

  return new;
end;
$$;

comment on function core.tg_documents__guard() is
'Stamps who and when; lets each status move forward once, a failed reading begin anew, and nothing
else change.
Errors: those of core.file_type; JCVAL unknown type of document, a description that is missing; JCFIX another change.';

-- db/functions/core/tg_documents__queue.sql
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
'Hands a completed document, and one that is to be read again, to the worker, which listens on the channel document_jobs.
Definer: callers may not touch the queue.';

create trigger tg_documents__queue
after update on core.documents
for each row when (
  new.upload_status = 'complete' and old.upload_status = 'uploading'
  or old.ocr_status = 'failed' and new.ocr_status <> 'failed'
)
execute function core.tg_documents__queue();
alter table core.documents enable always trigger tg_documents__queue;

-- db/functions/audit/document_image.sql
-- A document as the audit trail records it
create or replace function audit.document_image(p_document core.documents)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'filename', p_document.filename,
    'documentType', p_document.document_type,
    'description', p_document.description,
    'fileSize', p_document.file_size,
    'fileHash', p_document.file_hash,
    'mimeType', p_document.mime_type,
    'version', p_document.version,
    'uploadStatus', p_document.upload_status,
    'virusScanStatus', p_document.virus_scan_status,
    'ocrStatus', p_document.ocr_status,
    'ocrFailureReason', p_document.ocr_failure_reason,
    'ocrPageCount', p_document.ocr_page_count,
    'ocrPagesRead', p_document.ocr_pages_read,
    'deletedAt', to_char(p_document.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  );
end;
$$;

-- db/functions/worker/claim_document.sql
-- Take a document to work on
create or replace function worker.claim_document(p_lease_seconds integer default 300, p_task text default null)
returns worker.job
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_job core.document_jobs;
  v_document core.documents;
begin
  if p_task not in ('scan', 'read') then
    raise exception using errcode = 'JCFIX', message = 'A document is claimed to scan it or to read it';
  end if;

  update core.document_jobs as j
  set lease = core.new_id(), leased_until = now() + p_lease_seconds * interval '1 second', attempts = j.attempts + 1
  where j.document_id = (
    select n.document_id
    from core.document_jobs as n
    join core.documents as d on d.id = n.document_id and d.deleted_at is null
    where n.run_at <= now() and (n.leased_until is null or n.leased_until < now()) and n.attempts < 5
      and (p_task is null or (d.virus_scan_status = 'pending') = (p_task = 'scan'))
    order by d.virus_scan_status <> 'pending', n.run_at
    for update of n skip locked
    limit 1
  )
  returning * into v_job;

  if not found then
    return null;
  end if;

  select * into v_document from core.documents as d where d.id = v_job.document_id;

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size, v_job.lease,
    v_job.attempts, v_document.virus_scan_status = 'pending',
    v_document.virus_scan_status <> 'pending' and v_document.ocr_status in ('pending', 'processing')
  )::worker.job;
end;
$$;

comment on function worker.claim_document(integer, text) is
'The next document that wants scanning ("scan") or reading ("read"), for this worker alone until the lease ends; null when
there is none. Scanning comes first where no task is named. One that a killed worker had is taken again after its lease, five
times in all: then worker.sweep gives it up.
Errors: JCFIX another task.';
revoke all on function worker.claim_document(integer, text) from public;
grant execute on function worker.claim_document(integer, text) to document_processor;

-- db/functions/worker/give_up.sql
-- A document that cannot be scanned or read
create or replace function worker.give_up(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_job core.document_jobs;
begin
  delete from core.document_jobs as j where j.document_id = p_document_id returning * into v_job;

  -- What has not been scanned stays so, and is never served. A deleted document stays as it was.
  update core.documents as d
  set ocr_status = 'failed', ocr_failure_reason = coalesce(v_job.last_failure, 'The document could not be processed')
  where d.id = p_document_id and d.deleted_at is null and d.ocr_status in ('pending', 'processing');
end;
$$;

comment on function worker.give_up(uuid) is
'Ends the work on a document as failed. worker.read_again begins anew.';
revoke all on function worker.give_up(uuid) from public;
grant execute on function worker.give_up(uuid) to document_processor;

-- db/functions/worker/read_again.sql
-- Read documents again whose reading failed
create or replace function worker.read_again(p_document_ids uuid[] default null)
returns setof uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  update core.documents as d
  set
    ocr_status = case when d.virus_scan_status = 'pending' then 'pending' else 'processing' end::core.ocr_status,
    ocr_failure_reason = null
  where (p_document_ids is null or d.id = any (p_document_ids))
    and d.upload_status = 'complete'
    and d.ocr_status = 'failed'
    and d.deleted_at is null
  returning d.id;
$$;

comment on function worker.read_again(uuid[]) is
'Queues these documents, or all, if their reading failed, and says which. One that was never scanned is scanned first.';
revoke all on function worker.read_again(uuid[]) from public;
grant execute on function worker.read_again(uuid[]) to document_processor;

-- db/functions/worker/record_failure.sql
-- An attempt came to nothing
create or replace function worker.record_failure(
  p_document_id uuid,
  p_lease uuid,
  p_reason text,
  p_blames_document boolean,
  p_is_final boolean default false
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_attempts integer;
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- What is not the document's fault (no scanner) is tried for ever; what may be, five times.
  update core.document_jobs as j
  set
    attempts = case when p_blames_document then j.attempts else j.attempts - 1 end,
    run_at = now() + least(2 ^ j.attempts, 60) * interval '1 second',
    lease = null,
    leased_until = null,
    last_failure = left(p_reason, 500)
  where j.document_id = p_document_id
  returning j.attempts into v_attempts;

  if p_is_final or v_attempts >= 5 then
    perform worker.give_up(p_document_id);
  end if;
end;
$$;

comment on function worker.record_failure(uuid, uuid, text, boolean, boolean) is
'Gives the document back, to be tried again after a while that doubles with each attempt, up to a minute; after the fifth, or
one that is final, gives it up.
Errors: JCLEA the claim is lost.';
revoke all on function worker.record_failure(uuid, uuid, text, boolean, boolean) from public;
grant execute on function worker.record_failure(uuid, uuid, text, boolean, boolean) to document_processor;

-- db/functions/worker/record_scan.sql
-- What the virus scan found
create or replace function worker.record_scan(p_document_id uuid, p_lease uuid, p_status text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  if p_status = 'pending' then
    raise exception using errcode = 'JCFIX', message = 'A scan finds something or nothing';
  end if;

  perform worker.hold_lease(p_document_id, p_lease);

  update core.documents as d
  set
    virus_scan_status = p_status::core.virus_scan_status,
    ocr_status = case
      when p_status = 'infected' then 'not-applicable'
      when d.ocr_status = 'pending' then 'processing'
      else d.ocr_status
    end
  where d.id = p_document_id;

  -- Not the update's returning: what is recorded already changes no row.
  select * into v_document from core.documents as d where d.id = p_document_id;

  if v_document.ocr_status = 'processing' then
    update core.document_jobs as j
    set attempts = 0, run_at = now(), lease = null, leased_until = null, last_failure = null
    where j.document_id = p_document_id;
    perform pg_notify('document_jobs', '');
  else
    delete from core.document_jobs where document_id = p_document_id;
  end if;

  return false;
end;
$$;

comment on function worker.record_scan(uuid, uuid, text) is
'Records clean, infected or skipped, and ends the claim: what can be read waits for whoever claims it next. False, as workers
of 0.3 ask whether they are to read it themselves.
Errors: JCFIX no outcome; JCLEA the claim is lost.';

-- db/functions/worker/record_text.sql
-- What was read from a document
create or replace function worker.record_text(
  p_document_id uuid,
  p_lease uuid,
  p_text text,
  p_page_count integer default null,
  p_pages_read integer default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform worker.hold_lease(p_document_id, p_lease);
  insert into core.document_texts (document_id, content) values (p_document_id, p_text);

  update core.documents
  set ocr_status = 'complete', ocr_page_count = p_page_count, ocr_pages_read = p_pages_read
  where id = p_document_id;

  delete from core.document_jobs where document_id = p_document_id;
end;
$$;

comment on function worker.record_text(uuid, uuid, text, integer, integer) is
'Stores the text, and from how many of the pages it is; ends the work on the document.
Errors: JCLEA the claim is lost.';
revoke all on function worker.record_text(uuid, uuid, text, integer, integer) from public;
grant execute on function worker.record_text(uuid, uuid, text, integer, integer) to document_processor;

-- db/functions/worker/sweep.sql
-- What was left undone
create or replace function worker.sweep(p_upload_seconds integer default 3600)
returns setof worker.failed_upload
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Uploads that nobody will end: their server is gone.
  update core.documents as d
  set upload_status = 'failed'
  where d.upload_status = 'uploading' and d.deleted_at is null and d.uploaded_at < now() - p_upload_seconds * interval '1 second';

  -- Documents that killed their worker five times; and deleted ones, which nobody works on.
  perform worker.give_up(j.document_id)
  from core.document_jobs as j
  join core.documents as d on d.id = j.document_id
  where (j.attempts >= 5 or d.deleted_at is not null) and (j.leased_until is null or j.leased_until < now());

  return query
  select d.id, d.case_id
  from core.documents as d
  where (
      d.upload_status = 'failed'
      or d.upload_status = 'uploading' and d.deleted_at < now() - p_upload_seconds * interval '1 second'
    )
    and not exists (select from core.document_removals as r where r.document_id = d.id)
  order by d.uploaded_at
  limit 100;
end;
$$;

-- db/policies/core.documents.sql
grant update (ocr_page_count, ocr_pages_read) on table core.documents to document_processor;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop trigger tg_documents__queue on core.documents;
drop function worker.claim_document(integer, text);
drop function worker.give_up(uuid);
drop function worker.read_again(uuid[]);
drop function worker.record_failure(uuid, uuid, text, boolean, boolean);
drop function worker.record_text(uuid, uuid, text, integer, integer);
revoke update (ocr_page_count, ocr_pages_read) on table core.documents from document_processor;
comment on column core.documents.ocr_page_count is null;
comment on column core.documents.ocr_pages_read is null;

-- db/types/api.document.sql
alter type api.document drop attribute ocr_page_count;
alter type api.document drop attribute ocr_pages_read;

-- db/functions/core/document.sql
-- A document, as an answer shows it
create or replace function core.document(p_document core.documents)
returns api.document
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_document.id, p_document.case_id, p_document.filename, p_document.filename, p_document.document_type,
    p_document.description, p_document.file_size, p_document.file_hash, p_document.mime_type, p_document.uploaded_by,
    p_document.uploaded_at, p_document.version, p_document.upload_status::text, p_document.ocr_status::text,
    p_document.ocr_completed_at, p_document.ocr_failure_reason, p_document.virus_scan_status::text,
    p_document.virus_scan_completed_at
  )::api.document;
end;
$$;

-- db/functions/core/tg_documents__guard.sql
-- What must hold for a document, whoever writes it
create or replace function core.tg_documents__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document_type core.document_types;
begin
  if tg_op = 'INSERT' then
    perform core.file_type(new.filename);

    select * into v_document_type
    from core.document_types as t
    where t.value = new.document_type;

    if not found then
      perform core.refuse_field('documentType', 'Invalid documentType');
    end if;

    if v_document_type.description_required and new.description is null then
      perform core.refuse_field('description', 'A description is required for this type of document');
    end if;

    new.id := coalesce(new.id, core.new_id());
    new.uploaded_by := core.actor();
    new.uploaded_at := now();
    new.upload_status := 'uploading';
    new.file_size := null;
    new.file_hash := null;
    new.mime_type := null;
    new.version := null;
    new.virus_scan_completed_at := null;
    new.ocr_completed_at := null;
    new.ocr_failure_reason := null;
    new.virus_scan_status := 'pending';
    new.ocr_status := 'pending';
    new.deleted_at := null;
    return new;
  end if;

  if old.deleted_at is not null then
    raise exception using errcode = 'JCFIX', message = 'A deleted document cannot be changed';
  end if;

  if (new.id, new.case_id, new.filename, new.document_type, new.description, new.uploaded_by, new.uploaded_at)
      is distinct from
      (old.id, old.case_id, old.filename, old.document_type, old.description, old.uploaded_by, old.uploaded_at)
    or (new.upload_status <> old.upload_status and old.upload_status <> 'uploading')
    or (new.upload_status <> 'complete' or old.upload_status <> 'uploading')
      and (new.file_size, new.file_hash, new.mime_type, new.version)
        is distinct from (old.file_size, old.file_hash, old.mime_type, old.version)
    or (new.virus_scan_status <> old.virus_scan_status and old.virus_scan_status <> 'pending')
    or (new.ocr_status <> old.ocr_status and (old.ocr_status not in ('pending', 'processing') or new.ocr_status = 'pending'))
    or (new.ocr_failure_reason is distinct from old.ocr_failure_reason
      and (new.ocr_status <> 'failed' or old.ocr_status = 'failed'))
    or (new.upload_status <> 'complete' and (new.virus_scan_status, new.ocr_status)
      is distinct from (old.virus_scan_status, old.ocr_status))
  then
    raise exception using errcode = 'JCFIX', message = 'What a document was uploaded as cannot be changed';
  end if;

  -- A change that changes nothing writes nothing.
  if new is not distinct from old then
    return null;
  end if;

  if new.upload_status <> old.upload_status and core.caller_role() is not null and core.actor() <> old.uploaded_by then
    raise exception using errcode = 'JCFIX', message = 'Whoever began an upload ends it';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := clock_timestamp();
  end if;

  if new.virus_scan_status <> old.virus_scan_status then
    new.virus_scan_completed_at := clock_timestamp();
  end if;

  if new.ocr_status <> old.ocr_status and new.ocr_status <> 'processing' then
    new.ocr_completed_at := clock_timestamp();
  end if;

  return new;
end;
$$;

comment on function core.tg_documents__guard() is
'Stamps who and when; lets each status move forward once, and nothing else change.
Errors: those of core.file_type; JCVAL unknown type of document, a description that is missing; JCFIX another change.';

-- db/functions/core/tg_documents__queue.sql
-- Work for the worker
create or replace function core.tg_documents__queue()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into core.document_jobs (document_id) values (new.id);
  perform pg_notify('document_jobs', '');
  return null;
end;
$$;

comment on function core.tg_documents__queue() is
'Hands a completed document to the worker, which listens on the channel document_jobs. Definer: callers may not touch the
queue.';

create trigger tg_documents__queue
after update on core.documents
for each row when (new.upload_status = 'complete' and old.upload_status = 'uploading')
execute function core.tg_documents__queue();
alter table core.documents enable always trigger tg_documents__queue;

-- db/functions/audit/document_image.sql
-- A document as the audit trail records it
create or replace function audit.document_image(p_document core.documents)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'filename', p_document.filename,
    'documentType', p_document.document_type,
    'description', p_document.description,
    'fileSize', p_document.file_size,
    'fileHash', p_document.file_hash,
    'mimeType', p_document.mime_type,
    'version', p_document.version,
    'uploadStatus', p_document.upload_status,
    'virusScanStatus', p_document.virus_scan_status,
    'ocrStatus', p_document.ocr_status,
    'ocrFailureReason', p_document.ocr_failure_reason,
    'deletedAt', to_char(p_document.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  );
end;
$$;

-- db/functions/worker/claim_document.sql
-- Take a document to work on
create or replace function worker.claim_document(p_lease_seconds integer default 300)
returns worker.job
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_job core.document_jobs;
  v_document core.documents;
begin
  update core.document_jobs as j
  set lease = core.new_id(), leased_until = now() + p_lease_seconds * interval '1 second', attempts = j.attempts + 1
  where j.document_id = (
    select n.document_id
    from core.document_jobs as n
    join core.documents as d on d.id = n.document_id and d.deleted_at is null
    where n.run_at <= now() and (n.leased_until is null or n.leased_until < now()) and n.attempts < 5
    order by n.run_at
    for update of n skip locked
    limit 1
  )
  returning * into v_job;

  if not found then
    return null;
  end if;

  select * into v_document from core.documents as d where d.id = v_job.document_id;

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size, v_job.lease,
    v_job.attempts, v_document.virus_scan_status = 'pending',
    v_document.ocr_status in ('pending', 'processing')
  )::worker.job;
end;
$$;

comment on function worker.claim_document(integer) is
'The next document that wants scanning or reading, for this worker alone until the lease ends; null when there is none.
One that a killed worker had is taken again after its lease, five times in all: then worker.sweep gives it up.';
revoke all on function worker.claim_document(integer) from public;
grant execute on function worker.claim_document(integer) to document_processor;

-- db/functions/worker/record_failure.sql
-- An attempt came to nothing
create or replace function worker.record_failure(
  p_document_id uuid,
  p_lease uuid,
  p_reason text,
  p_blames_document boolean
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- What is not the document's fault (no scanner) is tried for ever; what may be, five times.
  update core.document_jobs as j
  set
    attempts = case when p_blames_document then j.attempts else j.attempts - 1 end,
    run_at = now() + least(2 ^ j.attempts, 60) * interval '1 second',
    lease = null,
    leased_until = null,
    last_failure = left(p_reason, 500)
  where j.document_id = p_document_id;
end;
$$;

comment on function worker.record_failure(uuid, uuid, text, boolean) is
'Gives the document back, to be tried again after a while that doubles with each attempt, up to a minute.
Errors: JCLEA the claim is lost.';
revoke all on function worker.record_failure(uuid, uuid, text, boolean) from public;
grant execute on function worker.record_failure(uuid, uuid, text, boolean) to document_processor;

-- db/functions/worker/record_scan.sql
-- What the virus scan found
create or replace function worker.record_scan(p_document_id uuid, p_lease uuid, p_status text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  if p_status = 'pending' then
    raise exception using errcode = 'JCFIX', message = 'A scan finds something or nothing';
  end if;

  perform worker.hold_lease(p_document_id, p_lease);

  update core.documents as d
  set
    virus_scan_status = p_status::core.virus_scan_status,
    ocr_status = case
      when p_status = 'infected' then 'not-applicable'
      when d.ocr_status = 'pending' then 'processing'
      else d.ocr_status
    end
  where d.id = p_document_id;

  -- Not the update's returning: what is recorded already changes no row.
  select * into v_document from core.documents as d where d.id = p_document_id;

  if v_document.ocr_status = 'processing' then
    return true;
  end if;

  delete from core.document_jobs where document_id = p_document_id;
  return false;
end;
$$;

comment on function worker.record_scan(uuid, uuid, text) is
'Records clean, infected or skipped; true when the document is to be read next.
Errors: JCFIX no outcome; JCLEA the claim is lost.';

-- db/functions/worker/record_text.sql
-- What was read from a document
create or replace function worker.record_text(p_document_id uuid, p_lease uuid, p_text text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform worker.hold_lease(p_document_id, p_lease);
  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
  update core.documents set ocr_status = 'complete' where id = p_document_id;
  delete from core.document_jobs where document_id = p_document_id;
end;
$$;

comment on function worker.record_text(uuid, uuid, text) is
'Stores the text, and ends the work on the document.
Errors: JCLEA the claim is lost.';
revoke all on function worker.record_text(uuid, uuid, text) from public;
grant execute on function worker.record_text(uuid, uuid, text) to document_processor;

-- db/functions/worker/sweep.sql
-- What was left undone
create or replace function worker.sweep(p_upload_seconds integer default 3600)
returns setof worker.failed_upload
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Uploads that nobody will end: their server is gone.
  update core.documents as d
  set upload_status = 'failed'
  where d.upload_status = 'uploading' and d.deleted_at is null and d.uploaded_at < now() - p_upload_seconds * interval '1 second';

  -- Documents that failed, or killed their worker, five times; and deleted ones, which nobody works on. What has not
  -- been scanned stays so, and is never served.
  with exhausted as (
    delete from core.document_jobs as j
    using core.documents as d
    where d.id = j.document_id
      and (j.attempts >= 5 or d.deleted_at is not null)
      and (j.leased_until is null or j.leased_until < now())
    returning j.document_id, j.last_failure
  )
  update core.documents as d
  set ocr_status = 'failed', ocr_failure_reason = coalesce(e.last_failure, 'The document could not be processed')
  from exhausted as e
  where d.id = e.document_id and d.deleted_at is null and d.ocr_status in ('pending', 'processing');

  return query
  select d.id, d.case_id
  from core.documents as d
  where (
      d.upload_status = 'failed'
      or d.upload_status = 'uploading' and d.deleted_at < now() - p_upload_seconds * interval '1 second'
    )
    and not exists (select from core.document_removals as r where r.document_id = d.id)
  order by d.uploaded_at
  limit 100;
end;
$$;
