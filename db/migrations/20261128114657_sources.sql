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

-- db/functions/core/answered_case_id.sql
-- Which case a kept answer is about
create or replace function core.answered_case_id(p_answer jsonb)
returns uuid
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_answer ->> 'case_id', p_answer -> 'case_record' ->> 'id', p_answer ->> 'id')::uuid;
$$;

comment on function core.answered_case_id(jsonb) is
'The case of what api.keep_answer kept: a case, or what belongs to one; null for an answer about none.';
revoke all on function core.answered_case_id(jsonb) from public;
grant execute on function core.answered_case_id(jsonb) to casefile_caller;

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

-- db/functions/core/known_time.sql
-- A time that every reader can write down
create or replace function core.known_time(p_field text, p_value timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_value < '0001-01-01 00:00:00+00' or p_value >= '10000-01-01 00:00:00+00' then
    perform core.refuse_field(p_field, p_field || ' must lie in the years 1 to 9999');
  end if;

  return p_value;
end;
$$;

comment on function core.known_time(text, timestamptz) is
'The time, if its year has four digits and is no year before Christ, as JSON and its readers want it; null stays null.
Errors: JCVAL another time, infinity included.';
revoke all on function core.known_time(text, timestamptz) from public;
grant execute on function core.known_time(text, timestamptz) to casefile_caller;

-- db/functions/core/take_key.sql
-- Take an Idempotency-Key for a request
create or replace function core.take_key(p_key text, p_request_sha256 bytea)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(core.claim('court_code'), '');
  v_organisation_id text := nullif(core.claim('organisation_id'), '');
  v_kept core.kept_answers;
begin
  -- Whoever comes second waits here until the first has committed. An expired key is as good as a new one, and so is
  -- one under which nothing was kept.
  insert into core.kept_answers as k (user_role, user_id, key, court_code, organisation_id, request_sha256)
  values (v_role, v_user_id, p_key, v_court_code, v_organisation_id, p_request_sha256)
  on conflict (user_role, user_id, key) do update
  set
    court_code = excluded.court_code,
    organisation_id = excluded.organisation_id,
    request_sha256 = excluded.request_sha256,
    answer = null,
    expires_at = default
  where k.expires_at <= now() or k.answer is null;

  if found then
    return true;
  end if;

  -- What was not taken over is locked nevertheless, so that no sweep comes in between.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key came with another request before';
  end if;

  return false;
end;
$$;

comment on function core.take_key(text, bytea) is
'True when the key is new, and the caller''s until the end of the transaction; false when this very request has its answer
already. Definer: keys are nobody''s to write otherwise.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its
limit.';
revoke all on function core.take_key(text, bytea) from public;
grant execute on function core.take_key(text, bytea) to casefile_caller;

-- db/functions/core/tg_cases__guard.sql
-- What must hold for a case, whoever writes it
create or replace function core.tg_cases__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'APPLICATION' or new.status_reason is not null then
      raise exception using errcode = 'JCFIX', message = 'A case begins as an application, without a reason';
    end if;

    new.id := coalesce(new.id, core.new_id());
    new.next_hearing := date_trunc('milliseconds', core.known_time('nextHearing', new.next_hearing));
    new.version := 1;
    new.details_version := 1;
    new.status_change_id := null;
    new.created_at := now();
    new.updated_at := new.created_at;
    new.deleted_at := null;
    return new;
  end if;

  if old.deleted_at is not null then
    raise exception using errcode = 'JCFIX', message = 'A deleted case cannot be changed';
  end if;

  -- Whoever waited for the row may have lost the case meanwhile: this asks the policies anew.
  if not exists (select from core.cases as c where c.id = old.id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  if new.next_hearing is distinct from old.next_hearing then
    new.next_hearing := date_trunc('milliseconds', core.known_time('nextHearing', new.next_hearing));
  end if;

  if (new.id, new.court_code, new.number_year, new.number_sequence, new.case_type, new.created_at, new.status_change_id)
    is distinct from
    (old.id, old.court_code, old.number_year, old.number_sequence, old.case_type, old.created_at, old.status_change_id)
  then
    raise exception using errcode = 'JCFIX', message = 'What a case was created with cannot be changed';
  end if;

  if new.status <> old.status then
    perform core.permit_transition(old.status, new.status::text, new.status_reason);
  elsif new.status_reason is not null then
    raise exception using errcode = 'JCFIX', message = 'A reason belongs to a change of status';
  end if;

  -- A change that changes nothing moves nothing and writes nothing.
  if (new.status, new.next_hearing, new.details_version, new.deleted_at)
    is not distinct from (old.status, old.next_hearing, old.details_version, old.deleted_at)
  then
    return null;
  end if;

  new.version := old.version + 1;
  new.updated_at := greatest(clock_timestamp(), old.updated_at);

  if new.details_version not in (old.details_version, new.version)
    or new.details_version <> new.version and exists (
      select from core.case_details as d where d.case_id = new.id and d.version = new.version
    )
  then
    raise exception using errcode = 'JCFIX', message = 'New details carry the version of their change, and are used by it';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := new.updated_at;
  end if;

  return new;
end;
$$;

comment on function core.tg_cases__guard() is
'Checks the transition, its role and its reason; moves the version by one; stamps the times; refuses undelete.
Errors: those of core.permit_transition; JCVAL a hearing in no year that can be written; JCMIS out of reach by now; JCFIX a change that no caller may make.';

-- db/functions/core/tg_document_removals__guard.sql
-- What must hold for a removal from the document store, whoever records it
create or replace function core.tg_document_removals__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if current_setting('role') = 'document_processor' and not exists (
    select from core.documents as d
    where d.id = new.document_id
      and (d.upload_status = 'failed' or d.upload_status = 'uploading' and d.deleted_at is not null)
  ) then
    raise exception using errcode = 'JCFIX', message = 'Only what an upload left behind is removed';
  end if;

  return new;
end;
$$;

comment on function core.tg_document_removals__guard() is
'No worker has a claim on what is removed: so it is what worker.sweep names, an upload that came to nothing, and no document
that anybody may want.
Errors: JCFIX another document.';
revoke all on function core.tg_document_removals__guard() from public;

create trigger tg_document_removals__guard
before insert on core.document_removals
for each row execute function core.tg_document_removals__guard();
alter table core.document_removals enable always trigger tg_document_removals__guard;

-- db/functions/core/tg_document_texts__guard.sql
-- What must hold for the text of a document, whoever writes it
create or replace function core.tg_document_texts__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if current_setting('role') = 'document_processor' and not exists (
    select from core.document_jobs as j where j.document_id = new.document_id and j.leased_until > clock_timestamp()
  ) then
    raise exception using errcode = 'JCLEA', message = 'No worker has claimed the document';
  end if;

  return new;
end;
$$;

comment on function core.tg_document_texts__guard() is
'The worker writes the text of a document that is claimed at the moment, and no other.
Errors: JCLEA it is not claimed, or the claim has ended.';
revoke all on function core.tg_document_texts__guard() from public;

create trigger tg_document_texts__guard
before insert on core.document_texts
for each row execute function core.tg_document_texts__guard();
alter table core.document_texts enable always trigger tg_document_texts__guard;

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

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  -- Before anything is told.
  v_actor text := core.actor();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for. Whoever may
  -- create one, and is refused, has asked again under its key, and the case is deleted.
  if v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    v_actor,
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

-- db/functions/audit/tg_document_removals__audit.sql
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
'Writes one entry for each document whose bytes are gone. Definer: nobody may write entries but this.';
revoke all on function audit.tg_document_removals__audit() from public;

create trigger tg_document_removals__audit
after insert on core.document_removals
for each row execute function audit.tg_document_removals__audit();
alter table core.document_removals enable always trigger tg_document_removals__audit;

-- db/functions/audit/tg_document_texts__audit.sql
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
'Writes one entry for each text, with its SHA-256 and never the text itself. Definer: nobody may write entries but this.';
revoke all on function audit.tg_document_texts__audit() from public;

create trigger tg_document_texts__audit
after insert on core.document_texts
for each row execute function audit.tg_document_texts__audit();
alter table core.document_texts enable always trigger tg_document_texts__audit;

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
    notify document_jobs;
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

  -- The document's row before the audit's chain, in which order all others take them.
  update core.documents
  set ocr_status = 'complete', ocr_page_count = p_page_count, ocr_pages_read = p_pages_read
  where id = p_document_id;

  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
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

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy knows whether the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_answer;
end;
$$;

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to this very request, as long as it reaches the case; null when the key is new, and the
caller''s until the end of the transaction: api.keep_answer is next. A rollback frees it.
Errors: JCMIS the case is not within reach any more; JCKEY another request, or the caller''s court or organisation is
another; 23514 an empty key, or one beyond its limit.';

-- db/policies/core.documents.sql
grant update (ocr_page_count, ocr_pages_read) on table core.documents to document_processor;

-- db/policies/core.kept_answers.sql
create policy select_own on core.kept_answers for select
to casefile_caller
using (
  user_role = (select core.caller_role())
  and user_id = (select core.claim('user_id'))
  and exists (
    select from core.cases as c where c.id = core.answered_case_id(answer) and c.deleted_at is null offset 0
  )
);

comment on policy select_own on core.kept_answers is
'A caller is told again what it was told, while it reaches the case, by the policies of core.cases.';

comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and keep answers through functions of the owner, which look at no rows but the caller''s.';
grant select on core.kept_answers to casefile_caller;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_own on core.kept_answers;
drop trigger tg_document_removals__guard on core.document_removals;
drop trigger tg_document_texts__guard on core.document_texts;
drop trigger tg_documents__queue on core.documents;
drop trigger tg_document_removals__audit on core.document_removals;
drop trigger tg_document_texts__audit on core.document_texts;
drop function core.answered_case_id(jsonb);
drop function core.known_time(text, timestamptz);
drop function core.take_key(text, bytea);
drop function core.tg_document_removals__guard();
drop function core.tg_document_texts__guard();
drop function audit.tg_document_removals__audit();
drop function audit.tg_document_texts__audit();
drop function worker.claim_document(integer, text);
drop function worker.give_up(uuid);
drop function worker.read_again(uuid[]);
drop function worker.record_failure(uuid, uuid, text, boolean, boolean);
drop function worker.record_text(uuid, uuid, text, integer, integer);
revoke update (ocr_page_count, ocr_pages_read) on table core.documents from document_processor;
revoke select on table core.kept_answers from casefile_caller;
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

-- db/functions/core/tg_cases__guard.sql
-- What must hold for a case, whoever writes it
create or replace function core.tg_cases__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'APPLICATION' or new.status_reason is not null then
      raise exception using errcode = 'JCFIX', message = 'A case begins as an application, without a reason';
    end if;

    new.id := coalesce(new.id, core.new_id());
    new.next_hearing := date_trunc('milliseconds', new.next_hearing);
    new.version := 1;
    new.details_version := 1;
    new.status_change_id := null;
    new.created_at := now();
    new.updated_at := new.created_at;
    new.deleted_at := null;
    return new;
  end if;

  if old.deleted_at is not null then
    raise exception using errcode = 'JCFIX', message = 'A deleted case cannot be changed';
  end if;

  -- Whoever waited for the row may have lost the case meanwhile: this asks the policies anew.
  if not exists (select from core.cases as c where c.id = old.id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  new.next_hearing := date_trunc('milliseconds', new.next_hearing);

  if (new.id, new.court_code, new.number_year, new.number_sequence, new.case_type, new.created_at, new.status_change_id)
    is distinct from
    (old.id, old.court_code, old.number_year, old.number_sequence, old.case_type, old.created_at, old.status_change_id)
  then
    raise exception using errcode = 'JCFIX', message = 'What a case was created with cannot be changed';
  end if;

  if new.status <> old.status then
    perform core.permit_transition(old.status, new.status::text, new.status_reason);
  elsif new.status_reason is not null then
    raise exception using errcode = 'JCFIX', message = 'A reason belongs to a change of status';
  end if;

  -- A change that changes nothing moves nothing and writes nothing.
  if (new.status, new.next_hearing, new.details_version, new.deleted_at)
    is not distinct from (old.status, old.next_hearing, old.details_version, old.deleted_at)
  then
    return null;
  end if;

  new.version := old.version + 1;
  new.updated_at := greatest(clock_timestamp(), old.updated_at);

  if new.details_version not in (old.details_version, new.version)
    or new.details_version <> new.version and exists (
      select from core.case_details as d where d.case_id = new.id and d.version = new.version
    )
  then
    raise exception using errcode = 'JCFIX', message = 'New details carry the version of their change, and are used by it';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := new.updated_at;
  end if;

  return new;
end;
$$;

comment on function core.tg_cases__guard() is
'Checks the transition, its role and its reason; moves the version by one; stamps the times; refuses undelete.
Errors: those of core.permit_transition; JCMIS out of reach by now; JCFIX a change that no caller may make.';

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

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  -- Before anything is told.
  v_actor text := core.actor();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_subject_id is not null and v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    v_actor,
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
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

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(core.claim('court_code'), '');
  v_organisation_id text := nullif(core.claim('organisation_id'), '');
  v_kept core.kept_answers;
begin
  -- Whoever comes second waits here until the first has committed. An expired key is as good as a new one, and so is
  -- one under which nothing was kept.
  insert into core.kept_answers as k (user_role, user_id, key, court_code, organisation_id, request_sha256)
  values (v_role, v_user_id, p_key, v_court_code, v_organisation_id, p_request_sha256)
  on conflict (user_role, user_id, key) do update
  set
    court_code = excluded.court_code,
    organisation_id = excluded.organisation_id,
    request_sha256 = excluded.request_sha256,
    answer = null,
    expires_at = default
  where k.expires_at <= now() or k.answer is null;

  if found then
    return null;
  end if;

  -- What was not taken over is locked nevertheless, so that no sweep comes in between.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key came with another request before';
  end if;

  return v_kept.answer;
end;
$$;

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to this very request; null when the key is new, and the caller''s until the end of the
transaction: api.keep_answer is next. A rollback frees it. Definer: answers are nobody''s to read or write otherwise.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its
limit.';

-- db/policies/core.kept_answers.sql
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';
