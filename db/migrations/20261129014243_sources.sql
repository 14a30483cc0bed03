-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/functions/core/limited_text.sql
-- A text that is not too long
create or replace function core.limited_text(p_field text, p_value text, p_limit integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if char_length(p_value) > p_limit then
    perform core.refuse_field(p_field, p_field || ' is longer than ' || p_limit || ' characters');
  end if;

  return p_value;
end;
$$;

comment on function core.limited_text(text, text, integer) is
'The text, if it has no more characters than that; null stays null.
Errors: JCVAL a longer one.';
revoke all on function core.limited_text(text, text, integer) from public;
grant execute on function core.limited_text(text, text, integer) to casefile_caller;

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
    core.known_word('status', p_status, enum_range(null::core.case_status)::text[]),
    core.known_word('caseType', p_case_type, enum_range(null::core.case_type)::text[]),
    p_date_from::timestamp at time zone 'Europe/London',
    (p_date_to + 1)::timestamp at time zone 'Europe/London',
    upper(core.trimmed(core.limited_text('caseNumber', p_case_number, 50)))
  )::core.case_filter;
end;
$$;

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
  perform core.limited_text('cursor', p_cursor, 500);

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

-- db/functions/auth/change_membership.sql
-- POST /api/auth/membership
create or replace function auth.change_membership(
  p_token_sha256 bytea,
  p_new_token_sha256 bytea,
  p_role text,
  p_court_assignment text,
  p_organisation_id text
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court text := auth.find_court(core.limited_text('courtAssignment', p_court_assignment, 100));
  v_organisation text := core.trimmed(core.limited_text('organisationId', p_organisation_id, 100));
  v_session auth.sessions := auth.find_session(p_token_sha256);
  v_fitting auth.memberships[];
begin
  -- The user, the rules, the session: who ends one of them waits for us, or we for it.
  perform from auth.users as u where u.user_id = v_session.user_id for no key update;
  perform
  from auth.claim_rules as r
  where r.id in (select c.id from jsonb_populate_recordset(null::auth.memberships, v_session.claimed) as c)
  order by r.id
  for share;
  delete from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now()
  returning s.* into v_session;

  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  v_fitting := array(
    select m
    from auth.list_memberships(v_session.user_id, v_session.claimed) as m
    where m.user_role = auth.known_role(p_role)
      and (core.trimmed(p_court_assignment) is null or m.court_code = v_court)
      and (v_organisation is null or m.organisation_id = v_organisation)
    order by m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation desc
  );

  if cardinality(v_fitting) = 0 then
    raise exception using errcode = 'JCNOM', message = auth.refusal_message('JCNOM');
  elsif cardinality(v_fitting) > 1
    and (v_fitting[1].court_code is distinct from v_court or v_fitting[1].organisation_id is distinct from v_organisation)
  then
    raise exception using errcode = 'JCMNY', message = auth.refusal_message('JCMNY');
  end if;

  v_session.token_sha256 := p_new_token_sha256;
  v_session.user_role := v_fitting[1].user_role;
  v_session.court_code := v_fitting[1].court_code;
  v_session.organisation_id := v_fitting[1].organisation_id;
  v_session.membership_id := v_fitting[1].id;
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(null, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.change_membership(bytea, bytea, text, text, text) is
'Opens a session in another membership of the same user, with the same end, and ends the one before. The court is named by its name or
code; what is not stated is not asked for, if that leaves one membership. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role, a name beyond its limit; JCNOM not a membership of this user; JCMNY several fit.';

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
    raise exception using
      errcode = 'JCDUP',
      message = 'This user is already assigned to the case in this way',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

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
    raise exception using
      errcode = 'JCVAL',
      message = 'A case is created in the court of its officer, and none is assigned to you',
      detail = '{"reason": "NO_COURT", "field": "courtAssignment"}';
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, v_case_type, p_next_hearing);

  return (select r from core.case_records() as r where r.id = v_id);
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
  v_filename text := core.nfc(core.limited_text('filename', p_filename, 255));
begin
  return array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id and core.nfc(r.filename) = v_filename
    order by r.side desc, r.version desc, r.id
  );
end;
$$;

