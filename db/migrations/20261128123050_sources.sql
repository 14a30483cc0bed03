-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy insert_to_owner on audit.refusals;
drop policy select_to_owner on auth.sign_ins;
drop policy insert_to_owner on auth.sign_ins;
drop trigger tg_documents__queue on core.documents;
drop trigger tg_refusals__refuse_change on audit.refusals;
drop trigger tg_sign_ins__refuse_change on auth.sign_ins;
drop function core.lock_case(uuid, integer);
drop function core.newest_cases(core.case_cursor, bigint, integer);
drop function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer);
drop function core.read_cursor(text, text, text);
drop function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer);
drop function core.write_cursor(core.case_cursor, text, text);
drop function worker.claim_document(integer);
drop function worker.record_failure(uuid, uuid, text, boolean);
drop function worker.record_text(uuid, uuid, text);
drop function api.change_case_status(uuid, integer, text, text);
drop function api.delete_case(uuid, integer);
drop function api.list_case_audit(uuid, integer, integer);
drop function api.list_documents(uuid, text, text, text, integer, integer);
drop function api.update_case(uuid, integer, jsonb);
drop type core.case_cursor;

-- db/types/api.document.sql
alter type api.document add attribute side text;
alter type api.document add attribute ocr_page_count integer;
alter type api.document add attribute ocr_pages_read integer;

-- db/types/core.page_cursor.sql
create type core.page_cursor as (sort_key text, id uuid);
comment on type core.page_cursor is 'A place in an ordered list: of cases, documents or entries of the audit.';

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years.';
comment on column audit.refusals.times is 'How often, within a minute of occurred_at; the other columns are of the first time.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Kept for two years.';

-- db/tables/core.documents.sql
comment on column core.documents.filename is 'As uploaded. The same name again on the same side of a case is its next version.';
comment on column core.documents.ocr_page_count is 'How many pages it has; known once it has been read.';
comment on column core.documents.ocr_pages_read is 'Of how many pages its text is: the others could not be read, or were too many.';
comment on column core.documents.version is 'Counts the documents of one name on one side of a case; given at completion, behind the case''s lock, never changed.';

-- db/tables/core.document_downloads.sql
comment on column core.document_downloads.found_damaged is
'Nothing was given: the bytes in the document store are gone, or not those that were stored.';

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
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_document.id, p_document.case_id, p_document.filename, p_document.filename, p_document.document_type,
    p_document.description, p_document.file_size, p_document.file_hash, p_document.mime_type, p_document.uploaded_by,
    p_document.uploaded_at, p_document.version, p_document.upload_status::text, p_document.ocr_status::text,
    p_document.ocr_completed_at, p_document.ocr_failure_reason, p_document.virus_scan_status::text,
    p_document.virus_scan_completed_at, core.side_of(p_document.case_id, p_document.uploaded_by), p_document.ocr_page_count,
    p_document.ocr_pages_read
  )::api.document;
end;
$$;

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
  where d.id = p_document_id and d.upload_status = 'complete' and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;

  return v_document;
end;
$$;

comment on function core.find_document(uuid) is
'The document, if the caller reaches it, its upload is complete and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

