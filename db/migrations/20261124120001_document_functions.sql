-- migrate:up

set local check_function_bodies = off;

-- db/functions/core/actor.sql
revoke all on function core.actor() from casefile_caller;
-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() is null then
    return case when current_setting('role') = 'document_processor' then 'document_processor' else session_user end;
  end if;

  return coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user);
end;
$$;

comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done past the server.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller, document_processor;

-- db/functions/core/actor_role.sql
-- In which role somebody is at work
create or replace function core.actor_role()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('role') = 'document_processor' then
    return 'DOCUMENT_PROCESSOR';
  end if;

  return coalesce(core.caller_role()::text, 'DATABASE');
end;
$$;

comment on function core.actor_role() is
'The caller''s role; DOCUMENT_PROCESSOR for the worker; DATABASE for work done past the server.';

revoke all on function core.actor_role() from public;
grant execute on function core.actor_role() to casefile_caller, document_processor;

-- db/functions/core/caller_role.sql
revoke all on function core.caller_role() from casefile_caller;
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := upper(current_setting('role'));
begin
  if v_role = any (enum_range(null::core.user_role)::text[]) then
    return v_role;
  end if;

  return null;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;

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

comment on function core.document(core.documents) is
'The document in the words of the API.';

revoke all on function core.document(core.documents) from public;
grant execute on function core.document(core.documents) to casefile_caller;

-- db/functions/core/file_type.sql
-- Which file a name stands for
create or replace function core.file_type(p_filename text)
returns core.file_types
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.required_text('file', p_filename);
  v_file_type core.file_types;
begin
  -- A path, a control character, or a mark that turns the direction of writing and so hides the true end.
  if v_filename ~ '[/\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]' then
    perform core.refuse_field('file', 'The file name contains characters that are not allowed');
  end if;

  if char_length(v_filename) > 255 then
    perform core.refuse_field('file', 'The file name is too long');
  end if;

  select * into v_file_type
  from core.file_types as t
  where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*\.([^.]+)$'));

  if not found then
    perform core.refuse_field('file', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed');
  end if;

  return v_file_type;
end;
$$;

comment on function core.file_type(text) is
'The type of file that a name promises, if it is a name and the type is allowed.
Errors: JCVAL it is not.';

revoke all on function core.file_type(text) from public;
grant execute on function core.file_type(text) to casefile_caller, document_processor;

-- db/functions/core/find_document.sql
-- A document within the caller's reach
create or replace function core.find_document(p_document_id uuid)
returns core.documents
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  select d.* into v_document
  from core.documents as d
  join core.cases as c on c.id = d.case_id and c.deleted_at is null
  where d.id = p_document_id and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;

  return v_document;
end;
$$;

comment on function core.find_document(uuid) is
'The document, if the caller reaches it and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

revoke all on function core.find_document(uuid) from public;
grant execute on function core.find_document(uuid) to casefile_caller;

-- db/functions/core/new_id.sql
revoke all on function core.new_id() from casefile_caller;
-- The identifier of a new row
create or replace function core.new_id()
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::integer)
    || substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 15)
  )::uuid;
end;
$$;

comment on function core.new_id() is
'A UUID of version 7: new rows land together at the end of their index. Not a secret. (gen_random_uuid is not in PostgreSQL 12.)';

revoke all on function core.new_id() from public;
grant execute on function core.new_id() to casefile_caller, document_processor;