comment on function api.list_document_versions(uuid, text) is
'The documents of one name in a case, newest version first, those of professionals before those of adopters; to an adopter, its own.
Errors: JCMIS no case within reach; JCVAL a name beyond the limit of names.';

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
  v_uploaded_by text := core.limited_text('uploadedBy', p_uploaded_by, 100);
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
    and (v_uploaded_by is null or r.uploaded_by = v_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id
      and (v_document_type is null or r.document_type = v_document_type)
      and (v_ocr_status is null or r.ocr_status = v_ocr_status)
      and (v_uploaded_by is null or r.uploaded_by = v_uploaded_by)
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

comment on function api.list_documents(uuid, text, text, text, integer, integer, text) is
'The documents of a case, newest first; to an adopter, its own. All of them, up to 1,000, unless a page is asked for: by its
number, 20 a page unless told otherwise, or by the cursor of the page before.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none, a user id beyond its limit.';

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
  v_organisation_id text := core.trimmed(core.limited_text('organisationId', p_organisation_id, 100));
begin
  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = v_organisation_id and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found', detail = '{"reason": "ORGANISATION_NOT_LINKED"}';
  end if;
end;
$$;

comment on function api.unlink_organisation(uuid, text) is
'Ends the link of an organisation to a case, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL an organisation id beyond
its limit; JCNIL not linked to the case.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function core.limited_text(text, text, integer);

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

-- db/functions/auth/change_membership.sql
-- POST /api/auth/membership
create or replace function auth.change_membership(
  p_token_sha256 bytea,
  p_new_token_sha256 bytea,
  p_role text,
  p_court_assignment text,
  p_organisation_id text
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court text := auth.find_court(p_court_assignment);
  v_organisation text := core.trimmed(p_organisation_id);
  v_session auth.sessions := auth.find_session(p_token_sha256);
  v_fitting auth.memberships[];
begin
  -- The user, the rules, the session: who ends one of them waits for us, or we for it.
  perform from auth.users as u where u.user_id = v_session.user_id for no key update;
  perform
  from auth.claim_rules as r
  where r.id in (select c.id from jsonb_populate_recordset(null::auth.memberships, v_session.claimed) as c)
  order by r.id
  for share;
  delete from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now()
  returning s.* into v_session;

  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  v_fitting := array(
    select m
    from auth.list_memberships(v_session.user_id, v_session.claimed) as m
    where m.user_role = auth.known_role(p_role)
      and (core.trimmed(p_court_assignment) is null or m.court_code = v_court)
      and (v_organisation is null or m.organisation_id = v_organisation)
    order by m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation desc
  );

  if cardinality(v_fitting) = 0 then
    raise exception using errcode = 'JCNOM', message = auth.refusal_message('JCNOM');
  elsif cardinality(v_fitting) > 1
    and (v_fitting[1].court_code is distinct from v_court or v_fitting[1].organisation_id is distinct from v_organisation)
  then
    raise exception using errcode = 'JCMNY', message = auth.refusal_message('JCMNY');
  end if;

  v_session.token_sha256 := p_new_token_sha256;
  v_session.user_role := v_fitting[1].user_role;
  v_session.court_code := v_fitting[1].court_code;
  v_session.organisation_id := v_fitting[1].organisation_id;
  v_session.membership_id := v_fitting[1].id;
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(null, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.change_membership(bytea, bytea, text, text, text) is
'Opens a session in another membership of the same user, with the same end, and ends the one before. The court is named by its name or
code; what is not stated is not asked for, if that leaves one membership. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role; JCNOM not a membership of this user; JCMNY several fit.';

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
    select r
    from core.document_records() as r
    where r.case_id = v_case.id and core.nfc(r.filename) = core.nfc(p_filename)
    order by r.side desc, r.version desc, r.id
  );
end;
$$;

comment on function api.list_document_versions(uuid, text) is
'The documents of one name in a case, newest version first, those of professionals before those of adopters; to an adopter, its own.
Errors: JCMIS no case within reach.';

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

comment on function api.unlink_organisation(uuid, text) is
'Ends the link of an organisation to a case, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCNIL not linked to the case.';

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

comment on function api.list_documents(uuid, text, text, text, integer, integer, text) is
'The documents of a case, newest first; to an adopter, its own. All of them, up to 1,000, unless a page is asked for: by its
number, 20 a page unless told otherwise, or by the cursor of the page before.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none.';