-- db/functions/core/is_normal.sql
-- Whether a text is in the one form in which texts are compared
create or replace function core.is_normal(p_text text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return is_normalized(p_text, 'NFC');
  end if;

  -- PostgreSQL 12 cannot tell. What it lets pass has one form only: Latin letters, punctuation, Chinese characters, emoji.
  return p_text !~ E'[^\u0001-\u02FF\u2010-\u2027\u2030-\u205E\u4E00-\u9FFF\U0001F300-\U0001FAFF]';
end;
$$;

comment on function core.is_normal(text) is
'Whether the text is in NFC. On PostgreSQL 12, which has no word for it, false also for texts of which it is not known.';
revoke all on function core.is_normal(text) from public;
grant execute on function core.is_normal(text) to casefile_caller, document_processor;

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

-- db/functions/core/lock_case.sql
-- A case within the caller's reach, locked for a change
create or replace function core.lock_case(
  p_case_id uuid,
  p_expected_version integer,
  p_any_of integer[] default null
)
returns core.cases
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Not FOR UPDATE: that and the foreign key checks of side rows would deadlock.
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null
  for no key update;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  if v_case.version <> p_expected_version or not v_case.version = any (p_any_of) then
    raise exception using
      errcode = 'JCVER',
      message = 'The case has been changed by somebody else',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

comment on function core.lock_case(uuid, integer, integer[]) is
'The case as it is now, locked until the end of the transaction: at the version stated, and at any of several. Null states none.
Errors: JCMIS no case within reach; JCVER stale version.';
revoke all on function core.lock_case(uuid, integer, integer[]) from public;
grant execute on function core.lock_case(uuid, integer, integer[]) to hmcts_case_officer, judge_legal_adviser;

-- db/functions/core/newest_cases.sql
-- A page of cases, newest first
create or replace function core.newest_cases(p_after core.page_cursor, p_offset bigint, p_limit integer)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- One plan for all pages: along the index of a court, or through the few cases that somebody reaches, and no sort of a whole
-- court, which looks good where the limit is not known.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.page_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_cases(core.page_cursor, bigint, integer) is
'The cases within reach, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_cases(core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_cases(core.page_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/newest_filtered_cases.sql
-- A page of the cases that a filter finds, newest first
create or replace function core.newest_filtered_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
declare
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.page_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) is
'The cases within reach that the filter finds, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/nfc.sql
-- A text in the one form in which texts are compared
create or replace function core.nfc(p_text text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return normalize(p_text);
  end if;

  return p_text;
end;
$$;

comment on function core.nfc(text) is
'The text in NFC, for names that were kept before they had to be. On PostgreSQL 12, which has no word for it, the text as it is.';
revoke all on function core.nfc(text) from public;
grant execute on function core.nfc(text) to casefile_caller;

-- db/functions/core/permit_transition.sql
-- Whether a case may move to another status
create or replace function core.permit_transition(p_from core.case_status, p_to text, p_reason text)
returns core.case_status
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_transition core.status_transitions;
begin
  if not exists (select from core.status_transitions as t where t.from_status = p_from) then
    raise exception using
      errcode = 'JCTRM',
      message = 'The status cannot be changed any more: the case has the outcome ' || p_from,
      detail = jsonb_build_object('currentStatus', p_from)::text;
  end if;

  select * into v_transition
  from core.status_transitions as t
  where t.from_status = p_from and t.to_status::text = p_to;

  if not found then
    raise exception using
      errcode = 'JCSTA',
      message = 'Invalid status transition: a case cannot move from ' || p_from || ' to ' || coalesce(nullif(left(p_to, 50), ''), 'no status'),
      detail = jsonb_build_object(
        'validTransitions',
        coalesce((select v.to_statuses from core.valid_transitions() as v where v.from_status = p_from), '{}')
      )::text;
  end if;

  -- Work done past the server has no role to check.
  if core.caller_role() <> all (v_transition.roles) then
    raise exception using
      errcode = 'JCROL',
      message = 'Permission denied',
      detail = jsonb_build_object('requiredRoles', v_transition.roles, 'userRole', core.caller_role())::text;
  end if;

  if v_transition.reason_required and core.trimmed(p_reason) is null then
    raise exception using
      errcode = 'JCREA',
      message = 'A reason is required to move a case to ' || p_to,
      detail = jsonb_build_object('field', 'reason')::text;
  end if;

  return v_transition.to_status;
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
revoke all on function core.plain_name(text, text) from public;
grant execute on function core.plain_name(text, text) to casefile_caller;

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

    -- A cursor that somebody made up fails here. All other keys end with a time of creation.
    case p_sort_by
      when 'entry' then perform v_cursor.sort_key::bigint;
      when 'createdAt', 'uploadedAt' then perform v_cursor.sort_key::timestamp;
      else perform right(v_cursor.sort_key, 26)::timestamp;
    end case;
  exception
    when data_exception then
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
revoke all on function core.read_cursor(text, text, text) from public;
grant execute on function core.read_cursor(text, text, text) to casefile_caller;

-- db/functions/core/side_of.sql
-- On which side of a case somebody is
create or replace function core.side_of(p_case_id uuid, p_user_id text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Revoked or not: who has applied uploaded as an adopter.
  if exists (
    select from core.assignments as a
    where a.case_id = p_case_id and a.user_id = p_user_id and a.assignment_type = 'APPLICANT'
  ) then
    return 'ADOPTER';
  end if;

  return 'PROFESSIONALS';
end;
$$;

comment on function core.side_of(uuid, text) is
'ADOPTER for the applicants of the case, else PROFESSIONALS. Each side has versions of its own: an adopter may not see the others''.';
revoke all on function core.side_of(uuid, text) from public;
grant execute on function core.side_of(uuid, text) to casefile_caller;

-- db/functions/core/sorted_cases.sql
-- A page of cases in another order than newest first
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_descending boolean := p_sort_order = 'desc';
begin
  -- Every key ends with the time of creation. The case number's year and sequence have to sort as numbers,
  -- whatever their length; the sooner the next hearing, the more attention.
  return array(
    select row(s.sort_key, s.id)::core.page_cursor
    from (
      select
        c.id,
        case p_sort_by
          when 'caseNumber' then c.court_code || to_char(c.number_year, ' 0000') || to_char(c.number_sequence, ' 0000000000 ')
          when 'status' then to_char(array_position(enum_range(null::core.case_status), c.status), '00 ')
          when 'attention' then to_char(1e13 - coalesce(extract(epoch from c.next_hearing), 1e13), '00000000000000.000000 ')
          else ''
        end || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') collate "C" as sort_key
      from core.cases as c
      where c.deleted_at is null
        and core.fits_filter(c, p_filter)
    ) as s
    where p_after.id is null
      or (v_descending and (s.sort_key, s.id) < (p_after.sort_key, p_after.id))
      or (not v_descending and (s.sort_key, s.id) > (p_after.sort_key, p_after.id))
    order by
      case when v_descending then s.sort_key end desc,
      case when v_descending then s.id end desc,
      s.sort_key,
      s.id
    limit p_limit
    offset p_offset
  );
end;
$$;

comment on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer) is
'The cases within reach by number, status (in the order of a case''s life), attention (the soonest hearing has the most) or
creation, each with the cursor of the page after it. Reads and sorts all of them: core.newest_cases is for the order that lists open with.';
revoke all on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer) from public;

grant execute on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer)
  to casefile_caller;

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

-- db/functions/core/tg_assignments__guard.sql
-- What must hold for an assignment, whoever writes it
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    perform core.plain_name('userId', new.user_id);
    new.id := coalesce(new.id, core.new_id());
    new.created_at := now();
    new.revoked_at := null;
    return new;
  end if;

  if old.revoked_at is not null
    or new.revoked_at is null
    or (new.id, new.case_id, new.user_id, new.assignment_type, new.created_at)
      is distinct from (old.id, old.case_id, old.user_id, old.assignment_type, old.created_at)
  then
    raise exception using errcode = 'JCFIX', message = 'An assignment can be revoked once, and not changed';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

comment on function core.tg_assignments__guard() is
'Stamps the times; allows no change of an assignment but revoking it.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

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
  -- More than any scan of 20 MiB has.
  if octet_length(new.content) > 20971520 then
    perform core.refuse_field('content', 'The text of a document has 20 MiB at most');
  end if;

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
Errors: JCVAL more than 20 MiB; JCLEA it is not claimed, or the claim has ended.';
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
'Stamps who and when; lets each status move forward once, a failed reading begin anew, and nothing
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

comment on function core.tg_documents__number() is
'Numbers the versions of a name, on each side for itself, without gap or repeat, and refuses bytes that are in the case already. Definer: it has to
see the documents that the caller does not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

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

