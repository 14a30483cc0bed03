-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function core.known_word(text, text, text[]);
drop function core.page_size(integer, integer, integer);
drop function core.refuse_field(text, text);
drop function core.required_text(text, text);

-- db/types/api.court.sql
create type api.court as (code text, name text, region text);

-- db/types/api.document_type.sql
alter type api.document_type add attribute description_required boolean;

-- db/types/api.file_type.sql
create type api.file_type as (extension text, mime_type text, size_limit bigint);

-- db/types/api.status.sql
create type api.status as (value text, is_outcome boolean);

-- db/types/api.status_transition.sql
create type api.status_transition as (from_status text, to_status text, roles text[], reason_required boolean);

-- db/types/api.reference.sql
create type api.reference as (
  case_types text[],
  statuses api.status[],
  transitions api.status_transition[],
  roles text[],
  assignment_types text[],
  organisation_types text[],
  document_types api.document_type[],
  file_types api.file_type[]
);

-- db/types/core.field_error.sql
create type core.field_error as (field text, code text, message text);

comment on type core.field_error is
'What is wrong with a field of a request: its name in the API, a word for programs (src/field_error.rs), a sentence for people.';

-- db/functions/core/check_cursor.sql
-- Whether a cursor is one
create or replace function core.check_cursor(p_cursor text, p_place core.page_cursor)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_cursor is not null and p_place is null then
    return row('cursor', 'INVALID_FORMAT', 'cursor does not come from this list in this order. Start again at the first page')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_cursor(text, core.page_cursor) is
'What is wrong with a cursor in which core.read_cursor finds no place. Null if nothing is, and for null.';
revoke all on function core.check_cursor(text, core.page_cursor) from public;
grant execute on function core.check_cursor(text, core.page_cursor) to casefile_caller;