-- db/functions/core/refuse_field.sql
revoke all on function core.refuse_field(text, text) from casefile_caller;
-- Refuse a field of the request
create or replace function core.refuse_field(p_field text, p_message text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCVAL',
    message = p_message,
    detail = jsonb_build_object('field', p_field)::text;
end;
$$;

comment on function core.refuse_field(text, text) is
'Raises JCVAL, naming the field as the API names it.';

revoke all on function core.refuse_field(text, text) from public;
grant execute on function core.refuse_field(text, text) to casefile_caller, document_processor;

-- db/functions/core/required_text.sql
revoke all on function core.required_text(text, text) from casefile_caller;
-- A text that must be there
create or replace function core.required_text(p_field text, p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_value text := core.trimmed(p_value);
begin
  if v_value is null then
    perform core.refuse_field(p_field, p_field || ' is required');
  end if;

  return v_value;
end;
$$;

comment on function core.required_text(text, text) is
'The text, trimmed.
Errors: JCVAL nothing there.';

revoke all on function core.required_text(text, text) from public;
grant execute on function core.required_text(text, text) to casefile_caller, document_processor;

-- db/functions/core/tg_document_downloads__stamp.sql
-- Who downloaded a document, and when
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
'Stamps who and when.';

revoke all on function core.tg_document_downloads__stamp() from public;

drop trigger if exists tg_document_downloads__stamp on core.document_downloads;
create trigger tg_document_downloads__stamp
before insert on core.document_downloads
for each row execute function core.tg_document_downloads__stamp();
alter table core.document_downloads enable always trigger tg_document_downloads__stamp;

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

revoke all on function core.tg_documents__guard() from public;

drop trigger if exists tg_documents__guard on core.documents;
create trigger tg_documents__guard
before insert or update on core.documents
for each row execute function core.tg_documents__guard();
alter table core.documents enable always trigger tg_documents__guard;

-- db/functions/core/tg_documents__number.sql
-- The version of a completed document
create or replace function core.tg_documents__number()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_file_type core.file_types := core.file_type(new.filename);
begin
  if coalesce(new.file_size, 0) = 0 then
    perform core.refuse_field('file', 'The file is empty');
  end if;

  if new.file_size > v_file_type.size_limit then
    perform core.refuse_field('file', format('The file is larger than %s MiB', v_file_type.size_limit / 1048576));
  end if;

  if new.mime_type is distinct from v_file_type.mime_type then
    perform core.refuse_field('file', 'The content of the file is not what its name says');
  end if;

  -- Completions in one case, one after the other.
  perform from audit.chains as c where c.case_id = new.case_id for no key update;

  if exists (
    select from core.documents as d
    where d.case_id = new.case_id and d.file_hash = new.file_hash and d.upload_status = 'complete'
      and d.deleted_at is null
  ) then
    raise exception using errcode = 'JCSAM', message = 'The same bytes are in the case already';
  end if;

  new.version := coalesce(
    (select max(d.version) from core.documents as d where d.case_id = new.case_id and d.filename = new.filename), 0
  ) + 1;

  if not v_file_type.is_readable then
    new.ocr_status := 'not-applicable';
  end if;

  return new;
end;
$$;

comment on function core.tg_documents__number() is
'Numbers the versions of a name without gap or repeat, and refuses bytes that are in the case already. Definer: it has to
see the documents that the caller does not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

revoke all on function core.tg_documents__number() from public;

drop trigger if exists tg_documents__number on core.documents;
-- After tg_documents__guard: triggers fire in the order of their names.
create trigger tg_documents__number
before update on core.documents
for each row when (new.upload_status = 'complete' and old.upload_status = 'uploading')
execute function core.tg_documents__number();
alter table core.documents enable always trigger tg_documents__number;

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

revoke all on function core.tg_documents__queue() from public;

drop trigger if exists tg_documents__queue on core.documents;
create trigger tg_documents__queue
after update on core.documents
for each row when (new.upload_status = 'complete' and old.upload_status = 'uploading')
execute function core.tg_documents__queue();
alter table core.documents enable always trigger tg_documents__queue;

-- db/functions/core/trimmed.sql
revoke all on function core.trimmed(text) from casefile_caller;
-- A text without the white space around it
create or replace function core.trimmed(p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'), '');
end;
$$;

comment on function core.trimmed(text) is 'The text without the white space around it; null when nothing is left.';

revoke all on function core.trimmed(text) from public;
grant execute on function core.trimmed(text) to casefile_caller, document_processor;

-- db/functions/audit/append.sql
-- Append an entry to a case's trail
create or replace function audit.append(
  p_case_id uuid,
  p_entity text,
  p_entity_id text,
  p_action audit.action,
  p_before jsonb,
  p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_previous bytea;
  v_entry audit.entries;
begin
  -- The lock on the chain comes first: the id and the time of an entry are taken behind it.
  select c.digest into v_previous
  from audit.chains as c
  where c.case_id = p_case_id
  for no key update;

  v_entry.id := nextval('audit.entries_id_seq');
  v_entry.case_id := p_case_id;
  v_entry.entity := p_entity;
  v_entry.entity_id := p_entity_id;
  v_entry.action := p_action;
  v_entry.actor := core.actor();
  v_entry.actor_role := core.actor_role();
  v_entry.occurred_at := clock_timestamp();
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.request_id := nullif(current_setting('casefile.request_id', true), '');
  v_entry.client_address := nullif(current_setting('casefile.client_address', true), '');
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

comment on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) is
'For the audit triggers alone, which run as the owner: nobody else may execute it.';

revoke all on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) from public;

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

comment on function audit.document_image(core.documents) is
'Every field of a document that can change, and those that it was uploaded with, named as the API names them.';

revoke all on function audit.document_image(core.documents) from public;

-- db/functions/audit/explain_refusal.sql
drop function audit.explain_refusal(text, uuid);
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
    core.actor(),
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

comment on function audit.explain_refusal(text, uuid) is
'After an operation found no case or document within reach, or was not the caller''s at all: tells whether there is one, and
records the denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation.';

revoke all on function audit.explain_refusal(text, uuid) from public;
grant execute on function audit.explain_refusal(text, uuid) to casefile_caller;

-- db/functions/audit/tg_document_downloads__audit.sql
-- The audit of every download
create or replace function audit.tg_document_downloads__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform audit.append(d.case_id, 'document', d.id::text, 'DOCUMENT_DOWNLOAD', null, null)
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download. Definer: nobody may write entries but this.';

revoke all on function audit.tg_document_downloads__audit() from public;

drop trigger if exists tg_document_downloads__audit on core.document_downloads;
create trigger tg_document_downloads__audit
after insert on core.document_downloads
for each row execute function audit.tg_document_downloads__audit();
alter table core.document_downloads enable always trigger tg_document_downloads__audit;

-- db/functions/audit/tg_documents__audit.sql
-- The audit of every change of a document
create or replace function audit.tg_documents__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_before jsonb := case tg_op when 'UPDATE' then audit.document_image(old) end;
  v_after jsonb := audit.document_image(new);
begin
  perform audit.append(
    new.case_id,
    'document',
    new.id::text,
    case
      when new.deleted_at is not null then 'DOCUMENT_DELETE'
      when tg_op = 'UPDATE' and old.upload_status = 'uploading' and new.upload_status = 'complete' then 'DOCUMENT_UPLOAD'
      else 'DOCUMENT_STATUS'
    end::audit.action,
    case tg_op when 'UPDATE' then audit.changed_fields(v_before, v_after) end,
    case tg_op when 'UPDATE' then audit.changed_fields(v_after, v_before) else jsonb_strip_nulls(v_after) end
  );

  return null;
end;
$$;

comment on function audit.tg_documents__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

revoke all on function audit.tg_documents__audit() from public;

drop trigger if exists tg_documents__audit on core.documents;
create trigger tg_documents__audit
after insert or update on core.documents
for each row execute function audit.tg_documents__audit();
alter table core.documents enable always trigger tg_documents__audit;

-- db/functions/audit/tg_refuse_change.sql
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
    message = format('%s of %s is refused: nothing is lost here', tg_op, tg_relid::regclass);
end;
$$;

comment on function audit.tg_refuse_change() is
'Refuses what its triggers name (UPDATE, DELETE, TRUNCATE) to everybody, the owner and superusers included, until they
take them down.
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

-- These change, by their rules, but are never removed.
drop trigger if exists tg_cases__refuse_removal on core.cases;
create trigger tg_cases__refuse_removal
before delete or truncate on core.cases
for each statement execute function audit.tg_refuse_change();
alter table core.cases enable always trigger tg_cases__refuse_removal;

drop trigger if exists tg_assignments__refuse_removal on core.assignments;
create trigger tg_assignments__refuse_removal
before delete or truncate on core.assignments
for each statement execute function audit.tg_refuse_change();
alter table core.assignments enable always trigger tg_assignments__refuse_removal;

drop trigger if exists tg_assignment_particulars__refuse_removal on core.assignment_particulars;
create trigger tg_assignment_particulars__refuse_removal
before delete or truncate on core.assignment_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__refuse_removal;

drop trigger if exists tg_organisation_links__refuse_removal on core.organisation_links;
create trigger tg_organisation_links__refuse_removal
before delete or truncate on core.organisation_links
for each statement execute function audit.tg_refuse_change();
alter table core.organisation_links enable always trigger tg_organisation_links__refuse_removal;

drop trigger if exists tg_chains__refuse_removal on audit.chains;
create trigger tg_chains__refuse_removal
before delete or truncate on audit.chains
for each statement execute function audit.tg_refuse_change();
alter table audit.chains enable always trigger tg_chains__refuse_removal;

drop trigger if exists tg_documents__refuse_removal on core.documents;
create trigger tg_documents__refuse_removal
before delete or truncate on core.documents
for each statement execute function audit.tg_refuse_change();
alter table core.documents enable always trigger tg_documents__refuse_removal;

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

-- db/functions/worker/hold_lease.sql
-- Whether a claim still holds
create or replace function worker.hold_lease(p_document_id uuid, p_lease uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from core.document_jobs as j
  where j.document_id = p_document_id and j.lease = p_lease and j.leased_until > now()
  for update;

  if not found then
    raise exception using errcode = 'JCLEA', message = 'The document is not this worker''s any more';
  end if;
end;
$$;

comment on function worker.hold_lease(uuid, uuid) is
'Locks the claim until the end of the transaction, so that nobody records a result twice.
Errors: JCLEA another worker has the document, or it is done.';

revoke all on function worker.hold_lease(uuid, uuid) from public;
grant execute on function worker.hold_lease(uuid, uuid) to document_processor;

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

-- db/functions/worker/record_removal.sql
-- The bytes of a failed upload are gone
create or replace function worker.record_removal(p_document_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
insert into core.document_removals (document_id) values (p_document_id) on conflict do nothing;
$$;

comment on function worker.record_removal(uuid) is
'So that worker.sweep does not name it again.';

revoke all on function worker.record_removal(uuid) from public;
grant execute on function worker.record_removal(uuid) to document_processor;

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

revoke all on function worker.record_scan(uuid, uuid, text) from public;
grant execute on function worker.record_scan(uuid, uuid, text) to document_processor;

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

comment on function worker.sweep(integer) is
'Ends abandoned uploads and hopeless documents. Returns failed uploads whose bytes are to be removed from the document
store; worker.record_removal says that they are.';

revoke all on function worker.sweep(integer) from public;
grant execute on function worker.sweep(integer) to document_processor;

-- db/functions/api/complete_upload.sql
-- The bytes of a document are stored
create or replace function api.complete_upload(
  p_document_id uuid,
  p_file_size bigint,
  p_file_hash text,
  p_mime_type text
)
returns api.document
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
  v_existing uuid;
begin
  update core.documents as d
  set upload_status = 'complete', file_size = p_file_size, file_hash = p_file_hash, mime_type = p_mime_type
  where d.id = p_document_id and d.upload_status = 'uploading' and d.uploaded_by = core.actor()
    and d.deleted_at is null
  returning * into v_document;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Upload not found';
  end if;

  return core.document(v_document);
exception
  when sqlstate 'JCSAM' then
    -- The first is named to those who may see it, which is for the policy to say.
    select e.id into v_existing
    from core.documents as d
    join core.documents as e
      on e.case_id = d.case_id and e.file_hash = p_file_hash and e.upload_status = 'complete' and e.deleted_at is null
    where d.id = p_document_id;

    raise exception using
      errcode = 'JCSAM',
      message = 'This document has already been uploaded to the case',
      detail = jsonb_strip_nulls(
        jsonb_build_object('field', 'file', 'isDuplicate', true, 'existingDocumentId', v_existing)
      )::text;
end;
$$;

comment on function api.complete_upload(uuid, bigint, text, text) is
'Ends an upload whose bytes are safely stored: fixes size, hash, type and version number, and hands the document to the
worker.
Errors: 42501 not for this role; JCNIL no upload of the caller under way; JCSAM the same bytes are in the case already;
JCVAL an empty file, one that is too large, or content that is not what the name says.';

revoke all on function api.complete_upload(uuid, bigint, text, text) from public;
grant execute on function api.complete_upload(uuid, bigint, text, text) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- db/functions/api/delete_document.sql
-- DELETE /api/documents/{id}
create or replace function api.delete_document(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  update core.documents
  set deleted_at = now()
  where id = v_document.id and deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;
end;
$$;

comment on function api.delete_document(uuid) is
'Deletes a document softly; its bytes stay.
Errors: 42501 not for this role; JCMIS no document within reach.';

revoke all on function api.delete_document(uuid) from public;
grant execute on function api.delete_document(uuid) to hmcts_case_officer;

-- db/functions/api/download_document.sql
-- GET /api/documents/{id}/download
create or replace function api.download_document(p_document_id uuid)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  if v_document.virus_scan_status = 'infected' then
    raise exception using errcode = 'JCINF', message = 'This document is infected and cannot be downloaded';
  end if;

  if v_document.upload_status <> 'complete' or v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned yet',
      detail = jsonb_build_object(
        'uploadStatus', v_document.upload_status, 'virusScanStatus', v_document.virus_scan_status
      )::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
end;
$$;

comment on function api.download_document(uuid) is
'Where the bytes of a document are; the download is recorded before the first of them is given out.
Errors: JCMIS no document within reach; JCINF infected; JCUNS not scanned yet.';

revoke all on function api.download_document(uuid) from public;
grant execute on function api.download_document(uuid) to casefile_caller;

-- db/functions/api/fail_upload.sql
-- An upload came to nothing
create or replace function api.fail_upload(p_document_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
update core.documents
  set upload_status = 'failed'
  where id = p_document_id and upload_status = 'uploading' and uploaded_by = core.actor() and deleted_at is null;
$$;

comment on function api.fail_upload(uuid) is
'Ends an upload of the caller that was refused or cut off.';

revoke all on function api.fail_upload(uuid) from public;
grant execute on function api.fail_upload(uuid) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- db/functions/api/get_document.sql
-- GET /api/documents/{id}
create or replace function api.get_document(p_document_id uuid)
returns api.document
language sql
stable
security invoker
set search_path = ''
as $$
select core.document(core.find_document(p_document_id));
$$;

comment on function api.get_document(uuid) is
'What is known of a document.
Errors: JCMIS no document within reach.';

revoke all on function api.get_document(uuid) from public;
grant execute on function api.get_document(uuid) to casefile_caller;

-- db/functions/api/get_upload_form.sql
-- GET /api/cases/{id}/upload-document
create or replace function api.get_upload_form(p_case_id uuid)
returns api.upload_form
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return row(
    v_case.id,
    array(
      select row(t.value, t.label, t.help_text)::api.document_type from core.document_types as t order by t.place
    ),
    core.caller_role()::text
  )::api.upload_form;
end;
$$;

comment on function api.get_upload_form(uuid) is
'What an upload can be, for a form.
Errors: 42501 not for this role; JCMIS no case within reach.';

revoke all on function api.get_upload_form(uuid) from public;
grant execute on function api.get_upload_form(uuid) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- db/functions/api/list_document_versions.sql
-- GET /api/cases/{id}/documents/{filename}/versions
create or replace function api.list_document_versions(p_case_id uuid, p_filename text)
returns api.document[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select core.document(d)
    from core.documents as d
    where d.case_id = v_case.id and d.filename = p_filename and d.upload_status = 'complete' and d.deleted_at is null
    order by d.version desc
  );
end;
$$;

comment on function api.list_document_versions(uuid, text) is
'The documents of one name in a case, newest version first; to an adopter, its own.
Errors: JCMIS no case within reach.';

revoke all on function api.list_document_versions(uuid, text) from public;
grant execute on function api.list_document_versions(uuid, text) to casefile_caller;

-- db/functions/api/list_documents.sql
-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_document_type text := core.known_word(
    'documentType', p_document_type, array(select t.value from core.document_types as t)
  );
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_total bigint;
  v_documents api.document[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  v_documents := array(
    select core.document(d)
    from core.documents as d
    where d.case_id = v_case.id and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  );

  return row(v_documents, core.pagination(v_total, p_page, v_page_size, null))::api.document_page;
end;
$$;

comment on function api.list_documents(uuid, text, text, text, integer, integer) is
'The documents of a case, newest first and 20 a page unless told otherwise; to an adopter, its own.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page.';

revoke all on function api.list_documents(uuid, text, text, text, integer, integer) from public;
grant execute on function api.list_documents(uuid, text, text, text, integer, integer) to casefile_caller;

-- db/functions/api/upload_document.sql
-- POST /api/cases/{id}/upload-document
create or replace function api.upload_document(
  p_case_id uuid,
  p_filename text,
  p_document_type text,
  p_description text default null
)
returns api.upload
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_file_type core.file_types := core.file_type(p_filename);
  v_document core.documents;
begin
  -- The guard trigger knows what may be uploaded.
  insert into core.documents (case_id, filename, document_type, description)
  values (v_case.id, core.trimmed(p_filename), core.required_text('documentType', p_document_type), core.trimmed(p_description))
  returning * into v_document;

  return row(v_document.id, v_document.case_id, v_file_type.mime_type, v_file_type.size_limit)::api.upload;
end;
$$;

comment on function api.upload_document(uuid, text, text, text) is
'Begins an upload: the document is known as uploading before its first byte is stored. Its bytes go to the document
store, and then api.complete_upload or api.fail_upload ends it.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL a file name or type that is not allowed, a description
that is missing; 23514 a text beyond its limit.';

revoke all on function api.upload_document(uuid, text, text, text) from public;
grant execute on function api.upload_document(uuid, text, text, text) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- migrate:down

set local check_function_bodies = off;

-- db/functions/api/upload_document.sql
drop function api.upload_document(uuid, text, text, text);

-- db/functions/api/list_documents.sql
drop function api.list_documents(uuid, text, text, text, integer, integer);

-- db/functions/api/list_document_versions.sql
drop function api.list_document_versions(uuid, text);

-- db/functions/api/get_upload_form.sql
drop function api.get_upload_form(uuid);

-- db/functions/api/get_document.sql
drop function api.get_document(uuid);

-- db/functions/api/fail_upload.sql
drop function api.fail_upload(uuid);

-- db/functions/api/download_document.sql
drop function api.download_document(uuid);

-- db/functions/api/delete_document.sql
drop function api.delete_document(uuid);

-- db/functions/api/complete_upload.sql
drop function api.complete_upload(uuid, bigint, text, text);

-- db/functions/worker/sweep.sql
drop function worker.sweep(integer);

-- db/functions/worker/record_text.sql
drop function worker.record_text(uuid, uuid, text);

-- db/functions/worker/record_scan.sql
drop function worker.record_scan(uuid, uuid, text);

-- db/functions/worker/record_removal.sql
drop function worker.record_removal(uuid);

-- db/functions/worker/record_failure.sql
drop function worker.record_failure(uuid, uuid, text, boolean);

-- db/functions/worker/hold_lease.sql
drop function worker.hold_lease(uuid, uuid);

-- db/functions/worker/claim_document.sql
drop function worker.claim_document(integer);

-- db/functions/audit/tg_refuse_change.sql
drop trigger if exists tg_document_downloads__refuse_change on core.document_downloads;
drop trigger if exists tg_document_texts__refuse_change on core.document_texts;
drop trigger if exists tg_document_removals__refuse_change on core.document_removals;
drop trigger if exists tg_documents__refuse_removal on core.documents;
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
    message = format('%s of %s is refused: nothing is lost here', tg_op, tg_relid::regclass);
end;
$$;

comment on function audit.tg_refuse_change() is
'Refuses what its triggers name (UPDATE, DELETE, TRUNCATE) to everybody, the owner and superusers included, until they
take them down.
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

-- These change, by their rules, but are never removed.
drop trigger if exists tg_cases__refuse_removal on core.cases;
create trigger tg_cases__refuse_removal
before delete or truncate on core.cases
for each statement execute function audit.tg_refuse_change();
alter table core.cases enable always trigger tg_cases__refuse_removal;

drop trigger if exists tg_assignments__refuse_removal on core.assignments;
create trigger tg_assignments__refuse_removal
before delete or truncate on core.assignments
for each statement execute function audit.tg_refuse_change();
alter table core.assignments enable always trigger tg_assignments__refuse_removal;

drop trigger if exists tg_assignment_particulars__refuse_removal on core.assignment_particulars;
create trigger tg_assignment_particulars__refuse_removal
before delete or truncate on core.assignment_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__refuse_removal;

drop trigger if exists tg_organisation_links__refuse_removal on core.organisation_links;
create trigger tg_organisation_links__refuse_removal
before delete or truncate on core.organisation_links
for each statement execute function audit.tg_refuse_change();
alter table core.organisation_links enable always trigger tg_organisation_links__refuse_removal;

drop trigger if exists tg_chains__refuse_removal on audit.chains;
create trigger tg_chains__refuse_removal
before delete or truncate on audit.chains
for each statement execute function audit.tg_refuse_change();
alter table audit.chains enable always trigger tg_chains__refuse_removal;

-- db/functions/audit/tg_documents__audit.sql
drop trigger if exists tg_documents__audit on core.documents;
drop function audit.tg_documents__audit();

-- db/functions/audit/tg_document_downloads__audit.sql
drop trigger if exists tg_document_downloads__audit on core.document_downloads;
drop function audit.tg_document_downloads__audit();

-- db/functions/audit/explain_refusal.sql
drop function audit.explain_refusal(text, uuid);
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_case_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_exists boolean := exists (select from core.cases as c where c.id = p_case_id and c.deleted_at is null);
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_case_id is not null and not v_exists
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment'))
  then
    return row('NOT_FOUND', 'Case not found', null)::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    case when v_exists then p_case_id end,
    p_operation,
    core.actor(),
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

comment on function audit.explain_refusal(text, uuid) is
'After an operation found no case within reach, or was not the caller''s at all: tells whether there is such a case, and
records the denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation.';

revoke all on function audit.explain_refusal(text, uuid) from public;
grant execute on function audit.explain_refusal(text, uuid) to casefile_caller;

-- db/functions/audit/document_image.sql
drop function audit.document_image(core.documents);

-- db/functions/audit/append.sql
-- Append an entry to a case's trail
create or replace function audit.append(
  p_case_id uuid,
  p_entity text,
  p_entity_id text,
  p_action audit.action,
  p_before jsonb,
  p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_previous bytea;
  v_entry audit.entries;
begin
  -- The lock on the chain comes first: the id and the time of an entry are taken behind it.
  select c.digest into v_previous
  from audit.chains as c
  where c.case_id = p_case_id
  for no key update;

  v_entry.id := nextval('audit.entries_id_seq');
  v_entry.case_id := p_case_id;
  v_entry.entity := p_entity;
  v_entry.entity_id := p_entity_id;
  v_entry.action := p_action;
  v_entry.actor := core.actor();
  v_entry.actor_role := coalesce(core.caller_role()::text, 'DATABASE');
  v_entry.occurred_at := clock_timestamp();
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.request_id := nullif(current_setting('casefile.request_id', true), '');
  v_entry.client_address := nullif(current_setting('casefile.client_address', true), '');
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

comment on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) is
'For the audit triggers alone, which run as the owner: nobody else may execute it.';

revoke all on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) from public;

-- db/functions/core/trimmed.sql
revoke all on function core.trimmed(text) from casefile_caller;
revoke all on function core.trimmed(text) from document_processor;
-- A text without the white space around it
create or replace function core.trimmed(p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'), '');
end;
$$;

comment on function core.trimmed(text) is 'The text without the white space around it; null when nothing is left.';

revoke all on function core.trimmed(text) from public;
grant execute on function core.trimmed(text) to casefile_caller;

-- db/functions/core/tg_documents__queue.sql
drop trigger if exists tg_documents__queue on core.documents;
drop function core.tg_documents__queue();

-- db/functions/core/tg_documents__number.sql
drop trigger if exists tg_documents__number on core.documents;
drop function core.tg_documents__number();

-- db/functions/core/tg_documents__guard.sql
drop trigger if exists tg_documents__guard on core.documents;
drop function core.tg_documents__guard();

-- db/functions/core/tg_document_downloads__stamp.sql
drop trigger if exists tg_document_downloads__stamp on core.document_downloads;
drop function core.tg_document_downloads__stamp();

-- db/functions/core/required_text.sql
revoke all on function core.required_text(text, text) from casefile_caller;
revoke all on function core.required_text(text, text) from document_processor;
-- A text that must be there
create or replace function core.required_text(p_field text, p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_value text := core.trimmed(p_value);
begin
  if v_value is null then
    perform core.refuse_field(p_field, p_field || ' is required');
  end if;

  return v_value;
end;
$$;

comment on function core.required_text(text, text) is
'The text, trimmed.
Errors: JCVAL nothing there.';

revoke all on function core.required_text(text, text) from public;
grant execute on function core.required_text(text, text) to casefile_caller;

-- db/functions/core/refuse_field.sql
revoke all on function core.refuse_field(text, text) from casefile_caller;
revoke all on function core.refuse_field(text, text) from document_processor;
-- Refuse a field of the request
create or replace function core.refuse_field(p_field text, p_message text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCVAL',
    message = p_message,
    detail = jsonb_build_object('field', p_field)::text;
end;
$$;

comment on function core.refuse_field(text, text) is
'Raises JCVAL, naming the field as the API names it.';

revoke all on function core.refuse_field(text, text) from public;
grant execute on function core.refuse_field(text, text) to casefile_caller;

-- db/functions/core/new_id.sql
revoke all on function core.new_id() from casefile_caller;
revoke all on function core.new_id() from document_processor;
-- The identifier of a new row
create or replace function core.new_id()
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::integer)
    || substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 15)
  )::uuid;
end;
$$;

comment on function core.new_id() is
'A UUID of version 7: new rows land together at the end of their index. Not a secret. (gen_random_uuid is not in PostgreSQL 12.)';

revoke all on function core.new_id() from public;
grant execute on function core.new_id() to casefile_caller;

-- db/functions/core/find_document.sql
drop function core.find_document(uuid);

-- db/functions/core/file_type.sql
drop function core.file_type(text);

-- db/functions/core/document.sql
drop function core.document(core.documents);

-- db/functions/core/caller_role.sql
revoke all on function core.caller_role() from casefile_caller;
revoke all on function core.caller_role() from document_processor;
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := upper(current_setting('role'));
begin
  if v_role = any (enum_range(null::core.user_role)::text[]) then
    return v_role;
  end if;

  return null;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller;

-- db/functions/core/actor_role.sql
drop function core.actor_role();

-- db/functions/core/actor.sql
revoke all on function core.actor() from casefile_caller;
revoke all on function core.actor() from document_processor;
-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() is null then
    return session_user;
  end if;

  return coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user);
end;
$$;

comment on function core.actor() is
'The caller''s user id; the database login for work done past the server.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller;