-- db/functions/core/tg_organisation_links__guard.sql
-- What must hold for an organisation link, whoever writes it
create or replace function core.tg_organisation_links__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    perform core.plain_name('organisationId', new.organisation_id);
    new.id := coalesce(new.id, core.new_id());
    new.linked_at := now();
    new.linked_by := core.actor();
    new.unlinked_at := null;
    new.unlinked_by := null;
    return new;
  end if;

  if old.unlinked_at is not null
    or new.unlinked_at is null
    or (new.id, new.case_id, new.organisation_id, new.organisation_type, new.linked_at, new.linked_by)
      is distinct from (old.id, old.case_id, old.organisation_id, old.organisation_type, old.linked_at, old.linked_by)
  then
    raise exception using errcode = 'JCFIX', message = 'An organisation can be unlinked once, and its link not changed';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

comment on function core.tg_organisation_links__guard() is
'Stamps who and when; allows no change of a link but unlinking.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

-- db/functions/core/write_cursor.sql
-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.page_cursor, p_sort_by text, p_sort_order text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
end;
$$;

comment on function core.write_cursor(core.page_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';
revoke all on function core.write_cursor(core.page_cursor, text, text) from public;
grant execute on function core.write_cursor(core.page_cursor, text, text) to casefile_caller;

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
  v_entry.client_address := audit.client_address();
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

-- db/functions/audit/changes_of.sql
-- What an entry tells of the change
create or replace function audit.changes_of(p_entry audit.entries)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_entry.action <> 'STATUS_CHANGE' then
    return jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id, 'before', p_entry.before, 'after', p_entry.after
    );
  end if;

  return jsonb_build_object(
    'entity', p_entry.entity, 'entityId', p_entry.entity_id,
    'before', p_entry.before -> 'status', 'after', p_entry.after -> 'status',
    'others', jsonb_build_object('before', p_entry.before - 'status', 'after', p_entry.after - 'status')
  );
end;
$$;

comment on function audit.changes_of(audit.entries) is
'The fields before and after; of a change of status the two statuses as words, with what else changed beside them.';
revoke all on function audit.changes_of(audit.entries) from public;
grant execute on function audit.changes_of(audit.entries) to hmcts_case_officer, judge_legal_adviser;

-- db/functions/audit/client_address.sql
-- Where a request comes from, for the audit
create or replace function audit.client_address()
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select left(nullif(current_setting('casefile.client_address', true), ''), 100);
$$;

comment on function audit.client_address() is
'The address that the server states, or null. A caller with SQL of its own could state anything: no more of it is kept than any
address has.';
revoke all on function audit.client_address() from public;

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

-- db/functions/audit/record_refusal.sql
-- Keep that an access was denied
create or replace function audit.record_refusal(p_case_id uuid, p_operation text, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze; or all of the user's, to sort them.
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_user_id text := core.actor();
  v_user_role text := coalesce(core.caller_role()::text, 'DATABASE');
  v_client_address text := audit.client_address();
  v_since timestamptz := clock_timestamp() - interval '1 minute';
  v_latest audit.refusals;
begin
  -- Looked for among those of this user in this minute alone: so it costs the same, however many there are of before.
  for v_latest in
    select * from audit.refusals as r where r.user_id = v_user_id order by r.id desc
  loop
    exit when v_latest.occurred_at <= v_since;

    if (v_latest.user_role, v_latest.operation, v_latest.reason) = (v_user_role, p_operation, p_reason)
      and (v_latest.case_id, v_latest.client_address) is not distinct from (p_case_id, v_client_address)
    then
      update audit.refusals set times = times + 1 where id = v_latest.id;
      return;
    end if;
  end loop;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    p_case_id, p_operation, v_user_id, v_user_role, p_reason,
    nullif(current_setting('casefile.request_id', true), '')::uuid, v_client_address
  );
end;
$$;

comment on function audit.record_refusal(uuid, text, text) is
'Appends to audit.refusals; what is the same within a minute (user, role, operation, case, reason, address) is counted on one row,
as a program that is refused may try again without end. Those at the very same moment may each have a row. For
audit.explain_refusal alone, which runs as the owner.';
revoke all on function audit.record_refusal(uuid, text, text) from public;

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
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_DOWNLOAD', null,
    case when new.found_damaged then jsonb_build_object('foundDamaged', true) end
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download, and for each that found the bytes damaged. Definer: nobody may write entries but this.';

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