-- db/functions/core/check_file_name.sql
-- Whether a file may have this name
create or replace function core.check_file_name(p_filename text)
returns core.field_error
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  if v_filename is null then
    return row('file', 'REQUIRED', 'file is required')::core.field_error;
  end if;

  -- A path, a control character, or a mark that turns the direction of writing and so hides the true end.
  if v_filename ~ '[/\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    return row('file', 'INVALID_CHARACTER', 'The file name contains characters that are not allowed')::core.field_error;
  end if;

  if not core.is_normal(v_filename) then
    return row('file', 'NOT_NORMALISED', 'The file name is not in the Unicode normal form NFC')::core.field_error;
  end if;

  if char_length(v_filename) > 255 then
    return row('file', 'TOO_LONG', 'The file name is longer than 255 characters')::core.field_error;
  end if;

  if core.file_type(v_filename) is null then
    return row('file', 'FILE_TYPE_NOT_ALLOWED', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_file_name(text) is
'What is wrong with the name of a file, or the type of file that it promises. Null if nothing is.';
revoke all on function core.check_file_name(text) from public;
grant execute on function core.check_file_name(text) to casefile_caller;

-- db/functions/core/check_length.sql
-- Whether a text is short enough
create or replace function core.check_length(p_field text, p_value text, p_limit integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if char_length(p_value) > p_limit then
    return row(p_field, 'TOO_LONG', format('%s is longer than %s characters', p_field, p_limit))::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_length(text, text, integer) is
'What is wrong with a text of more characters than the limit, which its table has as well. Null if nothing is, and for null.';
revoke all on function core.check_length(text, text, integer) from public;
grant execute on function core.check_length(text, text, integer) to casefile_caller, document_processor;

-- db/functions/core/check_name.sql
-- Whether a name looks like no other
create or replace function core.check_name(p_field text, p_value text)
returns core.field_error
language plpgsql
stable
strict
security invoker
set search_path = ''
as $$
begin
  if p_value ~ E'[[:cntrl:]\u0080-\u009F\u00AD\u034F\u061C\u115F\u1160\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]'
  then
    return row(p_field, 'INVALID_CHARACTER', p_field || ' contains an invisible character')::core.field_error;
  end if;

  if not core.is_normal(p_value) then
    return row(p_field, 'NOT_NORMALISED', p_field || ' is not in the Unicode normal form NFC')::core.field_error;
  end if;

  return core.check_length(p_field, p_value, 100);
end;
$$;

comment on function core.check_name(text, text) is
'What is wrong with a name: a control, bidirectional, zero-width or otherwise invisible character, another form than NFC, or more than
100 characters. Null if nothing is, and for null. Two names that differ only in what nobody sees would be two people.';
revoke all on function core.check_name(text, text) from public;
grant execute on function core.check_name(text, text) to casefile_caller;

-- db/functions/core/check_page.sql
-- Whether a page can be asked for
create or replace function core.check_page(p_page integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_page < 1 then
    return row('page', 'OUT_OF_RANGE', 'page must be 1 or more')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_page(integer) is
'What is wrong with the number of a page. Null if nothing is, and for null.';
revoke all on function core.check_page(integer) from public;
grant execute on function core.check_page(integer) to casefile_caller;

-- db/functions/core/check_page_size.sql
-- Whether a page may have this length
create or replace function core.check_page_size(p_page_size integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_page_size not between 1 and 100 then
    return row('pageSize', 'OUT_OF_RANGE', 'pageSize must be from 1 to 100')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_page_size(integer) is
'What is wrong with the length of a page. Null if nothing is, and for null.';
revoke all on function core.check_page_size(integer) from public;
grant execute on function core.check_page_size(integer) to casefile_caller;

-- db/functions/core/check_required.sql
-- Whether a text is there
create or replace function core.check_required(p_field text, p_value text)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if core.trimmed(p_value) is null then
    return row(p_field, 'REQUIRED', p_field || ' is required')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_required(text, text) is
'What is wrong with a text that must be there: it is missing, or is nothing but white space. Null if nothing is.';
revoke all on function core.check_required(text, text) from public;
grant execute on function core.check_required(text, text) to casefile_caller;

-- db/functions/core/check_time.sql
-- Whether every reader can write a time down
create or replace function core.check_time(p_field text, p_value timestamptz)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_value < '0001-01-01 00:00:00+00' or p_value >= '10000-01-01 00:00:00+00' then
    return row(p_field, 'OUT_OF_RANGE', p_field || ' must be in the years 1 to 9999')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_time(text, timestamptz) is
'What is wrong with a time whose year does not have four digits, infinity included. Null if nothing is, and for null.';
revoke all on function core.check_time(text, timestamptz) from public;
grant execute on function core.check_time(text, timestamptz) to casefile_caller;

-- db/functions/core/check_word.sql
-- Whether a text is one word of a closed set
create or replace function core.check_word(p_field text, p_value text, p_words text[])
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if not p_value = any (p_words) then
    return row(p_field, 'UNKNOWN_WORD', 'Invalid ' || p_field)::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_word(text, text, text[]) is
'What is wrong with a text that is none of these words. Null if nothing is, and for null.';
revoke all on function core.check_word(text, text, text[]) from public;
grant execute on function core.check_word(text, text, text[]) to casefile_caller;

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
  v_filename text := core.trimmed(p_filename);
begin
  return (
    select t
    from core.file_types as t
    where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*\.([^.]+)$'))
  );
end;
$$;

comment on function core.file_type(text) is
'The type of file that a name promises; null if there is no such type. Whether it is a name, core.check_file_name tells.';

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
  perform core.refuse(core.check_time(p_field, p_value));
  return p_value;
end;
$$;

-- db/functions/core/plain_name.sql
-- A name that looks like no other
create or replace function core.plain_name(p_field text, p_value text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_name text := core.trimmed(p_value);
begin
  perform core.refuse(core.check_name(p_field, v_name));
  return v_name;
end;
$$;

comment on function core.plain_name(text, text) is
'The text, trimmed; null when nothing is left.
Errors: JCVAL core.check_name.';

-- db/functions/core/read_case_filter.sql
-- Which cases a list is about
create or replace function core.read_case_filter(
  p_status text,
  p_case_type text,
  p_date_from date,
  p_date_to date,
  p_case_number text
)
returns core.case_filter
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Most lists are of all cases.
  if num_nonnulls(p_status, p_case_type, p_date_from, p_date_to, p_case_number) = 0 then
    return null;
  end if;

  -- Days are those of Europe/London, and the last one counts.
  return row(
    p_status,
    p_case_type,
    p_date_from::timestamp at time zone 'Europe/London',
    (p_date_to + 1)::timestamp at time zone 'Europe/London',
    upper(core.trimmed(p_case_number))
  )::core.case_filter;
end;
$$;

comment on function core.read_case_filter(text, text, date, date, text) is
'The filter of a list, from words that api.list_cases has checked; null for all cases. A case number may be the beginning of one.';

-- db/functions/core/read_cursor.sql
-- Where a next page begins
create or replace function core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text)
returns core.page_cursor
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_place jsonb;
  v_cursor core.page_cursor;
  v_key text;
begin
  -- Ours are far shorter; depth of JSON is no matter below this.
  if p_cursor is null or length(p_cursor) > 500 then
    return null;
  end if;

  begin
    v_place := convert_from(
      decode(translate(p_cursor, '-_', '+/') || repeat('=', (4 - length(p_cursor) % 4) % 4), 'base64'), 'UTF8'
    );
    v_cursor := row(v_place ->> 2, v_place ->> 3)::core.page_cursor;

    -- A cursor that somebody made up fails here. In other orders than that of creation, the time of it ends the key.
    v_key := left(v_cursor.sort_key, -26);
    case p_sort_by
      when 'entry' then perform v_cursor.sort_key::bigint;
      when 'createdAt', 'uploadedAt' then perform v_cursor.sort_key::timestamp;
      when 'caseNumber' then perform split_part(v_key, '  ', 2)::integer, split_part(v_key, '  ', 3)::integer;
      when 'status' then perform right(v_cursor.sort_key, 26)::timestamp, v_key::smallint;
      when 'attention' then perform right(v_cursor.sort_key, 26)::timestamp, (v_key::numeric * 1000)::bigint;
      else return null;
    end case;
  exception
    when data_exception or feature_not_supported then -- the latter for a number that is none
      v_cursor := null;
  end;

  if v_cursor.id is null
    or v_cursor.sort_key is null
    or (v_place ->> 0, v_place ->> 1) is distinct from (p_sort_by, p_sort_order)
  then
    return null;
  end if;

  return v_cursor;
end;
$$;

comment on function core.read_cursor(text, text, text) is
'The place that core.write_cursor wrote; null for no cursor, and for one of another list or order.';

-- db/functions/core/refuse.sql
-- Refuse the fields of a request that are wrong
create or replace function core.refuse(variadic p_errors core.field_error[])
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  if num_nonnulls(variadic p_errors) > 0 then
    v_errors := (
      select jsonb_agg(jsonb_build_object('field', e.field, 'code', e.code, 'message', e.message) order by e.place)
      from unnest(p_errors) with ordinality as e (field, code, message, place)
      where e.field is not null
    );
    raise exception using
      errcode = 'JCVAL',
      message = v_errors -> 0 ->> 'message',
      detail = jsonb_build_object('field', v_errors -> 0 ->> 'field', 'errors', v_errors)::text;
  end if;
end;
$$;

comment on function core.refuse(core.field_error[]) is
'Raises JCVAL with all that is wrong, in this order; nothing if all are null. The functions core.check_... make them.
Errors: JCVAL; `field` is the first, and `errors` are all.';
revoke all on function core.refuse(core.field_error[]) from public;
grant execute on function core.refuse(core.field_error[]) to casefile_caller, document_processor;

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
  -- More than any scan of 20 MiB has.
  if octet_length(new.content) > 20971520 then
    perform core.refuse(row('content', 'TOO_LONG', 'The text of a document has 20 MiB at most'));
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

-- db/functions/core/tg_documents__guard.sql
-- What must hold for a document, whoever writes it
create or replace function core.tg_documents__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform core.refuse(
      core.check_file_name(new.filename),
      core.check_required('documentType', new.document_type),
      core.check_word('documentType', nullif(new.document_type, ''), array(select t.value from core.document_types as t)),
      case
        when new.description is null
          and exists (select from core.document_types as t where t.value = new.document_type and t.description_required)
          then row('description', 'REQUIRED', 'A description is required for this type of document')::core.field_error
      end,
      core.check_length('description', new.description, 500)
    );

    new.id := coalesce(new.id, core.new_id());
    new.court_code := (select c.court_code from core.cases as c where c.id = new.case_id);
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

  if (new.id, new.case_id, new.court_code, new.filename, new.document_type, new.description, new.uploaded_by, new.uploaded_at)
      is distinct from
      (old.id, old.case_id, old.court_code, old.filename, old.document_type, old.description, old.uploaded_by, old.uploaded_at)
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

  perform core.refuse(core.check_length('ocrFailureReason', new.ocr_failure_reason, 500));

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
'Stamps who, when and the court of the case; lets each status move forward once, a failed reading begin anew, and nothing
else change.
Errors: JCVAL a file name or type of document that is not allowed, a description that is missing or too long; JCFIX another change.';

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
    perform core.refuse(row('file', 'FILE_EMPTY', 'The file is empty'));
  end if;

  if new.file_size > v_file_type.size_limit then
    perform core.refuse(row('file', 'FILE_TOO_LARGE', format('The file is larger than %s MiB', v_file_type.size_limit / 1048576)));
  end if;

  if new.mime_type is distinct from v_file_type.mime_type then
    perform core.refuse(row('file', 'FILE_CONTENT', 'The content of the file does not match the ending of its name'));
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
    (
      select max(d.version)
      from core.documents as d
      where d.case_id = new.case_id and core.nfc(d.filename) = new.filename
        and core.side_of(d.case_id, d.uploaded_by) = core.side_of(new.case_id, new.uploaded_by)
    ), 0
  ) + 1;

  if not v_file_type.is_readable then
    new.ocr_status := 'not-applicable';
  end if;

  return new;
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
        where d.id = p_subject_id and d.upload_status = 'complete' and d.deleted_at is null and v_is_about_document
      )
  );
begin
  -- Before anything is told: whether there is a session.
  perform core.actor();

  if v_required_roles = '{}' then
    perform core.refuse(row('operation', 'UNKNOWN_WORD', 'Unknown operation'));
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for. Whoever may
  -- create one, and is refused, has asked again under its key, and the case is deleted.
  if v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found',
      jsonb_build_object('reason', case when v_is_about_document then 'DOCUMENT_NOT_FOUND' else 'CASE_NOT_FOUND' end)
    )::audit.refusal;
  end if;

  perform audit.record_refusal(v_case_id, p_operation, case when v_is_of_role then 'REACH' else 'ROLE' end);

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', '{"reason": "NOT_YOUR_CASE"}')::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('reason', 'ROLE_NOT_PERMITTED', 'requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

-- db/functions/auth/check_role.sql
-- Whether a text names a role
create or replace function auth.check_role(p_role text)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    return row('role', case when core.trimmed(p_role) is null then 'REQUIRED' else 'UNKNOWN_WORD' end, 'Invalid role selected')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function auth.check_role(text) is
'What is wrong with a role that is missing, or is none. Null if nothing is.';
revoke all on function auth.check_role(text) from public;