-- db/functions/audit/tg_keep_two_years.sql
-- What has been written stays for two years
create or replace function audit.tg_keep_two_years()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if old.occurred_at >= now() - interval '2 years' then
    raise exception using
      errcode = 'JCAPP',
      message = format('%s of %s is refused: it is kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

comment on function audit.tg_keep_two_years() is
'Refuses to everybody, the owner and superusers included, to remove a row of less than two years. auth.sweep removes the others.
Errors: JCAPP too early.';
revoke all on function audit.tg_keep_two_years() from public;

create trigger tg_refusals__keep_two_years
before delete on audit.refusals
for each row execute function audit.tg_keep_two_years();
alter table audit.refusals enable always trigger tg_refusals__keep_two_years;

create trigger tg_sign_ins__keep_two_years
before delete on auth.sign_ins
for each row execute function audit.tg_keep_two_years();
alter table auth.sign_ins enable always trigger tg_sign_ins__keep_two_years;

-- db/functions/audit/tg_refusals__guard.sql
-- How a refusal that is recorded may change
create or replace function audit.tg_refusals__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Compared as a whole, so that a column that comes later is kept as well.
  old.times := old.times + 1;

  if new is distinct from old then
    raise exception using errcode = 'JCAPP', message = 'Of a refusal that is recorded, only its repetitions are counted';
  end if;

  return new;
end;
$$;

comment on function audit.tg_refusals__guard() is
'Lets a refusal be counted once more, and nothing else of it change, for everybody, the owner and superusers included.
Errors: JCAPP another change.';
revoke all on function audit.tg_refusals__guard() from public;

create trigger tg_refusals__guard
before update on audit.refusals
for each row execute function audit.tg_refusals__guard();
alter table audit.refusals enable always trigger tg_refusals__guard;

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_sign_ins__refuse_change
before update or truncate on auth.sign_ins
for each statement execute function audit.tg_refuse_change();
alter table auth.sign_ins enable always trigger tg_sign_ins__refuse_change;

-- Counted on, and removed after two years, row by row.
create trigger tg_refusals__refuse_truncate
before truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_truncate;

-- db/functions/auth/add_membership.sql
-- Give somebody a membership
create or replace function auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.memberships (id, user_id, user_role, court_code, organisation_id)
  values (v_id, p_user_id, auth.known_role(p_role), auth.known_court(p_court), core.plain_name('organisationId', p_organisation_id));

  return v_id;
end;
$$;

-- db/functions/auth/add_user.sql
-- Add somebody to the directory
create or replace function auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into auth.users (user_id, issuer, subject, name)
  values (
    core.plain_name('userId', p_user_id), core.trimmed(p_issuer), core.trimmed(p_subject), core.trimmed(p_name)
  );
end;
$$;

comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it through functions alone.
Errors: those of core.plain_name.';

-- db/functions/auth/find_user.sql
-- Who signs in
create or replace function auth.find_user(p_claims jsonb, p_adds_user boolean)
returns auth.users
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_issuer text := p_claims ->> 'iss';
  v_subject text := p_claims ->> 'sub';
  v_user auth.users;
begin
  if p_adds_user and auth.may_be_user_id(v_subject) then
    insert into auth.users (user_id, issuer, subject, name)
    values (
      v_subject, v_issuer, v_subject,
      left(coalesce(core.trimmed(p_claims ->> 'name'), core.trimmed(p_claims ->> 'preferred_username'), v_subject), 100)
    )
    on conflict do nothing;
  end if;

  select * into v_user
  from auth.users as u
  where u.issuer = v_issuer and u.subject = v_subject
  for no key update;

  return v_user;
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

comment on function auth.may_be_user_id(text) is
'Whether what an identity provider calls somebody can be its user id here as it is.';
revoke all on function auth.may_be_user_id(text) from public;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  -- Rows of the audit are numbered as they come: the first of them are the oldest, and no index on the time is needed.
  delete from audit.refusals
  where id = any (array(
    select f.id
    from (select r.id, r.occurred_at from audit.refusals as r order by r.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select f.id
    from (select s.id, s.occurred_at from auth.sign_ins as s order by s.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_sign_ins = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions and answers, and refusals and sign-ins of two years ago, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

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

-- db/functions/api/change_case_status.sql
-- PATCH /api/cases/{id}/status
create or replace function api.change_case_status(
  p_case_id uuid,
  p_expected_version integer,
  p_status text,
  p_reason text default null,
  p_any_of integer[] default null
)
returns api.status_change
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  -- The guard trigger on core.cases asks core.permit_transition again, for whoever updates without
  -- this function, and moves the version; the audit trigger records the change.
  update core.cases
  set status = core.permit_transition(v_case.status, p_status, p_reason), status_reason = core.trimmed(p_reason)
  where id = v_case.id;

  -- Whoever waited for the lock may have lost the case meanwhile.
  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row(core.case_record(v_case.id), v_case.status::text)::api.status_change;
end;
$$;

comment on function api.change_case_status(uuid, integer, text, text, integer[]) is
'Moves a case to another status.
Errors: JCMIS no case within reach; 42501 not for this role; JCVER stale version; JCTRM terminal status;
JCSTA not allowed from here; JCROL not for this role; JCREA reason required; 23514 reason beyond its limit.';
revoke all on function api.change_case_status(uuid, integer, text, text, integer[]) from public;

grant execute on function api.change_case_status(uuid, integer, text, text, integer[])
  to hmcts_case_officer, judge_legal_adviser;

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

-- db/functions/api/delete_case.sql
-- DELETE /api/cases/{id}
create or replace function api.delete_case(
  p_case_id uuid,
  p_expected_version integer default null,
  p_any_of integer[] default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  update core.cases
  set deleted_at = now()
  where id = v_case.id;
end;
$$;

comment on function api.delete_case(uuid, integer, integer[]) is
'Deletes a case softly: no operation finds it any more but the audit trail.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';
revoke all on function api.delete_case(uuid, integer, integer[]) from public;
grant execute on function api.delete_case(uuid, integer, integer[]) to hmcts_case_officer;

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

  if v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned yet',
      detail = jsonb_build_object('virusScanStatus', v_document.virus_scan_status)::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
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

comment on function api.keep_answer(text, anyelement) is
'Returns what it is given, once it is kept for api.claim_key to give again. Definer: answers are nobody''s to read or write
otherwise.
Errors: JCVAL more than 1 MiB; JCKEY the caller has not claimed the key, or has its answer already.';

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

comment on function api.list_case_audit(uuid, integer, integer, text) is
'The audit trail of a case, newest first, 50 a page unless told; by page number, or by the cursor of the page before.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page, a cursor that is none.';
revoke all on function api.list_case_audit(uuid, integer, integer, text) from public;
grant execute on function api.list_case_audit(uuid, integer, integer, text) to hmcts_case_officer, judge_legal_adviser;

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
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_sort_by text := coalesce(
    core.known_word('sortBy', p_sort_by, '{createdAt,caseNumber,status,attention}'), 'createdAt'
  );
  v_sort_order text := coalesce(core.known_word('sortOrder', p_sort_order, '{asc,desc}'), 'desc');
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_filter core.case_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  v_after core.page_cursor := core.read_cursor(p_cursor, v_sort_by, v_sort_order);
  v_found core.page_cursor[];
begin
  -- One more than the page, to know whether there is a next one.
  if v_sort_by <> 'createdAt' or v_sort_order <> 'desc' then
    v_found := core.sorted_cases(v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_page_size + 1);
  elsif v_filter is null then
    v_found := core.newest_cases(v_after, v_offset, v_page_size + 1);
  else
    v_found := core.newest_filtered_cases(v_filter, v_after, v_offset, v_page_size + 1);
  end if;

  return row(
    core.case_records(array(select f.id from unnest(v_found) as f limit v_page_size)),
    core.pagination(
      case when v_filter is null then core.count_cases() else core.count_filtered_cases(v_filter) end, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size
          then core.write_cursor(v_found[v_page_size], v_sort_by, v_sort_order)
      end
    )
  )::api.case_page;
end;
$$;

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
    where d.case_id = v_case.id and core.nfc(d.filename) = core.nfc(p_filename) and d.upload_status = 'complete'
      and d.deleted_at is null
    order by core.side_of(d.case_id, d.uploaded_by) desc, d.version desc, d.id
  );
end;
$$;

comment on function api.list_document_versions(uuid, text) is
'The documents of one name in a case, newest version first, those of professionals before those of adopters; to an adopter, its own.
Errors: JCMIS no case within reach.';

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
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'uploadedAt', 'desc');
  v_uploaded_at timestamptz := coalesce(v_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(v_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_total bigint;
  v_found core.documents[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select d
    from core.documents as d
    where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
      and (d.uploaded_at, d.id) < (v_uploaded_at, v_id)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size + 1
    offset v_offset
  );

  return row(
    array(select core.document(d) from unnest(v_found[:v_page_size]) as d),
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

comment on function api.list_documents(uuid, text, text, text, integer, integer, text) is
'The documents of a case, newest first; to an adopter, its own. All of them, up to 1,000, unless a page is asked for: by its
number, 20 a page unless told otherwise, or by the cursor of the page before.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none.';
revoke all on function api.list_documents(uuid, text, text, text, integer, integer, text) from public;
grant execute on function api.list_documents(uuid, text, text, text, integer, integer, text) to casefile_caller;

-- db/functions/api/report_damage.sql
-- The stored bytes of a document are not those that were uploaded
create or replace function api.report_damage(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  insert into core.document_downloads (document_id, found_damaged) values (v_document.id, true);
end;
$$;

comment on function api.report_damage(uuid) is
'Records that a download gave nothing, as the bytes in the document store are gone or damaged.
Errors: JCMIS no document within reach.';
revoke all on function api.report_damage(uuid) from public;
grant execute on function api.report_damage(uuid) to casefile_caller;

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

  return core.case_record(v_case.id);
end;
$$;

comment on function api.update_case(uuid, integer, jsonb, integer[]) is
'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; 23514 a text beyond its limit.';
revoke all on function api.update_case(uuid, integer, jsonb, integer[]) from public;
grant execute on function api.update_case(uuid, integer, jsonb, integer[]) to hmcts_case_officer;

-- db/policies/audit.refusals.sql
create policy all_to_owner on audit.refusals for all
to casefile_owner
using (true) with check (true);

comment on policy all_to_owner on audit.refusals is
'audit.explain_refusal alone writes and counts refusals, and auth.sweep removes old ones; triggers refuse all else.';

-- db/policies/auth.sign_ins.sql
create policy all_to_owner on auth.sign_ins for all
to casefile_owner
using (true) with check (true);

comment on policy all_to_owner on auth.sign_ins is
'Functions of the owner write it, auth.sweep removes what is old, and an administrator reads it as the owner; triggers refuse all else.';

-- db/policies/core.document_downloads.sql
grant insert (found_damaged) on table core.document_downloads to casefile_caller;

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

-- Reference rows: casefile_owner has a policy for them.
set local row_security = on;

-- db/reference/core.document_types.csv
insert into core.document_types (value, place, label, help_text, description_required) values ('background-checks', '3', 'Background checks (DBS, references)', 'DBS certificates and other checks of the applicants and their household', 'false')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

insert into core.document_types (value, place, label, help_text, description_required) values ('other', '15', 'Other (please describe)', 'Anything else: describe it', 'true')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- Reference rows: casefile_owner has a policy for them.
set local row_security = on;

-- db/reference/core.document_types.csv
insert into core.document_types (value, place, label, help_text, description_required) values ('background-checks', '3', 'Background checks', 'DBS certificates and other checks of the applicants and their household', 'false')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

insert into core.document_types (value, place, label, help_text, description_required) values ('other', '15', 'Other', 'Anything else: describe it', 'true')
on conflict (value) do update set place = excluded.place, label = excluded.label, help_text = excluded.help_text, description_required = excluded.description_required;

drop policy all_to_owner on audit.refusals;
drop policy all_to_owner on auth.sign_ins;
drop policy select_own on core.kept_answers;
drop trigger tg_document_removals__guard on core.document_removals;
drop trigger tg_document_texts__guard on core.document_texts;
drop trigger tg_documents__queue on core.documents;
drop trigger tg_document_removals__audit on core.document_removals;
drop trigger tg_document_texts__audit on core.document_texts;
drop trigger tg_refusals__keep_two_years on audit.refusals;
drop trigger tg_sign_ins__keep_two_years on auth.sign_ins;
drop trigger tg_refusals__guard on audit.refusals;
drop trigger tg_sign_ins__refuse_change on auth.sign_ins;
drop trigger tg_refusals__refuse_truncate on audit.refusals;
drop function core.answered_case_id(jsonb);
drop function core.is_normal(text);
drop function core.known_time(text, timestamptz);
drop function core.lock_case(uuid, integer, integer[]);
drop function core.newest_cases(core.page_cursor, bigint, integer);
drop function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer);
drop function core.nfc(text);
drop function core.plain_name(text, text);
drop function core.read_cursor(text, text, text);
drop function core.side_of(uuid, text);
drop function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer);
drop function core.take_key(text, bytea);
drop function core.tg_document_removals__guard();
drop function core.tg_document_texts__guard();
drop function core.write_cursor(core.page_cursor, text, text);
drop function audit.changes_of(audit.entries);
drop function audit.client_address();
drop function audit.record_refusal(uuid, text, text);
drop function audit.tg_document_removals__audit();
drop function audit.tg_document_texts__audit();
drop function audit.tg_keep_two_years();
drop function audit.tg_refusals__guard();
drop function auth.may_be_user_id(text);
drop function worker.claim_document(integer, text);
drop function worker.give_up(uuid);
drop function worker.read_again(uuid[]);
drop function worker.record_failure(uuid, uuid, text, boolean, boolean);
drop function worker.record_text(uuid, uuid, text, integer, integer);
drop function api.change_case_status(uuid, integer, text, text, integer[]);
drop function api.delete_case(uuid, integer, integer[]);
drop function api.list_case_audit(uuid, integer, integer, text);
drop function api.list_documents(uuid, text, text, text, integer, integer, text);
drop function api.report_damage(uuid);
drop function api.update_case(uuid, integer, jsonb, integer[]);
drop type core.page_cursor;
revoke insert (found_damaged) on table core.document_downloads from casefile_caller;
revoke update (ocr_page_count, ocr_pages_read) on table core.documents from document_processor;
revoke select on table core.kept_answers from casefile_caller;
comment on column audit.refusals.times is null;
comment on column core.documents.ocr_page_count is null;
comment on column core.documents.ocr_pages_read is null;
comment on column core.document_downloads.found_damaged is null;

-- db/types/api.document.sql
alter type api.document drop attribute side;
alter type api.document drop attribute ocr_page_count;
alter type api.document drop attribute ocr_pages_read;

-- db/types/core.case_cursor.sql
create type core.case_cursor as (sort_key text, case_id uuid);
comment on type core.case_cursor is 'A place in an ordered list of cases.';

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Append-only.';

-- db/tables/core.documents.sql
comment on column core.documents.filename is 'As uploaded. The same name again in a case is its next version.';
comment on column core.documents.version is 'Counts the documents of one name in a case; given at completion, never changed.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Append-only.';

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

-- db/functions/core/lock_case.sql
-- A case within the caller's reach, locked for a change
create or replace function core.lock_case(p_case_id uuid, p_expected_version integer)
returns core.cases
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Not FOR UPDATE: that and the foreign key checks of side rows would deadlock.
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null
  for no key update;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  if v_case.version <> p_expected_version then
    raise exception using
      errcode = 'JCVER',
      message = 'The case has been changed by somebody else',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

comment on function core.lock_case(uuid, integer) is
'The case as it is now, locked until the end of the transaction. A null version states none.
Errors: JCMIS no case within reach; JCVER stale version.';
revoke all on function core.lock_case(uuid, integer) from public;
grant execute on function core.lock_case(uuid, integer) to hmcts_case_officer, judge_legal_adviser;

-- db/functions/core/newest_cases.sql
-- A page of cases, newest first
create or replace function core.newest_cases(p_after core.case_cursor, p_offset bigint, p_limit integer)
returns core.case_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- One plan for all pages: along the index of a court, or through the few cases that somebody reaches, and no sort of a whole
-- court, which looks good where the limit is not known.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.case_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.case_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_cases(core.case_cursor, bigint, integer) is
'The cases within reach, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_cases(core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_cases(core.case_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/newest_filtered_cases.sql
-- A page of the cases that a filter finds, newest first
create or replace function core.newest_filtered_cases(
  p_filter core.case_filter,
  p_after core.case_cursor,
  p_offset bigint,
  p_limit integer
)
returns core.case_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
declare
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.case_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.case_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) is
'The cases within reach that the filter finds, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/permit_transition.sql
-- Whether a case may move to another status
create or replace function core.permit_transition(p_from core.case_status, p_to text, p_reason text)
returns core.case_status
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_transition core.status_transitions;
begin
  if not exists (select from core.status_transitions as t where t.from_status = p_from) then
    raise exception using
      errcode = 'JCTRM',
      message = 'A case with the outcome ' || p_from || ' keeps its status',
      detail = jsonb_build_object('currentStatus', p_from)::text;
  end if;

  select * into v_transition
  from core.status_transitions as t
  where t.from_status = p_from and t.to_status::text = p_to;

  if not found then
    raise exception using
      errcode = 'JCSTA',
      message = 'A case cannot move from ' || p_from || ' to ' || coalesce(nullif(left(p_to, 50), ''), 'no status'),
      detail = jsonb_build_object(
        'validTransitions',
        coalesce((select v.to_statuses from core.valid_transitions() as v where v.from_status = p_from), '{}')
      )::text;
  end if;

  -- Work done past the server has no role to check.
  if core.caller_role() <> all (v_transition.roles) then
    raise exception using
      errcode = 'JCROL',
      message = 'Permission denied',
      detail = jsonb_build_object('requiredRoles', v_transition.roles, 'userRole', core.caller_role())::text;
  end if;

  if v_transition.reason_required and core.trimmed(p_reason) is null then
    raise exception using
      errcode = 'JCREA',
      message = 'A reason is required to move a case to ' || p_to,
      detail = jsonb_build_object('field', 'reason')::text;
  end if;

  return v_transition.to_status;
end;
$$;

-- db/functions/core/read_cursor.sql
-- Where a next page begins
create or replace function core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text)
returns core.case_cursor
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_place jsonb;
  v_cursor core.case_cursor;
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
    v_cursor := row(v_place ->> 2, v_place ->> 3)::core.case_cursor;

    -- Every key ends with a time of creation, or is one: a cursor that somebody made up fails here.
    perform case p_sort_by when 'createdAt' then v_cursor.sort_key else right(v_cursor.sort_key, 26) end::timestamp;
  exception
    when data_exception then
      v_cursor := null;
  end;

  if v_cursor.case_id is null
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
revoke all on function core.read_cursor(text, text, text) from public;
grant execute on function core.read_cursor(text, text, text) to casefile_caller;

-- db/functions/core/sorted_cases.sql
-- A page of cases in another order than newest first
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.case_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer
)
returns core.case_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_descending boolean := p_sort_order = 'desc';
begin
  -- Every key ends with the time of creation. The case number's year and sequence have to sort as numbers,
  -- whatever their length; the sooner the next hearing, the more attention.
  return array(
    select row(s.sort_key, s.id)::core.case_cursor
    from (
      select
        c.id,
        case p_sort_by
          when 'caseNumber' then c.court_code || to_char(c.number_year, ' 0000') || to_char(c.number_sequence, ' 0000000000 ')
          when 'status' then to_char(array_position(enum_range(null::core.case_status), c.status), '00 ')
          when 'attention' then to_char(1e12 - coalesce(extract(epoch from c.next_hearing), 1e12), '000000000000.000000 ')
          else ''
        end || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') collate "C" as sort_key
      from core.cases as c
      where c.deleted_at is null
        and core.fits_filter(c, p_filter)
    ) as s
    where p_after.case_id is null
      or (v_descending and (s.sort_key, s.id) < (p_after.sort_key, p_after.case_id))
      or (not v_descending and (s.sort_key, s.id) > (p_after.sort_key, p_after.case_id))
    order by
      case when v_descending then s.sort_key end desc,
      case when v_descending then s.id end desc,
      s.sort_key,
      s.id
    limit p_limit
    offset p_offset
  );
end;
$$;

comment on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer) is
'The cases within reach by number, status (in the order of a case''s life), attention (the soonest hearing has the most) or
creation, each with the cursor of the page after it. Reads and sorts all of them: core.newest_cases is for the order that lists open with.';
revoke all on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer) from public;

grant execute on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer)
  to casefile_caller;

-- db/functions/core/tg_assignments__guard.sql
-- What must hold for an assignment, whoever writes it
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, core.new_id());
    new.created_at := now();
    new.revoked_at := null;
    return new;
  end if;

  if old.revoked_at is not null
    or new.revoked_at is null
    or (new.id, new.case_id, new.user_id, new.assignment_type, new.created_at)
      is distinct from (old.id, old.case_id, old.user_id, old.assignment_type, old.created_at)
  then
    raise exception using errcode = 'JCFIX', message = 'An assignment can be revoked once, and not changed';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

comment on function core.tg_assignments__guard() is
'Stamps the times; allows no change of an assignment but revoking it.
Errors: JCMIS no case within reach; JCFIX another change.';

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

-- db/functions/core/tg_organisation_links__guard.sql
-- What must hold for an organisation link, whoever writes it
create or replace function core.tg_organisation_links__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, core.new_id());
    new.linked_at := now();
    new.linked_by := core.actor();
    new.unlinked_at := null;
    new.unlinked_by := null;
    return new;
  end if;

  if old.unlinked_at is not null
    or new.unlinked_at is null
    or (new.id, new.case_id, new.organisation_id, new.organisation_type, new.linked_at, new.linked_by)
      is distinct from (old.id, old.case_id, old.organisation_id, old.organisation_type, old.linked_at, old.linked_by)
  then
    raise exception using errcode = 'JCFIX', message = 'An organisation can be unlinked once, and its link not changed';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