-- db/functions/auth/import_directory.sql
-- Take over a file of users and memberships
create or replace function auth.import_directory(p_rows jsonb, p_dry_run boolean)
returns setof auth.directory_difference
language plpgsql
volatile
security definer
set search_path = ''
-- Plans are kept while the tables grow: one from when they were small reads all users again for each row.
set enable_seqscan = off
as $$
declare
  v_row jsonb;
  v_difference auth.directory_difference;
  v_is_dry boolean := false;
  v_message text;
  v_detail text;
  v_column text;
  v_constraint text;
  v_field text;
begin
  begin
    v_row := auth.import_contradiction(p_rows);
    if v_row is not null then
      perform core.refuse(row(v_row ->> 'field', 'CONTRADICTION', 'An earlier line says something else of this user'));
    end if;

    for v_row in select r from jsonb_array_elements(p_rows) as r loop
      v_difference := auth.import_user(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
      v_difference := auth.import_membership(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
    end loop;
    return query select e.* from auth.import_endings(p_rows) as e;

    -- Takes back what this block has done, but not the rows that are to be returned.
    if p_dry_run then
      v_is_dry := true;
      raise exception using errcode = 'JCFIX', message = 'A dry run changes nothing';
    end if;
  exception
    when sqlstate 'JCFIX' then
      if not v_is_dry then
        raise;
      end if;
    when sqlstate 'JCVAL' or integrity_constraint_violation or data_exception then
      get stacked diagnostics
        v_message = message_text, v_detail = pg_exception_detail, v_column = column_name, v_constraint = constraint_name;
      v_field := auth.import_field(sqlstate, v_detail, v_column, v_constraint);
      raise exception using
        errcode = 'JCVAL',
        message = format('Line %s, %s: %s', v_row ->> 'line', v_field, auth.import_problem(sqlstate, v_message, v_constraint)),
        detail = jsonb_build_object('line', (v_row ->> 'line')::integer, 'field', v_field)::text;
  end;
end;
$$;

-- db/functions/auth/import_membership.sql
-- The membership of one row of a file
create or replace function auth.import_membership(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_court text := auth.known_court(p_row ->> 'court');
  v_organisation text := core.trimmed(p_row ->> 'organisationId');
  v_role text := core.trimmed(p_row ->> 'role');
begin
  if v_role is null and (v_court is not null or v_organisation is not null) then
    perform core.refuse(row('role', 'REQUIRED', 'It is missing'));
  end if;
  if v_role is null or exists (
    select from auth.memberships as m
    where m.user_id = v_user_id and m.ended_at is null and m.user_role = auth.known_role(v_role)
      and m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation
  ) then
    return null;
  end if;

  perform auth.add_membership(v_user_id, v_role, v_court, v_organisation);
  return row((p_row ->> 'line')::integer, 'add membership', v_user_id, concat_ws(', ', v_role, v_court, v_organisation))::auth.directory_difference;
end;
$$;

-- db/functions/auth/known_court.sql
-- The court that somebody names, if any
create or replace function auth.known_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_code text := auth.find_court(p_court);
begin
  if v_code is null and core.trimmed(p_court) is not null then
    perform core.refuse(row('court', 'UNKNOWN_WORD', 'Unknown court'));
  end if;

  return v_code;
end;
$$;

-- db/functions/auth/known_role.sql
-- The role that somebody names
create or replace function auth.known_role(p_role text)
returns core.user_role
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  perform core.refuse(auth.check_role(p_role));
  return p_role::core.user_role;
end;
$$;

-- db/functions/auth/log_in.sql
-- POST /api/auth/login
create or replace function auth.log_in(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_username text,
  p_role text,
  p_court_assignment text default null,
  p_organisation_id text default null,
  p_return_url text default null
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court_name text := core.trimmed(p_court_assignment);
  v_memberships auth.memberships[];
  v_session auth.sessions;
begin
  if not exists (select from auth.database_kind as k where k.kind in ('LOCAL', 'TEST')) then
    raise exception using
      errcode = 'JCMOC', message = 'This database is not marked LOCAL or TEST: nobody signs in here by naming themselves';
  end if;

  v_session.user_id := core.trimmed(p_username);
  v_session.organisation_id := core.trimmed(p_organisation_id);
  v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
  perform core.refuse(
    case when v_session.user_id is null then row('username', 'REQUIRED', 'Username is required')::core.field_error end,
    core.check_name('username', v_session.user_id),
    auth.check_role(p_role),
    case
      when v_court_name is not null and v_session.court_code is null
        then row('courtAssignment', 'UNKNOWN_WORD', 'Unknown court')::core.field_error
    end,
    core.check_name('organisationId', v_session.organisation_id)
  );

  v_session.token_sha256 := p_token_sha256;
  v_session.kind := 'mock';
  v_session.username := v_session.user_id;
  v_session.user_role := p_role;

  -- A user of the directory is what it is there, without saying so.
  v_memberships := array(
    select m from auth.list_memberships(v_session.user_id, null) as m where m.user_role = v_session.user_role
  );
  if v_session.court_code is null and v_session.organisation_id is null and cardinality(v_memberships) = 1 then
    v_session.court_code := v_memberships[1].court_code;
    v_session.organisation_id := v_memberships[1].organisation_id;
    v_session.membership_id := v_memberships[1].id;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session for whomever one says one is, in a database marked LOCAL or TEST, and ends the one that the browser had.
Somebody whom the directory knows in this role is given the court and organisation that it has there, unless stated.
Definer: the server may not write the table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court, a text beyond its limit.';

-- db/functions/auth/may_be_user_id.sql
-- Whether a subject may be a user id
create or replace function auth.may_be_user_id(p_subject text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return core.trimmed(p_subject) = p_subject and core.check_name('userId', p_subject) is null;
end;
$$;

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
  v_existing uuid;
begin
  update core.documents as d
  set upload_status = 'complete', file_size = p_file_size, file_hash = p_file_hash, mime_type = p_mime_type
  where d.id = p_document_id and d.upload_status = 'uploading' and d.uploaded_by = core.actor()
    and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Upload not found', detail = '{"reason": "UPLOAD_NOT_FOUND"}';
  end if;

  return (select r from core.document_records() as r where r.id = p_document_id);
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

-- db/functions/api/create_assignment.sql
-- POST /api/cases/{id}/assignments
create or replace function api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text)
returns api.assignment
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_user_id text := core.trimmed(p_user_id);
  v_assignment_type text := core.trimmed(p_assignment_type);
  v_id uuid;
begin
  perform core.refuse(
    core.check_required('userId', v_user_id),
    core.check_name('userId', v_user_id),
    core.check_required('assignmentType', v_assignment_type),
    core.check_word('assignmentType', v_assignment_type, enum_range(null::core.assignment_type)::text[])
  );

  insert into core.assignments (case_id, user_id, assignment_type)
  values (v_case.id, v_user_id, v_assignment_type::core.assignment_type)
  on conflict (case_id, user_id, assignment_type) where revoked_at is null do nothing
  returning id into v_id;

  if not found then
    raise exception using
      errcode = 'JCDUP',
      message = 'This user is already assigned to the case in this way',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Ties a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, one that is no name, no or unknown
type; JCDUP already assigned.';

-- db/functions/api/create_case.sql
-- POST /api/cases
create or replace function api.create_case(
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
  v_court_code text := nullif(core.claim('court_code'), '');
begin
  perform core.refuse(
    core.check_required('caseType', p_case_type),
    core.check_word('caseType', core.trimmed(p_case_type), enum_range(null::core.case_type)::text[]),
    core.check_length('notes', p_notes, 20000),
    core.check_length('internalNotes', p_internal_notes, 20000),
    core.check_length('staffComments', p_staff_comments, 20000),
    core.check_length('linkedFamilyCourtCaseReference', p_linked_family_court_case_reference, 50),
    core.check_time('nextHearing', p_next_hearing)
  );

  if v_court_code is null then
    raise exception using
      errcode = 'JCVAL',
      message = 'A case is created in the court of its officer, and none is assigned to you',
      detail = '{"reason": "NO_COURT", "field": "courtAssignment"}';
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, core.trimmed(p_case_type)::core.case_type, p_next_hearing);

  return (select r from core.case_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_case(text, text, text, text, text, timestamptz) is
'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, a text beyond its limit, a time in no year that can be written, no court.';

-- db/functions/api/get_reference.sql
-- GET /api/reference
create or replace function api.get_reference()
returns api.reference
language sql
stable
security definer
set search_path = ''
as $$
  select row(
    enum_range(null::core.case_type)::text[],
    array(
      select row(s.status, not exists (select from core.status_transitions as t where t.from_status = s.status))::api.status
      from unnest(enum_range(null::core.case_status)) as s (status)
      order by s.status
    ),
    array(
      select row(t.from_status, t.to_status, t.roles, t.reason_required)::api.status_transition
      from core.status_transitions as t
      order by t.from_status, t.to_status
    ),
    enum_range(null::core.user_role)::text[],
    enum_range(null::core.assignment_type)::text[],
    enum_range(null::core.organisation_type)::text[],
    array(
      select row(t.value, t.label, t.help_text, t.description_required)::api.document_type
      from core.document_types as t
      order by t.place
    ),
    array(
      select row(t.extension, t.mime_type, t.size_limit)::api.file_type from core.file_types as t order by t.extension
    )
  )::api.reference;
$$;

comment on function api.get_reference() is
'The words that requests and answers use, and which status may follow which. For anybody, so it runs as the owner: the
server calls it without a session.';
revoke all on function api.get_reference() from public;
grant execute on function api.get_reference() to casefile_api;

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
      select row(t.value, t.label, t.help_text, t.description_required)::api.document_type from core.document_types as t order by t.place
    ),
    core.caller_role()::text
  )::api.upload_form;
end;
$$;

-- db/functions/api/keep_answer.sql
-- Keep the answer to a write under its Idempotency-Key
create or replace function api.keep_answer(p_key text, p_answer anyelement)
returns anyelement
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb := coalesce(to_jsonb(p_answer), 'null');
begin
  if octet_length(v_answer::text) > 1048576 then
    perform core.refuse(row('answer', 'TOO_LONG', 'An answer that is kept has 1 MiB at most'));
  end if;

  -- Even an empty answer is one: the work is done.
  update core.kept_answers as k
  set answer = v_answer
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key and k.answer is null;

  if not found then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key has not been claimed';
  end if;

  return p_answer;
end;
$$;

-- db/functions/api/link_organisation.sql
-- POST /api/cases/{id}/organisations
create or replace function api.link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text)
returns api.organisation_link
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_organisation_id text := core.trimmed(p_organisation_id);
  v_organisation_type text := core.trimmed(p_organisation_type);
begin
  perform core.refuse(
    core.check_required('organisationId', v_organisation_id),
    core.check_name('organisationId', v_organisation_id),
    core.check_required('organisationType', v_organisation_type),
    core.check_word('organisationType', v_organisation_type, enum_range(null::core.organisation_type)::text[])
  );

  insert into core.organisation_links (case_id, organisation_id, organisation_type)
  values (v_case.id, v_organisation_id, v_organisation_type::core.organisation_type)
  on conflict (case_id, organisation_id) where unlinked_at is null do nothing;

  if not found then
    raise exception using
      errcode = 'JCDUP',
      message = 'This organisation is already linked to the case',
      detail = '{"reason": "ALREADY_LINKED"}';
  end if;

  return (
    select r from core.organisation_link_records() as r where r.case_id = v_case.id and r.organisation_id = v_organisation_id
  );
end;
$$;

comment on function api.link_organisation(uuid, text, text) is
'Ties an organisation to a case: its workers reach the case from now on.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, one that is no name, no
or unknown type; JCDUP already linked.';

-- db/functions/api/list_case_audit.sql
-- GET /api/cases/{id}/audit
create or replace function api.list_case_audit(
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.audit_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_page_size integer := coalesce(p_page_size, 50);
  v_offset bigint := 0;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'entry', 'desc');
  v_before bigint := coalesce(v_after.sort_key::bigint, 9223372036854775807);
  v_total bigint;
  v_entries api.audit_entry[];
begin
  perform core.refuse(core.check_page(p_page), core.check_page_size(p_page_size), core.check_cursor(p_cursor, v_after));

  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  -- Not core.find_case: an officer of the court still reads the trail of a deleted case.
  if not exists (select from core.cases as c where c.id = p_case_id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  select count(*) into v_total from audit.entries as e where e.case_id = p_case_id;

  -- One more than the page, to know whether there is a next one.
  select coalesce(array_agg(
    row(
      p.id::text, p.case_id, p.action::text, p.actor, p.actor_role, p.occurred_at, audit.changes_of(p.entry), p.request_id
    )::api.audit_entry
    order by p.id desc
  ), '{}')
  into v_entries
  from (
    select e.*, e as entry
    from audit.entries as e
    where e.case_id = p_case_id and e.id < v_before
    order by e.id desc
    limit v_page_size + 1
    offset v_offset
  ) as p;

  return row(
    v_entries[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_entries) > v_page_size
          then core.write_cursor(row(v_entries[v_page_size].id, p_case_id)::core.page_cursor, 'entry', 'desc')
      end
    )
  )::api.audit_page;
end;
$$;

-- db/functions/api/list_cases.sql
-- GET /api/cases
create or replace function api.list_cases(
  p_status text default null,
  p_case_type text default null,
  p_date_from date default null,
  p_date_to date default null,
  p_case_number text default null,
  p_sort_by text default null,
  p_sort_order text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.case_page
language plpgsql
stable
security invoker
set search_path = ''
-- One plan for all pages, and it is kept, even if it was made while there was next to nothing in the tables.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  v_sort_by text := coalesce(p_sort_by, 'createdAt');
  v_sort_order text := coalesce(p_sort_order, 'desc');
  v_page_size integer := coalesce(p_page_size, 20);
  v_is_newest boolean := v_sort_by = 'createdAt' and v_sort_order = 'desc';
  v_offset bigint := 0;
  v_limit integer;
  v_after core.page_cursor;
  v_filter core.case_filter;
  v_is_simple boolean;
  v_count core.case_count;
  v_found core.page_cursor[];
  v_cases api.case_record[];
  v_last core.page_cursor;
begin
  -- Most requests have no parameters, and each call is a hundredth of what a list costs.
  if num_nonnulls(
    p_status, p_case_type, p_date_from, p_date_to, p_case_number, p_sort_by, p_sort_order, p_page, p_page_size, p_cursor
  ) > 0 then
    v_after := core.read_cursor(p_cursor, v_sort_by, v_sort_order);
    perform core.refuse(
      core.check_word('status', p_status, enum_range(null::core.case_status)::text[]),
      core.check_word('caseType', p_case_type, enum_range(null::core.case_type)::text[]),
      core.check_length('caseNumber', p_case_number, 50),
      core.check_word('sortBy', p_sort_by, '{createdAt,caseNumber,status,attention}'),
      core.check_word('sortOrder', p_sort_order, '{asc,desc}'),
      core.check_page(p_page),
      core.check_page_size(p_page_size),
      core.check_cursor(p_cursor, v_after)
    );
    v_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  end if;

  -- One more than the page, to know whether there is a next one.
  v_limit := v_page_size + 1;
  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  -- What is left has an index of its own, and plans that are kept.
  v_is_simple := v_filter.case_number is null;
  v_count := case when v_is_simple then core.count_cases(v_filter) else core.count_filtered_cases(v_filter) end;

  if v_is_newest and v_filter is null then
    v_cases := core.newest_records(v_after, v_offset, v_limit);
    if cardinality(v_cases) > v_page_size then
      v_last := row(
        to_char(v_cases[v_page_size].created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), v_cases[v_page_size].id
      )::core.page_cursor;
      v_cases := v_cases[:v_page_size];
    end if;
  else
    v_found := case
      when v_is_simple and v_is_newest then core.newest_cases(v_filter, v_after, v_offset, v_limit, v_count.is_minimum)
      else core.sorted_cases(v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_limit, v_count.total >= core.most_counted())
    end;
    if cardinality(v_found) > v_page_size then
      v_last := v_found[v_page_size];
    end if;
    v_cases := array(
      select r
      from unnest(v_found[:v_page_size]) with ordinality as f (sort_key, id, place)
      join core.case_records() as r on r.id = f.id
      order by f.place
    );
  end if;

  return row(
    v_cases,
    core.pagination(
      v_count.total, p_page, v_page_size,
      case when v_last is not null then core.write_cursor(v_last, v_sort_by, v_sort_order) end, v_count.is_minimum
    )
  )::api.case_page;
end;
$$;

-- db/functions/api/list_courts.sql
-- GET /api/courts
create or replace function api.list_courts()
returns api.court[]
language sql
stable
security definer
set search_path = ''
as $$
  select array(select row(c.code, c.name, c.region)::api.court from core.courts as c order by c.name);
$$;

comment on function api.list_courts() is
'Every family court, by name. For anybody, so it runs as the owner: the server calls it without a session.';
revoke all on function api.list_courts() from public;
grant execute on function api.list_courts() to casefile_api;

-- db/functions/api/list_documents.sql
-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  -- Existing clients ask for no page, and show no second one.
  v_page_size integer := coalesce(p_page_size, case when p_page is null then 1000 else 20 end);
  v_offset bigint := 0;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'uploadedAt', 'desc');
  v_uploaded_at timestamptz := coalesce(v_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(v_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_total bigint;
  v_found api.document[];
begin
  perform core.refuse(
    core.check_word('documentType', p_document_type, array(select t.value from core.document_types as t)),
    core.check_word('ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]),
    core.check_page(p_page),
    core.check_page_size(p_page_size),
    core.check_cursor(p_cursor, v_after)
  );

  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  select count(*) into v_total
  from core.document_records() as r
  where r.case_id = v_case.id
    and (p_document_type is null or r.document_type = p_document_type)
    and (p_ocr_status is null or r.ocr_status = p_ocr_status)
    and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id
      and (p_document_type is null or r.document_type = p_document_type)
      and (p_ocr_status is null or r.ocr_status = p_ocr_status)
      and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by)
      and (r.uploaded_at, r.id) < (v_uploaded_at, v_id)
    order by r.uploaded_at desc, r.id desc
    limit v_page_size + 1
    offset v_offset
  );

  return row(
    v_found[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size then core.write_cursor(
          row(to_char(v_found[v_page_size].uploaded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), v_found[v_page_size].id)::core.page_cursor,
          'uploadedAt', 'desc'
        )
      end
    )
  )::api.document_page;
end;
$$;

-- db/functions/api/revoke_assignment.sql
-- DELETE /api/cases/{id}/assignments/{assignmentId}
create or replace function api.revoke_assignment(p_case_id uuid, p_assignment_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  update core.assignments
  set revoked_at = now()
  where id = p_assignment_id and case_id = v_case.id and revoked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Assignment not found', detail = '{"reason": "ASSIGNMENT_NOT_FOUND"}';
  end if;
end;
$$;

-- db/functions/api/unlink_organisation.sql
-- DELETE /api/cases/{id}/organisations/{organisationId}
create or replace function api.unlink_organisation(p_case_id uuid, p_organisation_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = core.trimmed(p_organisation_id) and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found', detail = '{"reason": "ORGANISATION_NOT_LINKED"}';
  end if;
end;
$$;

-- db/functions/api/update_case.sql
-- PATCH /api/cases/{id}
create or replace function api.update_case(
  p_case_id uuid,
  p_expected_version integer,
  p_changes jsonb,
  p_any_of integer[] default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
  v_present core.case_details;
  v_details core.case_details;
  v_next_hearing timestamptz := v_case.next_hearing;
begin
  select * into v_present
  from core.case_details as d
  where d.case_id = v_case.id and d.version = v_case.details_version;

  -- A key that is absent keeps the field, and null clears it.
  v_details := jsonb_populate_record(v_present, p_changes - array['case_id', 'version', 'created_by']);
  if p_changes ? 'next_hearing' then
    v_next_hearing := p_changes ->> 'next_hearing';
  end if;

  perform core.refuse(
    core.check_length('notes', v_details.notes, 20000),
    core.check_length('internalNotes', v_details.internal_notes, 20000),
    core.check_length('staffComments', v_details.staff_comments, 20000),
    core.check_length('linkedFamilyCourtCaseReference', v_details.linked_family_court_case_reference, 50),
    core.check_time('nextHearing', v_next_hearing)
  );

  if v_details is distinct from v_present then
    insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
    values (
      v_case.id, v_details.notes, v_details.internal_notes, v_details.staff_comments,
      v_details.linked_family_court_case_reference
    )
    returning version into v_details.version;
  end if;

  update core.cases
  set next_hearing = v_next_hearing, details_version = v_details.version
  where id = v_case.id;

  return (select r from core.case_records() as r where r.id = v_case.id);
end;
$$;

comment on function api.update_case(uuid, integer, jsonb, integer[]) is
'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; JCVAL a text beyond
its limit, a time in no year that can be written.';

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
  values (v_case.id, core.trimmed(p_filename), core.trimmed(p_document_type), core.trimmed(p_description))
  returning * into v_document;

  return row(v_document.id, v_document.case_id, v_file_type.mime_type, v_file_type.size_limit)::api.upload;
end;
$$;

comment on function api.upload_document(uuid, text, text, text) is
'Begins an upload: the document is known as uploading before its first byte is stored. Its bytes go to the document
store, and then api.complete_upload or api.fail_upload ends it.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL a file name or type that is not allowed, a description
that is missing or too long.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function core.check_cursor(text, core.page_cursor);
drop function core.check_file_name(text);
drop function core.check_length(text, text, integer);
drop function core.check_name(text, text);
drop function core.check_page(integer);
drop function core.check_page_size(integer);
drop function core.check_required(text, text);
drop function core.check_time(text, timestamptz);
drop function core.check_word(text, text, text[]);
drop function core.refuse(core.field_error[]);
drop function auth.check_role(text);
drop function api.get_reference();
drop function api.list_courts();
drop type core.field_error;
drop type api.reference;
drop type api.status_transition;
drop type api.status;
drop type api.file_type;
drop type api.court;

-- db/types/api.document_type.sql
alter type api.document_type drop attribute description_required;

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
  if v_filename ~ '[/\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    perform core.refuse_field('file', 'The file name contains characters that are not allowed');
  end if;

  if not core.is_normal(v_filename) then
    perform core.refuse_field('file', 'The file name is not in the normal form NFC of Unicode');
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

-- db/functions/core/known_word.sql
-- One word of a closed set
create or replace function core.known_word(p_field text, p_value text, p_words text[])
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if not p_value = any (p_words) then
    perform core.refuse_field(p_field, 'Invalid ' || p_field);
  end if;

  return p_value;
end;
$$;

comment on function core.known_word(text, text, text[]) is
'The word, if it is one of those allowed; null stays null.
Errors: JCVAL another word.';
revoke all on function core.known_word(text, text, text[]) from public;
grant execute on function core.known_word(text, text, text[]) to casefile_caller;

-- db/functions/core/page_size.sql
-- How long a page of a list is
create or replace function core.page_size(p_page integer, p_page_size integer, p_default integer)
returns integer
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_page < 1 then
    perform core.refuse_field('page', 'page counts from 1');
  end if;

  if p_page_size not between 1 and 100 then
    perform core.refuse_field('pageSize', 'pageSize is a number from 1 to 100');
  end if;

  return coalesce(p_page_size, p_default);
end;
$$;

comment on function core.page_size(integer, integer, integer) is
'The length of a page, when it and the page''s number are such as can be asked for.
Errors: JCVAL neither.';
revoke all on function core.page_size(integer, integer, integer) from public;
grant execute on function core.page_size(integer, integer, integer) to casefile_caller;

-- db/functions/core/refuse_field.sql
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
    new.court_code := (select c.court_code from core.cases as c where c.id = new.case_id);
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

  if (new.id, new.case_id, new.court_code, new.filename, new.document_type, new.description, new.uploaded_by, new.uploaded_at)
      is distinct from
      (old.id, old.case_id, old.court_code, old.filename, old.document_type, old.description, old.uploaded_by, old.uploaded_at)
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

  if char_length(new.ocr_failure_reason) > 500 then
    perform core.refuse_field('ocrFailureReason', 'A reason has 500 characters at most');
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
'Stamps who, when and the court of the case; lets each status move forward once, a failed reading begin anew, and nothing
else change.
Errors: those of core.file_type; JCVAL unknown type of document, a description that is missing; JCFIX another change.';

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
    (
      select max(d.version)
      from core.documents as d
      where d.case_id = new.case_id and core.nfc(d.filename) = new.filename
        and core.side_of(d.case_id, d.uploaded_by) = core.side_of(new.case_id, new.uploaded_by)
    ), 0
  ) + 1;

  if not v_file_type.is_readable then
    new.ocr_status := 'not-applicable';
  end if;

  return new;
end;
$$;

-- db/functions/core/read_case_filter.sql
-- Which cases a list is about
create or replace function core.read_case_filter(
  p_status text,
  p_case_type text,
  p_date_from date,
  p_date_to date,
  p_case_number text
)
returns core.case_filter
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Most lists are of all cases.
  if num_nonnulls(p_status, p_case_type, p_date_from, p_date_to, p_case_number) = 0 then
    return null;
  end if;

  if char_length(p_case_number) > 50 then
    perform core.refuse_field('caseNumber', 'caseNumber is too long');
  end if;

  -- Days are those of Europe/London, and the last one counts.
  return row(
    core.known_word('status', p_status, enum_range(null::core.case_status)::text[]),
    core.known_word('caseType', p_case_type, enum_range(null::core.case_type)::text[]),
    p_date_from::timestamp at time zone 'Europe/London',
    (p_date_to + 1)::timestamp at time zone 'Europe/London',
    upper(core.trimmed(p_case_number))
  )::core.case_filter;
end;
$$;

comment on function core.read_case_filter(text, text, date, date, text) is
'The filter of a list, checked; null for all cases. A case number may be the beginning of one.
Errors: JCVAL an unknown word, a case number beyond its limit.';

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

-- db/functions/core/plain_name.sql
-- A name that looks like no other
create or replace function core.plain_name(p_field text, p_value text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_name text := core.trimmed(p_value);
begin
  if v_name ~ E'[[:cntrl:]\u0080-\u009F\u00AD\u034F\u061C\u115F\u1160\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]'
  then
    perform core.refuse_field(p_field, p_field || ' holds a character that nobody sees');
  end if;

  if not core.is_normal(v_name) then
    perform core.refuse_field(p_field, p_field || ' is not in the normal form NFC of Unicode');
  end if;

  return v_name;
end;
$$;

comment on function core.plain_name(text, text) is
'The text, trimmed; null when nothing is left. Two names that look alike because of what nobody sees would be two people.
Errors: JCVAL a control, bidirectional, zero-width or otherwise invisible character; not in NFC.';

-- db/functions/core/read_cursor.sql
-- Where a next page begins
create or replace function core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text)
returns core.page_cursor
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_place jsonb;
  v_cursor core.page_cursor;
  v_key text;
begin
  if p_cursor is null then
    return null;
  end if;

  -- Ours are far shorter; depth of JSON is no matter below this.
  if length(p_cursor) > 500 then
    perform core.refuse_field('cursor', 'cursor is too long');
  end if;

  begin
    v_place := convert_from(
      decode(translate(p_cursor, '-_', '+/') || repeat('=', (4 - length(p_cursor) % 4) % 4), 'base64'), 'UTF8'
    );
    v_cursor := row(v_place ->> 2, v_place ->> 3)::core.page_cursor;

    -- A cursor that somebody made up fails here. In other orders than that of creation, the time of it ends the key.
    v_key := left(v_cursor.sort_key, -26);
    case p_sort_by
      when 'entry' then perform v_cursor.sort_key::bigint;
      when 'createdAt', 'uploadedAt' then perform v_cursor.sort_key::timestamp;
      when 'caseNumber' then perform split_part(v_key, '  ', 2)::integer, split_part(v_key, '  ', 3)::integer;
      when 'status' then perform right(v_cursor.sort_key, 26)::timestamp, v_key::smallint;
      when 'attention' then perform right(v_cursor.sort_key, 26)::timestamp, (v_key::numeric * 1000)::bigint;
    end case;
  exception
    when data_exception or feature_not_supported then -- the latter for a number that is none
      v_cursor := null;
  end;

  if v_cursor.id is null
    or v_cursor.sort_key is null
    or (v_place ->> 0, v_place ->> 1) is distinct from (p_sort_by, p_sort_order)
  then
    perform core.refuse_field('cursor', 'cursor is not one that this list gave in this order');
  end if;

  return v_cursor;
end;
$$;

comment on function core.read_cursor(text, text, text) is
'The place that core.write_cursor wrote; null for none.
Errors: JCVAL not a cursor of this order.';

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
  -- More than any scan of 20 MiB has.
  if octet_length(new.content) > 20971520 then
    perform core.refuse_field('content', 'The text of a document has 20 MiB at most');
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
        where d.id = p_subject_id and d.upload_status = 'complete' and d.deleted_at is null and v_is_about_document
      )
  );
begin
  -- Before anything is told: whether there is a session.
  perform core.actor();

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

  perform audit.record_refusal(v_case_id, p_operation, case when v_is_of_role then 'REACH' else 'ROLE' end);

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

-- db/functions/auth/log_in.sql
-- POST /api/auth/login
create or replace function auth.log_in(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_username text,
  p_role text,
  p_court_assignment text default null,
  p_organisation_id text default null,
  p_return_url text default null
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court_name text := core.trimmed(p_court_assignment);
  v_memberships auth.memberships[];
  v_session auth.sessions;
begin
  if not exists (select from auth.database_kind as k where k.kind in ('LOCAL', 'TEST')) then
    raise exception using
      errcode = 'JCMOC', message = 'This database is not marked LOCAL or TEST: nobody signs in here by naming themselves';
  end if;

  v_session.user_id := core.plain_name('username', p_username);
  if v_session.user_id is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  v_session.token_sha256 := p_token_sha256;
  v_session.kind := 'mock';
  v_session.username := v_session.user_id;
  v_session.user_role := auth.known_role(p_role);
  v_session.organisation_id := core.plain_name('organisationId', p_organisation_id);

  if v_court_name is not null then
    v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
    if v_session.court_code is null then
      perform core.refuse_field('courtAssignment', 'Unknown court');
    end if;
  end if;

  -- A user of the directory is what it is there, without saying so.
  v_memberships := array(
    select m from auth.list_memberships(v_session.user_id, null) as m where m.user_role = v_session.user_role
  );
  if v_session.court_code is null and v_session.organisation_id is null and cardinality(v_memberships) = 1 then
    v_session.court_code := v_memberships[1].court_code;
    v_session.organisation_id := v_memberships[1].organisation_id;
    v_session.membership_id := v_memberships[1].id;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session for whomever one says one is, in a database marked LOCAL or TEST, and ends the one that the browser had.
Somebody whom the directory knows in this role is given the court and organisation that it has there, unless stated.
Definer: the server may not write the table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

-- db/functions/auth/import_directory.sql
-- Take over a file of users and memberships
create or replace function auth.import_directory(p_rows jsonb, p_dry_run boolean)
returns setof auth.directory_difference
language plpgsql
volatile
security definer
set search_path = ''
-- Plans are kept while the tables grow: one from when they were small reads all users again for each row.
set enable_seqscan = off
as $$
declare
  v_row jsonb;
  v_difference auth.directory_difference;
  v_is_dry boolean := false;
  v_message text;
  v_detail text;
  v_column text;
  v_constraint text;
  v_field text;
begin
  begin
    v_row := auth.import_contradiction(p_rows);
    if v_row is not null then
      perform core.refuse_field(v_row ->> 'field', 'An earlier line says something else of this user');
    end if;

    for v_row in select r from jsonb_array_elements(p_rows) as r loop
      v_difference := auth.import_user(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
      v_difference := auth.import_membership(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
    end loop;
    return query select e.* from auth.import_endings(p_rows) as e;

    -- Takes back what this block has done, but not the rows that are to be returned.
    if p_dry_run then
      v_is_dry := true;
      raise exception using errcode = 'JCFIX', message = 'A dry run changes nothing';
    end if;
  exception
    when sqlstate 'JCFIX' then
      if not v_is_dry then
        raise;
      end if;
    when sqlstate 'JCVAL' or integrity_constraint_violation or data_exception then
      get stacked diagnostics
        v_message = message_text, v_detail = pg_exception_detail, v_column = column_name, v_constraint = constraint_name;
      v_field := auth.import_field(sqlstate, v_detail, v_column, v_constraint);
      raise exception using
        errcode = 'JCVAL',
        message = format('Line %s, %s: %s', v_row ->> 'line', v_field, auth.import_problem(sqlstate, v_message, v_constraint)),
        detail = jsonb_build_object('line', (v_row ->> 'line')::integer, 'field', v_field)::text;
  end;
end;
$$;

-- db/functions/auth/import_membership.sql
-- The membership of one row of a file
create or replace function auth.import_membership(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_court text := auth.known_court(p_row ->> 'court');
  v_organisation text := core.trimmed(p_row ->> 'organisationId');
  v_role text := core.trimmed(p_row ->> 'role');
begin
  if v_role is null and (v_court is not null or v_organisation is not null) then
    perform core.refuse_field('role', 'It is missing');
  end if;
  if v_role is null or exists (
    select from auth.memberships as m
    where m.user_id = v_user_id and m.ended_at is null and m.user_role = auth.known_role(v_role)
      and m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation
  ) then
    return null;
  end if;

  perform auth.add_membership(v_user_id, v_role, v_court, v_organisation);
  return row((p_row ->> 'line')::integer, 'add membership', v_user_id, concat_ws(', ', v_role, v_court, v_organisation))::auth.directory_difference;
end;
$$;

-- db/functions/auth/known_court.sql
-- The court that somebody names, if any
create or replace function auth.known_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_code text := auth.find_court(p_court);
begin
  if v_code is null and core.trimmed(p_court) is not null then
    perform core.refuse_field('court', 'Unknown court');
  end if;

  return v_code;
end;
$$;

-- db/functions/auth/known_role.sql
-- The role that somebody names
create or replace function auth.known_role(p_role text)
returns core.user_role
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    perform core.refuse_field('role', 'Invalid role selected');
  end if;

  return p_role::core.user_role;
end;
$$;

-- db/functions/auth/may_be_user_id.sql
-- Whether a subject may be a user id
create or replace function auth.may_be_user_id(p_subject text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return char_length(p_subject) <= 100 and core.plain_name('userId', p_subject) = p_subject;
exception
  when sqlstate 'JCVAL' then
    return false;
end;
$$;

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
  v_existing uuid;
begin
  update core.documents as d
  set upload_status = 'complete', file_size = p_file_size, file_hash = p_file_hash, mime_type = p_mime_type
  where d.id = p_document_id and d.upload_status = 'uploading' and d.uploaded_by = core.actor()
    and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Upload not found';
  end if;

  return (select r from core.document_records() as r where r.id = p_document_id);
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

-- db/functions/api/create_assignment.sql
-- POST /api/cases/{id}/assignments
create or replace function api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text)
returns api.assignment
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_user_id text := core.required_text('userId', p_user_id);
  v_assignment_type core.assignment_type := core.known_word(
    'assignmentType', core.required_text('assignmentType', p_assignment_type),
    enum_range(null::core.assignment_type)::text[]
  );
  v_id uuid;
begin
  insert into core.assignments (case_id, user_id, assignment_type)
  values (v_case.id, v_user_id, v_assignment_type)
  on conflict (case_id, user_id, assignment_type) where revoked_at is null do nothing
  returning id into v_id;

  if not found then
    raise exception using errcode = 'JCDUP', message = 'This user is already assigned to the case in this way';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Ties a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no or unknown type; 23514 a user id beyond
its limit; JCDUP already assigned.';

-- db/functions/api/create_case.sql
-- POST /api/cases
create or replace function api.create_case(
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
  v_case_type core.case_type := core.known_word(
    'caseType', core.required_text('caseType', p_case_type), enum_range(null::core.case_type)::text[]
  );
  v_court_code text := nullif(core.claim('court_code'), '');
begin
  if v_court_code is null then
    perform core.refuse_field('courtAssignment', 'A case is created in the court of its officer, and none is assigned to you');
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, v_case_type, p_next_hearing);

  return (select r from core.case_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_case(text, text, text, text, text, timestamptz) is
'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, no court; 23514 a text beyond its limit.';

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

-- db/functions/api/keep_answer.sql
-- Keep the answer to a write under its Idempotency-Key
create or replace function api.keep_answer(p_key text, p_answer anyelement)
returns anyelement
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb := coalesce(to_jsonb(p_answer), 'null');
begin
  if octet_length(v_answer::text) > 1048576 then
    perform core.refuse_field('answer', 'An answer that is kept has 1 MiB at most');
  end if;

  -- Even an empty answer is one: the work is done.
  update core.kept_answers as k
  set answer = v_answer
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key and k.answer is null;

  if not found then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key has not been claimed';
  end if;

  return p_answer;
end;
$$;

-- db/functions/api/link_organisation.sql
-- POST /api/cases/{id}/organisations
create or replace function api.link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text)
returns api.organisation_link
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
  v_organisation_id text := core.required_text('organisationId', p_organisation_id);
  v_organisation_type core.organisation_type := core.known_word(
    'organisationType', core.required_text('organisationType', p_organisation_type),
    enum_range(null::core.organisation_type)::text[]
  );
begin
  insert into core.organisation_links (case_id, organisation_id, organisation_type)
  values (v_case.id, v_organisation_id, v_organisation_type)
  on conflict (case_id, organisation_id) where unlinked_at is null do nothing;

  if not found then
    raise exception using errcode = 'JCDUP', message = 'This organisation is already linked to the case';
  end if;

  return (
    select r from core.organisation_link_records() as r where r.case_id = v_case.id and r.organisation_id = v_organisation_id
  );
end;
$$;

comment on function api.link_organisation(uuid, text, text) is
'Ties an organisation to a case: its workers reach the case from now on.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, no or unknown type; 23514 an
organisation id beyond its limit; JCDUP already linked.';

-- db/functions/api/list_cases.sql
-- GET /api/cases
create or replace function api.list_cases(
  p_status text default null,
  p_case_type text default null,
  p_date_from date default null,
  p_date_to date default null,
  p_case_number text default null,
  p_sort_by text default null,
  p_sort_order text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.case_page
language plpgsql
stable
security invoker
set search_path = ''
-- One plan for all pages, and it is kept, even if it was made while there was next to nothing in the tables.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  -- What nobody asked for is not read: each call is a hundredth of what a list costs.
  v_sort_by text := case
    when p_sort_by is null then 'createdAt'
    else core.known_word('sortBy', p_sort_by, '{createdAt,caseNumber,status,attention}')
  end;
  v_sort_order text := case
    when p_sort_order is null then 'desc' else core.known_word('sortOrder', p_sort_order, '{asc,desc}')
  end;
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_filter core.case_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  v_after core.page_cursor := case
    when p_cursor is not null then core.read_cursor(p_cursor, v_sort_by, v_sort_order)
  end;
  -- What is left has an index of its own, and plans that are kept.
  v_is_simple boolean := v_filter.case_number is null;
  v_count core.case_count := case
    when v_is_simple then core.count_cases(v_filter) else core.count_filtered_cases(v_filter)
  end;
  -- One more than the page, to know whether there is a next one.
  v_limit integer := v_page_size + 1;
  v_is_newest boolean := v_sort_by = 'createdAt' and v_sort_order = 'desc';
  v_found core.page_cursor[];
  v_cases api.case_record[];
  v_last core.page_cursor;
begin
  if v_is_newest and v_filter is null then
    v_cases := core.newest_records(v_after, v_offset, v_limit);
    if cardinality(v_cases) > v_page_size then
      v_last := row(
        to_char(v_cases[v_page_size].created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), v_cases[v_page_size].id
      )::core.page_cursor;
      v_cases := v_cases[:v_page_size];
    end if;
  else
    v_found := case
      when v_is_simple and v_is_newest then core.newest_cases(v_filter, v_after, v_offset, v_limit, v_count.is_minimum)
      else core.sorted_cases(v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_limit, v_count.total >= core.most_counted())
    end;
    if cardinality(v_found) > v_page_size then
      v_last := v_found[v_page_size];
    end if;
    v_cases := array(
      select r
      from unnest(v_found[:v_page_size]) with ordinality as f (sort_key, id, place)
      join core.case_records() as r on r.id = f.id
      order by f.place
    );
  end if;

  return row(
    v_cases,
    core.pagination(
      v_count.total, p_page, v_page_size,
      case when v_last is not null then core.write_cursor(v_last, v_sort_by, v_sort_order) end, v_count.is_minimum
    )
  )::api.case_page;
end;
$$;

-- db/functions/api/revoke_assignment.sql
-- DELETE /api/cases/{id}/assignments/{assignmentId}
create or replace function api.revoke_assignment(p_case_id uuid, p_assignment_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  update core.assignments
  set revoked_at = now()
  where id = p_assignment_id and case_id = v_case.id and revoked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Assignment not found';
  end if;
end;
$$;

-- db/functions/api/unlink_organisation.sql
-- DELETE /api/cases/{id}/organisations/{organisationId}
create or replace function api.unlink_organisation(p_case_id uuid, p_organisation_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = core.trimmed(p_organisation_id) and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found';
  end if;
end;
$$;

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

-- db/functions/api/list_case_audit.sql
-- GET /api/cases/{id}/audit
create or replace function api.list_case_audit(
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.audit_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 50);
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'entry', 'desc');
  v_before bigint := coalesce(v_after.sort_key::bigint, 9223372036854775807);
  v_total bigint;
  v_entries api.audit_entry[];
begin
  -- Not core.find_case: an officer of the court still reads the trail of a deleted case.
  if not exists (select from core.cases as c where c.id = p_case_id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  select count(*) into v_total from audit.entries as e where e.case_id = p_case_id;

  -- One more than the page, to know whether there is a next one.
  select coalesce(array_agg(
    row(
      p.id::text, p.case_id, p.action::text, p.actor, p.actor_role, p.occurred_at, audit.changes_of(p.entry), p.request_id
    )::api.audit_entry
    order by p.id desc
  ), '{}')
  into v_entries
  from (
    select e.*, e as entry
    from audit.entries as e
    where e.case_id = p_case_id and e.id < v_before
    order by e.id desc
    limit v_page_size + 1
    offset v_offset
  ) as p;

  return row(
    v_entries[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_entries) > v_page_size
          then core.write_cursor(row(v_entries[v_page_size].id, p_case_id)::core.page_cursor, 'entry', 'desc')
      end
    )
  )::api.audit_page;
end;
$$;

-- db/functions/api/list_documents.sql
-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  -- Existing clients ask for no page, and show no second one.
  v_page_size integer := core.page_size(p_page, p_page_size, case when p_page is null then 1000 else 20 end);
  v_document_type text := core.known_word(
    'documentType', p_document_type, array(select t.value from core.document_types as t)
  );
  v_ocr_status text := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'uploadedAt', 'desc');
  v_uploaded_at timestamptz := coalesce(v_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(v_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_total bigint;
  v_found api.document[];
begin
  select count(*) into v_total
  from core.document_records() as r
  where r.case_id = v_case.id
    and (v_document_type is null or r.document_type = v_document_type)
    and (v_ocr_status is null or r.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id
      and (v_document_type is null or r.document_type = v_document_type)
      and (v_ocr_status is null or r.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or r.uploaded_by = p_uploaded_by)
      and (r.uploaded_at, r.id) < (v_uploaded_at, v_id)
    order by r.uploaded_at desc, r.id desc
    limit v_page_size + 1
    offset v_offset
  );

  return row(
    v_found[:v_page_size],
    core.pagination(
      v_total, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size then core.write_cursor(
          row(to_char(v_found[v_page_size].uploaded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), v_found[v_page_size].id)::core.page_cursor,
          'uploadedAt', 'desc'
        )
      end
    )
  )::api.document_page;
end;
$$;

-- db/functions/api/update_case.sql
-- PATCH /api/cases/{id}
create or replace function api.update_case(
  p_case_id uuid,
  p_expected_version integer,
  p_changes jsonb,
  p_any_of integer[] default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
  v_present core.case_details;
  v_details core.case_details;
  v_next_hearing timestamptz := v_case.next_hearing;
begin
  select * into v_present
  from core.case_details as d
  where d.case_id = v_case.id and d.version = v_case.details_version;

  -- A key that is absent keeps the field, and null clears it.
  v_details := jsonb_populate_record(v_present, p_changes - array['case_id', 'version', 'created_by']);
  if p_changes ? 'next_hearing' then
    v_next_hearing := p_changes ->> 'next_hearing';
  end if;

  if v_details is distinct from v_present then
    insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
    values (
      v_case.id, v_details.notes, v_details.internal_notes, v_details.staff_comments,
      v_details.linked_family_court_case_reference
    )
    returning version into v_details.version;
  end if;

  update core.cases
  set next_hearing = v_next_hearing, details_version = v_details.version
  where id = v_case.id;

  return (select r from core.case_records() as r where r.id = v_case.id);
end;
$$;

comment on function api.update_case(uuid, integer, jsonb, integer[]) is
'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; 23514 a text beyond its limit.';