comment on function core.tg_organisation_links__guard() is
'Stamps who and when; allows no change of a link but unlinking.
Errors: JCMIS no case within reach; JCFIX another change.';

-- db/functions/core/write_cursor.sql
-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.case_cursor, p_sort_by text, p_sort_order text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.case_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
end;
$$;

comment on function core.write_cursor(core.case_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';
revoke all on function core.write_cursor(core.case_cursor, text, text) from public;
grant execute on function core.write_cursor(core.case_cursor, text, text) to casefile_caller;

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

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_refusals__refuse_change
before update or delete or truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_change;

create trigger tg_sign_ins__refuse_change
before update or delete or truncate on auth.sign_ins
for each statement execute function audit.tg_refuse_change();
alter table auth.sign_ins enable always trigger tg_sign_ins__refuse_change;

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
  if v_session.user_id is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  v_session.token_sha256 := p_token_sha256;
  v_session.kind := 'mock';
  v_session.username := v_session.user_id;
  v_session.user_role := auth.known_role(p_role);
  v_session.organisation_id := core.trimmed(p_organisation_id);

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

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  return greatest(v_sessions, v_answers);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions and expired answers, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

-- db/functions/auth/add_membership.sql
-- Give somebody a membership
create or replace function auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.memberships (id, user_id, user_role, court_code, organisation_id)
  values (v_id, p_user_id, auth.known_role(p_role), auth.known_court(p_court), core.trimmed(p_organisation_id));

  return v_id;
end;
$$;

-- db/functions/auth/add_user.sql
-- Add somebody to the directory
create or replace function auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into auth.users (user_id, issuer, subject, name)
  values (core.trimmed(p_user_id), core.trimmed(p_issuer), core.trimmed(p_subject), core.trimmed(p_name));
end;
$$;

comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it through functions alone.';

-- db/functions/auth/find_user.sql
-- Who signs in
create or replace function auth.find_user(p_claims jsonb, p_adds_user boolean)
returns auth.users
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_issuer text := p_claims ->> 'iss';
  v_subject text := p_claims ->> 'sub';
  v_user auth.users;
begin
  if p_adds_user and v_subject = core.trimmed(v_subject) and char_length(v_subject) <= 100 then
    insert into auth.users (user_id, issuer, subject, name)
    values (
      v_subject, v_issuer, v_subject,
      left(coalesce(core.trimmed(p_claims ->> 'name'), core.trimmed(p_claims ->> 'preferred_username'), v_subject), 100)
    )
    on conflict do nothing;
  end if;

  select * into v_user
  from auth.users as u
  where u.issuer = v_issuer and u.subject = v_subject
  for no key update;

  return v_user;
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

-- db/functions/api/change_case_status.sql
-- PATCH /api/cases/{id}/status
create or replace function api.change_case_status(
  p_case_id uuid,
  p_expected_version integer,
  p_status text,
  p_reason text default null
)
returns api.status_change
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version);
begin
  -- The guard trigger on core.cases asks core.permit_transition again, for whoever updates without
  -- this function, and moves the version; the audit trigger records the change.
  update core.cases
  set status = core.permit_transition(v_case.status, p_status, p_reason), status_reason = core.trimmed(p_reason)
  where id = v_case.id;

  -- Whoever waited for the lock may have lost the case meanwhile.
  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row(core.case_record(v_case.id), v_case.status::text)::api.status_change;
end;
$$;

comment on function api.change_case_status(uuid, integer, text, text) is
'Moves a case to another status.
Errors: JCMIS no case within reach; 42501 not for this role; JCVER stale version; JCTRM terminal status;
JCSTA not allowed from here; JCROL not for this role; JCREA reason required; 23514 reason beyond its limit.';
revoke all on function api.change_case_status(uuid, integer, text, text) from public;

grant execute on function api.change_case_status(uuid, integer, text, text)
  to hmcts_case_officer, judge_legal_adviser;

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

-- db/functions/api/delete_case.sql
-- DELETE /api/cases/{id}
create or replace function api.delete_case(p_case_id uuid, p_expected_version integer default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version);
begin
  update core.cases
  set deleted_at = now()
  where id = v_case.id;
end;
$$;

comment on function api.delete_case(uuid, integer) is
'Deletes a case softly: no operation finds it any more but the audit trail.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';
revoke all on function api.delete_case(uuid, integer) from public;
grant execute on function api.delete_case(uuid, integer) to hmcts_case_officer;

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
begin
  -- Even an empty answer is one: the work is done.
  update core.kept_answers as k
  set answer = coalesce(to_jsonb(p_answer), 'null')
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key and k.answer is null;

  if not found then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key has not been claimed';
  end if;

  return p_answer;
end;
$$;

comment on function api.keep_answer(text, anyelement) is
'Returns what it is given, once it is kept for api.claim_key to give again. Definer: answers are nobody''s to read or write
otherwise.
Errors: JCKEY the caller has not claimed the key, or has its answer already.';

-- db/functions/api/list_case_audit.sql
-- GET /api/cases/{id}/audit
create or replace function api.list_case_audit(
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null
)
returns api.audit_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 50);
  v_total bigint;
  v_entries api.audit_entry[];
begin
  -- Not core.find_case: an officer of the court still reads the trail of a deleted case.
  if not exists (select from core.cases as c where c.id = p_case_id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  select count(*) into v_total from audit.entries as e where e.case_id = p_case_id;

  select coalesce(array_agg(
    row(
      p.id::text, p.case_id, p.action::text, p.actor, p.actor_role, p.occurred_at,
      jsonb_build_object('entity', p.entity, 'entityId', p.entity_id, 'before', p.before, 'after', p.after),
      p.request_id
    )::api.audit_entry
    order by p.id desc
  ), '{}')
  into v_entries
  from (
    select *
    from audit.entries as e
    where e.case_id = p_case_id
    order by e.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  ) as p;

  return row(v_entries, core.pagination(v_total, p_page, v_page_size, null))::api.audit_page;
end;
$$;

comment on function api.list_case_audit(uuid, integer, integer) is
'The audit trail of a case, newest first, 50 a page unless told.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page.';
revoke all on function api.list_case_audit(uuid, integer, integer) from public;
grant execute on function api.list_case_audit(uuid, integer, integer) to hmcts_case_officer, judge_legal_adviser;

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
as $$
declare
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_sort_by text := coalesce(
    core.known_word('sortBy', p_sort_by, '{createdAt,caseNumber,status,attention}'), 'createdAt'
  );
  v_sort_order text := coalesce(core.known_word('sortOrder', p_sort_order, '{asc,desc}'), 'desc');
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_filter core.case_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  v_after core.case_cursor := core.read_cursor(p_cursor, v_sort_by, v_sort_order);
  v_found core.case_cursor[];
begin
  -- One more than the page, to know whether there is a next one.
  if v_sort_by <> 'createdAt' or v_sort_order <> 'desc' then
    v_found := core.sorted_cases(v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_page_size + 1);
  elsif v_filter is null then
    v_found := core.newest_cases(v_after, v_offset, v_page_size + 1);
  else
    v_found := core.newest_filtered_cases(v_filter, v_after, v_offset, v_page_size + 1);
  end if;

  return row(
    core.case_records(array(select f.case_id from unnest(v_found) as f limit v_page_size)),
    core.pagination(
      case when v_filter is null then core.count_cases() else core.count_filtered_cases(v_filter) end, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size
          then core.write_cursor(v_found[v_page_size], v_sort_by, v_sort_order)
      end
    )
  )::api.case_page;
end;
$$;

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

-- db/functions/api/update_case.sql
-- PATCH /api/cases/{id}
create or replace function api.update_case(p_case_id uuid, p_expected_version integer, p_changes jsonb)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version);
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

  return core.case_record(v_case.id);
end;
$$;

comment on function api.update_case(uuid, integer, jsonb) is
'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; 23514 a text beyond its limit.';
revoke all on function api.update_case(uuid, integer, jsonb) from public;
grant execute on function api.update_case(uuid, integer, jsonb) to hmcts_case_officer;

-- db/policies/audit.refusals.sql
create policy insert_to_owner on audit.refusals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.refusals is 'audit.explain_refusal alone writes refusals.';

-- db/policies/core.kept_answers.sql
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';

-- db/policies/auth.sign_ins.sql
create policy select_to_owner on auth.sign_ins for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.sign_ins is 'An administrator works as the owner.';

create policy insert_to_owner on auth.sign_ins for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.sign_ins is 'Functions of the owner write it.';
