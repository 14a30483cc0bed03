-- Written by scripts/gen-schema, for reading and for the review of a change. It leaves out owners and grants: what is made
-- of it would be open to everybody. So this stops anybody from loading it.
\set ON_ERROR_STOP on
do $$
begin
  raise exception 'This dump is for reading: it leaves out privileges. Make a database with scripts/migrate.';
end;
$$;

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: api; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA api;

--
-- Name: SCHEMA api; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA api IS 'The operations: one function for each of the HTTP API. Nothing here owns data.';

--
-- Name: audit; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA audit;

--
-- Name: SCHEMA audit; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA audit IS 'What was done, and what was refused. Append-only.';

--
-- Name: auth; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA auth;

--
-- Name: SCHEMA auth; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA auth IS 'Who may sign in, sessions, and how the server becomes a caller.';

--
-- Name: core; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA core;

--
-- Name: SCHEMA core; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA core IS 'Cases, courts, assignments and their rules.';

--
-- Name: request; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA request;

--
-- Name: SCHEMA request; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA request IS 'What the server calls: each operation of schema api under its name, as the caller of a session. Written by scripts/gen-migration.';

--
-- Name: worker; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA worker;

--
-- Name: SCHEMA worker; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA worker IS 'What the document worker does: claims documents, and records what it found.';

--
-- Name: assignment; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.assignment AS (
	id uuid,
	case_id uuid,
	user_id text,
	assignment_type text,
	created_at timestamp with time zone,
	created_by text
);

--
-- Name: audit_entry; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.audit_entry AS (
	id text,
	case_id uuid,
	action text,
	actor text,
	actor_role text,
	occurred_at timestamp with time zone,
	changes jsonb,
	request_id uuid
);

--
-- Name: pagination; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.pagination AS (
	total bigint,
	page integer,
	page_size integer,
	total_pages bigint,
	next_cursor text,
	total_is_minimum boolean
);

--
-- Name: audit_page; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.audit_page AS (
	entries api.audit_entry[],
	pagination api.pagination
);

--
-- Name: caller; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.caller AS (
	user_id text,
	username text,
	user_role text,
	court_assignment text,
	organisation_id text
);

--
-- Name: TYPE caller; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.caller IS 'The caller. court_assignment is the court''s name.';

--
-- Name: case_permissions; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.case_permissions AS (
	can_edit boolean,
	can_update_status boolean,
	can_delete boolean,
	can_view_audit boolean,
	valid_transitions text[]
);

--
-- Name: TYPE case_permissions; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.case_permissions IS 'The caller''s current rights to the case.';

--
-- Name: key_dates; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.key_dates AS (
	application_date timestamp with time zone,
	next_hearing timestamp with time zone
);

--
-- Name: case_record; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.case_record AS (
	id uuid,
	case_number text,
	case_type text,
	status text,
	assigned_court text,
	court_code text,
	created_by text,
	created_at timestamp with time zone,
	updated_at timestamp with time zone,
	version integer,
	applicant_ids text[],
	assigned_judge text,
	organisation_ids text[],
	status_reason text,
	notes text,
	internal_notes text,
	staff_comments text,
	linked_family_court_case_reference text,
	key_dates api.key_dates,
	attention text,
	permissions api.case_permissions,
	redacted boolean
);

--
-- Name: TYPE case_record; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.case_record IS 'A case, as far as the caller may see it; everything else is null.';

--
-- Name: case_page; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.case_page AS (
	cases api.case_record[],
	pagination api.pagination
);

--
-- Name: status_history_entry; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.status_history_entry AS (
	from_status text,
	to_status text,
	changed_at timestamp with time zone,
	changed_by text
);

--
-- Name: case_read; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.case_read AS (
	case_record api.case_record,
	history api.status_history_entry[]
);

--
-- Name: court; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.court AS (
	code text,
	name text,
	region text
);

--
-- Name: document; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.document AS (
	id uuid,
	case_id uuid,
	filename text,
	original_filename text,
	document_type text,
	description text,
	file_size bigint,
	file_hash text,
	mime_type text,
	uploaded_by text,
	uploaded_at timestamp with time zone,
	version integer,
	upload_status text,
	ocr_status text,
	ocr_completed_at timestamp with time zone,
	ocr_failure_reason text,
	virus_scan_status text,
	virus_scan_completed_at timestamp with time zone,
	side text,
	ocr_page_count integer,
	ocr_pages_read integer
);

--
-- Name: document_page; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.document_page AS (
	documents api.document[],
	pagination api.pagination
);

--
-- Name: document_type; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.document_type AS (
	value text,
	label text,
	help_text text,
	description_required boolean
);

--
-- Name: download; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.download AS (
	document_id uuid,
	case_id uuid,
	filename text,
	mime_type text,
	file_size bigint,
	file_hash text
);

--
-- Name: TYPE download; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.download IS 'The location and type of a document''s bytes.';

--
-- Name: file_type; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.file_type AS (
	extension text,
	mime_type text,
	size_limit bigint
);

--
-- Name: greeting; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.greeting AS (
	message text,
	caller api.caller
);

--
-- Name: membership; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.membership AS (
	id uuid,
	user_role text,
	court_assignment text,
	organisation_id text
);

--
-- Name: TYPE membership; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.membership IS 'A role of a user. court_assignment is the court''s name.';

--
-- Name: organisation_link; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.organisation_link AS (
	case_id uuid,
	organisation_id text,
	organisation_type text,
	created_at timestamp with time zone,
	created_by text
);

--
-- Name: status; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.status AS (
	value text,
	is_outcome boolean
);

--
-- Name: status_transition; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.status_transition AS (
	from_status text,
	to_status text,
	roles text[],
	reason_required boolean
);

--
-- Name: reference; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.reference AS (
	case_types text[],
	statuses api.status[],
	transitions api.status_transition[],
	roles text[],
	assignment_types text[],
	organisation_types text[],
	document_types api.document_type[],
	file_types api.file_type[]
);

--
-- Name: session; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.session AS (
	caller api.caller,
	expires_at timestamp with time zone,
	memberships api.membership[],
	ends_at timestamp with time zone
);

--
-- Name: TYPE session; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.session IS 'A session''s user, when it expires if it is not used, when it ends in any case, and the user''s other memberships.';

--
-- Name: status_change; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.status_change AS (
	case_record api.case_record,
	previous_status text
);

--
-- Name: upload; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.upload AS (
	document_id uuid,
	case_id uuid,
	mime_type text,
	size_limit bigint
);

--
-- Name: TYPE upload; Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON TYPE api.upload IS 'An upload that has begun: where its bytes go, their required type, and their maximum number.';

--
-- Name: upload_form; Type: TYPE; Schema: api; Owner: -
--

CREATE TYPE api.upload_form AS (
	case_id uuid,
	document_types api.document_type[],
	user_role text
);

--
-- Name: action; Type: TYPE; Schema: audit; Owner: -
--

CREATE TYPE audit.action AS ENUM (
    'CREATE',
    'STATUS_CHANGE',
    'UPDATE',
    'DELETE',
    'ASSIGNMENT_CREATE',
    'ASSIGNMENT_REVOKE',
    'ORGANISATION_LINK',
    'ORGANISATION_UNLINK',
    'DOCUMENT_UPLOAD',
    'DOCUMENT_DOWNLOAD',
    'DOCUMENT_STATUS',
    'DOCUMENT_DELETE'
);

--
-- Name: journal; Type: TYPE; Schema: audit; Owner: -
--

CREATE TYPE audit.journal AS ENUM (
    'auth.directory_changes',
    'audit.reference_changes',
    'audit.restores',
    'audit.anchors',
    'audit.refusals',
    'auth.sign_ins'
);

--
-- Name: TYPE journal; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TYPE audit.journal IS 'The tables that audit.seals chains, in the order of sealing. Journals whose writers may delay it come first.';

--
-- Name: refusal; Type: TYPE; Schema: audit; Owner: -
--

CREATE TYPE audit.refusal AS (
	code text,
	message text,
	extra jsonb
);

--
-- Name: TYPE refusal; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TYPE audit.refusal IS 'NOT_FOUND or FORBIDDEN, a sentence for people, and more fields for the answer.';

--
-- Name: directory_difference; Type: TYPE; Schema: auth; Owner: -
--

CREATE TYPE auth.directory_difference AS (
	line integer,
	action text,
	user_id text,
	detail text
);

--
-- Name: TYPE directory_difference; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TYPE auth.directory_difference IS 'A change that a line of a file makes in the directory.';

--
-- Name: directory_entry; Type: TYPE; Schema: auth; Owner: -
--

CREATE TYPE auth.directory_entry AS (
	user_id text,
	issuer text,
	subject text,
	name text,
	enabled boolean,
	membership_id uuid,
	user_role text,
	court text,
	organisation_id text
);

--
-- Name: TYPE directory_entry; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TYPE auth.directory_entry IS 'A user with one membership; court is the court''s name.';

--
-- Name: log_in; Type: TYPE; Schema: auth; Owner: -
--

CREATE TYPE auth.log_in AS (
	caller api.caller,
	redirect_url text,
	expires_at timestamp with time zone,
	ends_at timestamp with time zone
);

--
-- Name: restore; Type: TYPE; Schema: auth; Owner: -
--

CREATE TYPE auth.restore AS (
	is_new boolean,
	store_id uuid,
	last_entry_id bigint,
	sessions_ended integer,
	keys_ended integer,
	number_gap integer,
	series_moved integer
);

--
-- Name: TYPE restore; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TYPE auth.restore IS 'The result of auth.after_restore. is_new is false if it had been done before, and nothing has happened since.';

--
-- Name: sign_in; Type: TYPE; Schema: auth; Owner: -
--

CREATE TYPE auth.sign_in AS (
	caller api.caller,
	redirect_url text,
	refusal_code text,
	refusal_message text,
	memberships api.membership[]
);

--
-- Name: TYPE sign_in; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TYPE auth.sign_in IS 'The session that was opened, or the reason why none was. A refusal is not an error, so that its record is kept.';

--
-- Name: assignment_type; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.assignment_type AS ENUM (
    'JUDICIAL',
    'CAFCASS',
    'SOCIAL_WORKER',
    'APPLICANT'
);

--
-- Name: case_count; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.case_count AS (
	total bigint,
	is_minimum boolean
);

--
-- Name: TYPE case_count; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.case_count IS 'The number of cases; with is_minimum, there are more.';

--
-- Name: case_status; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.case_status AS ENUM (
    'APPLICATION',
    'DIRECTIONS',
    'CONSENT_AND_REPORTING',
    'FINAL_HEARING',
    'ORDER_GRANTED',
    'APPLICATION_REFUSED',
    'APPLICATION_WITHDRAWN',
    'ON_HOLD',
    'ADJOURNED'
);

--
-- Name: TYPE case_status; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.case_status IS 'The stage of a case. core.status_transitions says which status may follow; a status that no other may follow is terminal.';

--
-- Name: case_type; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.case_type AS ENUM (
    'AGENCY_ADOPTION',
    'STEP_PARENT_ADOPTION',
    'INTERCOUNTRY_ADOPTION',
    'NON_AGENCY_ADOPTION',
    'FOSTER_TO_ADOPT',
    'ADOPTION_FOLLOWING_PLACEMENT_ORDER'
);

--
-- Name: case_filter; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.case_filter AS (
	status core.case_status,
	case_type core.case_type,
	since timestamp with time zone,
	before timestamp with time zone,
	case_number text
);

--
-- Name: TYPE case_filter; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.case_filter IS 'The filter of a list; null for all. since and before limit the next hearing, or the creation without one.';

--
-- Name: field_error; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.field_error AS (
	field text,
	code text,
	message text
);

--
-- Name: TYPE field_error; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.field_error IS 'An error in a field of a request: its name in the API, a word for programs (src/field_error.rs), a sentence for people.';

--
-- Name: ocr_status; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.ocr_status AS ENUM (
    'pending',
    'processing',
    'complete',
    'failed',
    'not-applicable'
);

--
-- Name: organisation_type; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.organisation_type AS ENUM (
    'LOCAL_AUTHORITY',
    'VOLUNTARY_AGENCY'
);

--
-- Name: page_cursor; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.page_cursor AS (
	sort_key text,
	id uuid
);

--
-- Name: TYPE page_cursor; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.page_cursor IS 'A position in an ordered list: of cases, documents or entries of the audit.';

--
-- Name: upload_status; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.upload_status AS ENUM (
    'uploading',
    'complete',
    'failed'
);

--
-- Name: user_role; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.user_role AS ENUM (
    'HMCTS_CASE_OFFICER',
    'JUDGE_LEGAL_ADVISER',
    'CAFCASS_OFFICER',
    'LA_SOCIAL_WORKER',
    'VAA_WORKER',
    'ADOPTER'
);

--
-- Name: TYPE user_role; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TYPE core.user_role IS 'The role of a caller. The database role of the same name in lower case has its privileges.';

--
-- Name: virus_scan_status; Type: TYPE; Schema: core; Owner: -
--

CREATE TYPE core.virus_scan_status AS ENUM (
    'pending',
    'clean',
    'infected',
    'skipped'
);

--
-- Name: failed_upload; Type: TYPE; Schema: worker; Owner: -
--

CREATE TYPE worker.failed_upload AS (
	document_id uuid,
	case_id uuid
);

--
-- Name: job; Type: TYPE; Schema: worker; Owner: -
--

CREATE TYPE worker.job AS (
	document_id uuid,
	case_id uuid,
	filename text,
	mime_type text,
	file_size bigint,
	lease uuid,
	attempt integer,
	needs_scan boolean,
	needs_reading boolean
);

--
-- Name: TYPE job; Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON TYPE worker.job IS 'A document that a worker has claimed, and its task.';

--
-- Name: queue_state; Type: TYPE; Schema: worker; Owner: -
--

CREATE TYPE worker.queue_state AS (
	waiting bigint,
	oldest_seconds double precision
);

--
-- Name: TYPE queue_state; Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON TYPE worker.queue_state IS 'How many documents wait for a worker, and how long the oldest has waited.';

--
-- Name: task_state; Type: TYPE; Schema: worker; Owner: -
--

CREATE TYPE worker.task_state AS (
	task text,
	waiting bigint,
	oldest_seconds double precision
);

--
-- Name: TYPE task_state; Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON TYPE worker.task_state IS 'How many documents wait for one kind of work, and how long the oldest has waited.';

--
-- Name: change_case_status(uuid, integer, text, text, integer[]); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.change_case_status(p_case_id uuid, p_expected_version integer, p_status text, p_reason text DEFAULT NULL::text, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS api.status_change
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  -- The guard trigger on core.cases repeats core.permit_transition for updates without this
  -- function, and moves the version. The audit trigger records the change.
  update core.cases
  set status = core.permit_transition(v_case.status, p_status, p_reason), status_reason = core.trimmed(p_reason)
  where id = v_case.id;

  -- The caller may have lost the case while it waited for the lock.
  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row((select r from core.case_records() as r where r.id = v_case.id), v_case.status::text)::api.status_change;
end;
$$;

--
-- Name: FUNCTION change_case_status(p_case_id uuid, p_expected_version integer, p_status text, p_reason text, p_any_of integer[]); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.change_case_status(p_case_id uuid, p_expected_version integer, p_status text, p_reason text, p_any_of integer[]) IS 'Moves a case to another status.
Errors: JCMIS no case within reach; 42501 not for this role; JCVER stale version; JCTRM terminal status;
JCSTA not allowed from here; JCROL not for this role; JCREA reason required; 23514 reason beyond its limit.';

--
-- Name: claim_key(text, bytea); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.claim_key(p_key text, p_request_sha256 bytea) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_answer jsonb;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy checks that the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- The server tells its client. Callers may not call set_config, but may SET.
  set local casefile.is_replay = 'on';
  return v_answer;
end;
$$;

--
-- Name: FUNCTION claim_key(p_key text, p_request_sha256 bytea); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.claim_key(p_key text, p_request_sha256 bytea) IS 'The answer that this caller got to the same request, while the caller reaches the case. Null if the key is new: the key then
belongs to the caller until the end of the transaction, and api.keep_answer must follow. A rollback frees the key.
Errors: JCMIS the case is not within reach any more; JCKEY another request, or the caller''s court or organisation is another;
23514 an empty key, or one beyond its limit.';

--
-- Name: complete_upload(uuid, bigint, text, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.complete_upload(p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text) RETURNS api.document
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_existing uuid;
begin
  update core.documents as d
  set upload_status = 'complete', file_size = p_file_size, file_hash = p_file_hash, mime_type = p_mime_type
  where d.id = p_document_id and d.upload_status = 'uploading' and d.uploaded_by = core.actor()
    and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'This upload is no longer under way. Upload the document again', detail = '{"reason": "UPLOAD_NOT_FOUND"}';
  end if;

  return (select r from core.document_records() as r where r.id = p_document_id);
exception
  when sqlstate 'JCSAM' then
    -- Names the first document if the policy shows it to the caller.
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

--
-- Name: FUNCTION complete_upload(p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.complete_upload(p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text) IS 'Ends an upload whose bytes are all stored: fixes size, hash, type and version number, and hands the document to the worker.
Errors: 42501 not for this role; JCNIL no upload of the caller under way; JCSAM the same bytes are in the case already; JCVAL an
empty file, one that is too large, or content that is not what the name says.';

--
-- Name: create_assignment(uuid, text, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text) RETURNS api.assignment
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
      message = 'This user already has this assignment to the case',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

--
-- Name: FUNCTION create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text) IS 'Assigns a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no valid user id, no or unknown type;
JCDUP already assigned.';

--
-- Name: create_case(text, text, text, text, text, timestamp with time zone); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.create_case(p_case_type text, p_notes text DEFAULT NULL::text, p_internal_notes text DEFAULT NULL::text, p_staff_comments text DEFAULT NULL::text, p_linked_family_court_case_reference text DEFAULT NULL::text, p_next_hearing timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS api.case_record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
      message = 'You have no court, and a case is created in the court of its officer. Sign in with a court',
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

--
-- Name: FUNCTION create_case(p_case_type text, p_notes text, p_internal_notes text, p_staff_comments text, p_linked_family_court_case_reference text, p_next_hearing timestamp with time zone); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.create_case(p_case_type text, p_notes text, p_internal_notes text, p_staff_comments text, p_linked_family_court_case_reference text, p_next_hearing timestamp with time zone) IS 'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, a text beyond its limit, a time in no year that can be written, no court.';

--
-- Name: delete_case(uuid, integer, integer[]); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.delete_case(p_case_id uuid, p_expected_version integer DEFAULT NULL::integer, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  update core.cases
  set deleted_at = now()
  where id = v_case.id;
end;
$$;

--
-- Name: FUNCTION delete_case(p_case_id uuid, p_expected_version integer, p_any_of integer[]); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.delete_case(p_case_id uuid, p_expected_version integer, p_any_of integer[]) IS 'Deletes a case softly: after that, only the audit trail shows it.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';

--
-- Name: delete_document(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.delete_document(p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION delete_document(p_document_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.delete_document(p_document_id uuid) IS 'Deletes a document softly; its bytes stay.
Errors: 42501 not for this role; JCMIS no document within reach.';

--
-- Name: download_document(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.download_document(p_document_id uuid) RETURNS api.download
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  if v_document.virus_scan_status = 'infected' then
    raise exception using errcode = 'JCINF', message = 'This document is infected and cannot be downloaded';
  end if;

  if v_document.virus_scan_status not in ('clean', 'skipped') then
    raise exception using
      errcode = 'JCUNS',
      message = 'This document has not been scanned for viruses yet. Try again in a few seconds',
      detail = jsonb_build_object('virusScanStatus', v_document.virus_scan_status)::text;
  end if;

  insert into core.document_downloads (document_id) values (v_document.id);

  return row(
    v_document.id, v_document.case_id, v_document.filename, v_document.mime_type, v_document.file_size,
    v_document.file_hash
  )::api.download;
end;
$$;

--
-- Name: FUNCTION download_document(p_document_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.download_document(p_document_id uuid) IS 'Returns where the bytes of a document are. The download is recorded before any of them are sent.
Errors: JCMIS no document within reach; JCINF infected; JCUNS not scanned yet.';

--
-- Name: fail_upload(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.fail_upload(p_document_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
update core.documents
  set upload_status = 'failed'
  where id = p_document_id and upload_status = 'uploading' and uploaded_by = core.actor() and deleted_at is null;
$$;

--
-- Name: FUNCTION fail_upload(p_document_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.fail_upload(p_document_id uuid) IS 'Ends an upload of the caller that was refused or cut off.';

--
-- Name: get_admin_only(); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_admin_only() RETURNS api.greeting
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select row('You are signed in as a case officer', core.caller())::api.greeting;
$$;

--
-- Name: FUNCTION get_admin_only(); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_admin_only() IS 'Returns the caller, for case officers.
Errors: 42501 not for this role.';

--
-- Name: get_case(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_case(p_case_id uuid) RETURNS api.case_read
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_answer api.case_read;
begin
  select r, array(select h from core.status_history(p_case_id) as h) into v_answer.case_record, v_answer.history
  from core.case_records() as r
  where r.id = p_case_id;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_answer;
end;
$$;

--
-- Name: FUNCTION get_case(p_case_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_case(p_case_id uuid) IS 'A case with the history of its status.
Errors: JCMIS no case within reach.';

--
-- Name: get_document(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_document(p_document_id uuid) RETURNS api.document
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  return (select r from core.document_records() as r where r.id = v_document.id);
end;
$$;

--
-- Name: FUNCTION get_document(p_document_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_document(p_document_id uuid) IS 'The details of a document.
Errors: JCMIS no document within reach.';

--
-- Name: get_protected(); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_protected() RETURNS api.greeting
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return row('You are signed in', core.caller())::api.greeting;
end;
$$;

--
-- Name: FUNCTION get_protected(); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_protected() IS 'Returns the caller.';

--
-- Name: get_reference(); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_reference() RETURNS api.reference
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION get_reference(); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_reference() IS 'The values that requests and answers use, and which status may follow which. Definer: the server calls it without a session.';

--
-- Name: get_upload_form(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.get_upload_form(p_case_id uuid) RETURNS api.upload_form
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION get_upload_form(p_case_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.get_upload_form(p_case_id uuid) IS 'The document types for an upload form.
Errors: 42501 not for this role; JCMIS no case within reach.';

--
-- Name: keep_answer(text, anyelement); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.keep_answer(p_key text, p_answer anyelement) RETURNS anyelement
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_answer jsonb := coalesce(to_jsonb(p_answer), 'null');
begin
  if octet_length(v_answer::text) > 1048576 then
    perform core.refuse(row('answer', 'TOO_LONG', 'An answer of more than 1 MiB cannot be kept'));
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

--
-- Name: FUNCTION keep_answer(p_key text, p_answer anyelement); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.keep_answer(p_key text, p_answer anyelement) IS 'Keeps an answer, which api.claim_key returns later, and returns it. Definer: nothing else may read or write kept answers.
Errors: JCVAL more than 1 MiB; JCKEY the caller has not claimed the key, or has its answer already.';

--
-- Name: link_organisation(uuid, text, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text) RETURNS api.organisation_link
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.link_organisation(p_case_id uuid, p_organisation_id text, p_organisation_type text) IS 'Links an organisation to a case. From now on, its workers reach the case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, no valid organisation id, no or
unknown type; JCDUP already linked.';

--
-- Name: list_assignments(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_assignments(p_case_id uuid) RETURNS api.assignment[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select r from core.assignment_records() as r where r.case_id = v_case.id order by r.created_at, r.id
  );
end;
$$;

--
-- Name: FUNCTION list_assignments(p_case_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_assignments(p_case_id uuid) IS 'The active assignments of a case; to an adopter, its own.
Errors: JCMIS no case within reach.';

--
-- Name: list_case_audit(uuid, integer, integer, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_case_audit(p_case_id uuid, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.audit_page
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION list_case_audit(p_case_id uuid, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_case_audit(p_case_id uuid, p_page integer, p_page_size integer, p_cursor text) IS 'The audit trail of a case, newest first, 50 a page by default; by page number, or by the cursor of the previous page.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page, a cursor that is none.';

--
-- Name: list_cases(text, text, date, date, text, text, text, integer, integer, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_cases(p_status text DEFAULT NULL::text, p_case_type text DEFAULT NULL::text, p_date_from date DEFAULT NULL::date, p_date_to date DEFAULT NULL::date, p_case_number text DEFAULT NULL::text, p_sort_by text DEFAULT NULL::text, p_sort_order text DEFAULT NULL::text, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.case_page
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
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
  -- Most requests have no parameters, and each call adds a hundredth to the cost.
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

  -- Other filters have their own indexes and cached plans.
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

--
-- Name: FUNCTION list_cases(p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text, p_sort_by text, p_sort_order text, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_cases(p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text, p_sort_by text, p_sort_order text, p_page integer, p_page_size integer, p_cursor text) IS 'The cases within reach, newest first and 20 a page by default; by page number, or by the cursor of the previous page.
Errors: JCVAL an unknown word, no such page, a cursor that is none.';

--
-- Name: list_courts(); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_courts() RETURNS api.court[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select array(select row(c.code, c.name, c.region)::api.court from core.courts as c order by c.name);
$$;

--
-- Name: FUNCTION list_courts(); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_courts() IS 'Every family court, by name. Definer: the server calls it without a session.';

--
-- Name: list_document_versions(uuid, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_document_versions(p_case_id uuid, p_filename text) RETURNS api.document[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  perform core.refuse(core.check_length('filename', p_filename, 255));

  return array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id and core.nfc(r.filename) = core.nfc(p_filename)
    order by r.side desc, r.version desc, r.id
  );
end;
$$;

--
-- Name: FUNCTION list_document_versions(p_case_id uuid, p_filename text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_document_versions(p_case_id uuid, p_filename text) IS 'The documents of one name in a case, newest version first, those of professionals before those of adopters; to an adopter, its own.
Errors: JCMIS no case within reach; JCVAL a name beyond the limit of names.';

--
-- Name: list_documents(uuid, text, text, text, integer, integer, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_documents(p_case_id uuid, p_document_type text DEFAULT NULL::text, p_ocr_status text DEFAULT NULL::text, p_uploaded_by text DEFAULT NULL::text, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.document_page
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.find_case(p_case_id);
  -- Existing clients ask for no page and show only one.
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
    core.check_length('uploadedBy', p_uploaded_by, 100),
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

--
-- Name: FUNCTION list_documents(p_case_id uuid, p_document_type text, p_ocr_status text, p_uploaded_by text, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_documents(p_case_id uuid, p_document_type text, p_ocr_status text, p_uploaded_by text, p_page integer, p_page_size integer, p_cursor text) IS 'The documents of a case, newest first; to an adopter, its own. Without paging arguments all of them, up to 1,000; otherwise by
page number, 20 a page by default, or by the cursor of the previous page.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none, a user id beyond its limit.';

--
-- Name: list_organisations(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.list_organisations(p_case_id uuid) RETURNS api.organisation_link[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select r from core.organisation_link_records() as r where r.case_id = v_case.id order by r.created_at, r.organisation_id
  );
end;
$$;

--
-- Name: FUNCTION list_organisations(p_case_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.list_organisations(p_case_id uuid) IS 'The organisations linked to a case.
Errors: 42501 not for this role; JCMIS no case within reach.';

--
-- Name: report_damage(uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.report_damage(p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  insert into core.document_downloads (document_id, found_damaged) values (v_document.id, true);
end;
$$;

--
-- Name: FUNCTION report_damage(p_document_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.report_damage(p_document_id uuid) IS 'Records that a download failed because the bytes in the document store are missing or damaged.
Errors: JCMIS no document within reach.';

--
-- Name: revoke_assignment(uuid, uuid); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.revoke_assignment(p_case_id uuid, p_assignment_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION revoke_assignment(p_case_id uuid, p_assignment_id uuid); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.revoke_assignment(p_case_id uuid, p_assignment_id uuid) IS 'Ends an assignment, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCNIL no such active assignment of the case.';

--
-- Name: unlink_organisation(uuid, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.unlink_organisation(p_case_id uuid, p_organisation_id text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_case core.cases := core.lock_case(p_case_id, null);
begin
  perform core.refuse(core.check_length('organisationId', p_organisation_id, 100));

  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = core.trimmed(p_organisation_id) and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found', detail = '{"reason": "ORGANISATION_NOT_LINKED"}';
  end if;
end;
$$;

--
-- Name: FUNCTION unlink_organisation(p_case_id uuid, p_organisation_id text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.unlink_organisation(p_case_id uuid, p_organisation_id text) IS 'Ends the link of an organisation to a case, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL an organisation id beyond
its limit; JCNIL not linked to the case.';

--
-- Name: update_case(uuid, integer, jsonb, integer[]); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.update_case(p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS api.case_record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION update_case(p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[]); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.update_case(p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[]) IS 'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; JCVAL a text beyond
its limit, a time in no year that can be written.';

--
-- Name: upload_document(uuid, text, text, text); Type: FUNCTION; Schema: api; Owner: -
--

CREATE FUNCTION api.upload_document(p_case_id uuid, p_filename text, p_document_type text, p_description text DEFAULT NULL::text) RETURNS api.upload
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION upload_document(p_case_id uuid, p_filename text, p_document_type text, p_description text); Type: COMMENT; Schema: api; Owner: -
--

COMMENT ON FUNCTION api.upload_document(p_case_id uuid, p_filename text, p_document_type text, p_description text) IS 'Begins an upload: the document has the status uploading before its first byte is stored. Its bytes go to the document store; then
api.complete_upload or api.fail_upload ends the upload.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL a file name or type that is not allowed, a description that is
missing or too long.';

--
-- Name: append(uuid, text, text, audit.action, jsonb, jsonb); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.append(p_case_id uuid, p_entity text, p_entity_id text, p_action audit.action, p_before jsonb, p_after jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_previous bytea;
  v_entry audit.entries;
begin
  -- Locks the chain first: the entry's id and time must follow the lock.
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
  v_entry.court_code := (select c.court_code from core.cases as c where c.id = p_case_id);
  v_entry.digest_form := 2;
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

--
-- Name: FUNCTION append(p_case_id uuid, p_entity text, p_entity_id text, p_action audit.action, p_before jsonb, p_after jsonb); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.append(p_case_id uuid, p_entity text, p_entity_id text, p_action audit.action, p_before jsonb, p_after jsonb) IS 'For the audit triggers alone, which run as the owner: nobody else may execute it.';

--
-- Name: attention_place(timestamp with time zone); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.attention_place(p_next_hearing timestamp with time zone) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  -- In milliseconds before 1970. Without a hearing, less than for any possible time.
  select coalesce(-floor(extract(epoch from p_next_hearing at time zone 'UTC') * 1000)::bigint, -10000000000000000);
$$;

--
-- Name: FUNCTION attention_place(p_next_hearing timestamp with time zone); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.attention_place(p_next_hearing timestamp with time zone) IS 'The sooner the next hearing, the greater; lowest without a hearing. core.cases.attention_place is computed from it, so its result
for a time never changes.';

--
-- Name: case_type_place(core.case_type); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.case_type_place(p_case_type core.case_type) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    AS $$
  select (
    case p_case_type
      when 'AGENCY_ADOPTION' then 1
      when 'STEP_PARENT_ADOPTION' then 2
      when 'INTERCOUNTRY_ADOPTION' then 3
      when 'NON_AGENCY_ADOPTION' then 4
      when 'FOSTER_TO_ADOPT' then 5
      when 'ADOPTION_FOLLOWING_PLACEMENT_ORDER' then 6
    end
  )::smallint;
$$;

--
-- Name: FUNCTION case_type_place(p_case_type core.case_type); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.case_type_place(p_case_type core.case_type) IS 'The place of a type in core.case_type, from 1. core.cases.case_type_place is computed from it, so its result for a type never
changes.';

--
-- Name: status_place(core.case_status); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.status_place(p_status core.case_status) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    AS $$
  select (
    case p_status
      when 'APPLICATION' then 1
      when 'DIRECTIONS' then 2
      when 'CONSENT_AND_REPORTING' then 3
      when 'FINAL_HEARING' then 4
      when 'ORDER_GRANTED' then 5
      when 'APPLICATION_REFUSED' then 6
      when 'APPLICATION_WITHDRAWN' then 7
      when 'ON_HOLD' then 8
      when 'ADJOURNED' then 9
    end
  )::smallint;
$$;

--
-- Name: FUNCTION status_place(p_status core.case_status); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.status_place(p_status core.case_status) IS 'The place of a status in core.case_status, from 1. core.cases.status_place is computed from it, so its result for a status never
changes.';

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cases; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.cases (
    id uuid NOT NULL,
    court_code text NOT NULL,
    number_year integer NOT NULL,
    number_sequence integer NOT NULL,
    case_number text GENERATED ALWAYS AS (((((court_code || '/'::text) || (number_year)::text) || '/'::text) || lpad((number_sequence)::text, GREATEST(5, length((number_sequence)::text)), '0'::text))) STORED NOT NULL COLLATE pg_catalog."C",
    case_type core.case_type NOT NULL,
    status core.case_status DEFAULT 'APPLICATION'::core.case_status NOT NULL,
    status_change_id bigint,
    status_reason text,
    details_version integer DEFAULT 1 NOT NULL,
    next_hearing timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    status_place smallint GENERATED ALWAYS AS (core.status_place(status)) STORED NOT NULL,
    case_type_place smallint GENERATED ALWAYS AS (core.case_type_place(case_type)) STORED NOT NULL,
    attention_place bigint GENERATED ALWAYS AS (core.attention_place(next_hearing)) STORED NOT NULL,
    scheduled_at timestamp with time zone GENERATED ALWAYS AS (COALESCE(next_hearing, created_at)) STORED NOT NULL,
    CONSTRAINT cases_deleted_at_after_created_at CHECK ((deleted_at >= created_at)),
    CONSTRAINT cases_next_hearing_is_a_time CHECK (isfinite(next_hearing)),
    CONSTRAINT cases_status_reason_moves_to_the_status_change CHECK ((status_reason IS NULL)),
    CONSTRAINT cases_updated_at_not_before_created_at CHECK ((updated_at >= created_at)),
    CONSTRAINT cases_version_positive CHECK ((version > 0))
)
WITH (fillfactor='90');

ALTER TABLE ONLY core.cases FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.cases IS 'Adoption cases. A caller who reaches a case may read every column here; what an adopter must not see is in side tables.';

--
-- Name: COLUMN cases.number_year; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.number_year IS 'The year of Europe/London in which the case was created.';

--
-- Name: COLUMN cases.case_number; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.case_number IS 'For people: BFC/2026/00001. Sort by court, year and sequence, not by this text.';

--
-- Name: COLUMN cases.status_change_id; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.status_change_id IS 'The change that led to the current status; null before the first.';

--
-- Name: COLUMN cases.status_reason; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.status_reason IS 'An update states the reason of its status change here. A trigger moves it to core.status_change_particulars, so that a stored row
always has null.';

--
-- Name: COLUMN cases.details_version; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.details_version IS 'The version of the case that introduced its current core.case_details.';

--
-- Name: COLUMN cases.version; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.version IS 'Moves by exactly one with every change of the case.';

--
-- Name: COLUMN cases.deleted_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.deleted_at IS 'Set once, by a soft delete; the row never changes afterwards.';

--
-- Name: COLUMN cases.status_place; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.status_place IS 'For filters and sorting. Under row-level security, only leakproof operators can use an index: those of numbers, texts and times,
but not those of an enum.';

--
-- Name: COLUMN cases.case_type_place; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.case_type_place IS 'For filters.';

--
-- Name: COLUMN cases.attention_place; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.attention_place IS 'For sorting: the sooner the next hearing, the greater.';

--
-- Name: COLUMN cases.scheduled_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.cases.scheduled_at IS 'The next hearing, or the creation if none is fixed; for filters by date.';

--
-- Name: case_image(core.cases); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.case_image(p_case core.cases) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return (
    select jsonb_build_object(
      'caseNumber', p_case.case_number,
      'caseType', p_case.case_type,
      'courtCode', p_case.court_code,
      'status', p_case.status,
      'nextHearing', to_char(p_case.next_hearing at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'deletedAt', to_char(p_case.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'version', p_case.version,
      'statusReason', (
        select r.reason from core.status_change_particulars as r where r.status_change_id = p_case.status_change_id
      ),
      'notes', d.notes,
      'internalNotes', d.internal_notes,
      'staffComments', d.staff_comments,
      'linkedFamilyCourtCaseReference', d.linked_family_court_case_reference
    )
    from core.case_details as d
    where d.case_id = p_case.id and d.version = p_case.details_version
  );
end;
$$;

--
-- Name: FUNCTION case_image(p_case core.cases); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.case_image(p_case core.cases) IS 'Every field of a case that can change, and those that it was created with, named as the API names them. Times in UTC.';

--
-- Name: changed_fields(jsonb, jsonb); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.changed_fields(p_of jsonb, p_against jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return (
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from jsonb_each(p_of) as f
    where f.value is distinct from p_against -> f.key
  );
end;
$$;

--
-- Name: FUNCTION changed_fields(p_of jsonb, p_against jsonb); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.changed_fields(p_of jsonb, p_against jsonb) IS 'The fields of the first document that differ in the second.';

--
-- Name: changed_tips(uuid, uuid, uuid[], bigint[], bytea[]); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.changed_tips(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]) RETURNS TABLE(case_id uuid, length bigint, anchored_length bigint, anchored_digest bytea)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce(a.case_id, c.case_id), c.length, a.length, a.digest
  from unnest(p_case_ids, p_lengths, p_digests) as a (case_id, length, digest)
  full join (select * from audit.chains as h where h.case_id between p_from and p_to) as c on c.case_id = a.case_id
  where (a.length, a.digest) is distinct from (c.length, c.digest);
$$;

--
-- Name: FUNCTION changed_tips(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.changed_tips(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]) IS 'The cases between two ids that are new, gone or changed since an anchor whose tips are given. A length is null if there is no
trail, or was none.';

--
-- Name: entries; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.entries (
    id bigint NOT NULL,
    case_id uuid NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    action audit.action NOT NULL,
    actor text NOT NULL,
    actor_role text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    before jsonb,
    after jsonb,
    request_id uuid,
    client_address text,
    digest bytea NOT NULL,
    court_code text NOT NULL,
    digest_form smallint DEFAULT 1 NOT NULL,
    CONSTRAINT entries_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

ALTER TABLE ONLY audit.entries FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.entries IS 'One row for each change, written by triggers in the transaction of the change. Append-only.';

--
-- Name: COLUMN entries.id; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.id IS 'Strictly ordered within a case: taken while the case''s chain is locked.';

--
-- Name: COLUMN entries.entity; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.entity IS 'The thing changed: case, assignment or organisation.';

--
-- Name: COLUMN entries.actor; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.actor IS 'The caller; for a change made without the server, the database login.';

--
-- Name: COLUMN entries.actor_role; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.actor_role IS 'The caller''s role, or DATABASE for a change made without the server.';

--
-- Name: COLUMN entries.before; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.before IS 'The changed fields as they were, named as the API names them.';

--
-- Name: COLUMN entries.after; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.after IS 'The changed fields as they became.';

--
-- Name: COLUMN entries.digest; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.digest IS 'SHA-256 over the digest of the case''s previous entry and this entry. audit.find_broken_chains recomputes it.';

--
-- Name: COLUMN entries.court_code; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.court_code IS 'The court of the case at the time, whose officers read it. Not part of the digest in the first form; audit.find_faults compares it
with the case.';

--
-- Name: COLUMN entries.digest_form; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.entries.digest_form IS 'The form of the digest, for audit.entry_digest; 1 for entries from before 0.7.0.';

--
-- Name: changes_of(audit.entries); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.changes_of(p_entry audit.entries) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  select case
    when p_entry.action <> 'STATUS_CHANGE' then pg_catalog.jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id, 'before', p_entry.before, 'after', p_entry.after
    )
    else pg_catalog.jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id,
      'before', p_entry.before -> 'status', 'after', p_entry.after -> 'status',
      'others', pg_catalog.jsonb_build_object('before', p_entry.before - 'status', 'after', p_entry.after - 'status')
    )
  end;
$$;

--
-- Name: FUNCTION changes_of(p_entry audit.entries); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.changes_of(p_entry audit.entries) IS 'The fields before and after; of a change of status the two statuses as words, with what else changed beside them.';

--
-- Name: client_address(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.client_address() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select left(nullif(current_setting('casefile.client_address', true), ''), 100);
$$;

--
-- Name: FUNCTION client_address(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.client_address() IS 'The address that the server states, or null. A caller who can run SQL could state anything, so only as many characters are kept as
an address can have.';

--
-- Name: documents; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.documents (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    filename text NOT NULL,
    document_type text NOT NULL,
    description text,
    uploaded_by text NOT NULL,
    uploaded_at timestamp with time zone DEFAULT now() NOT NULL,
    upload_status core.upload_status DEFAULT 'uploading'::core.upload_status NOT NULL,
    file_size bigint,
    file_hash text,
    mime_type text,
    version integer,
    virus_scan_status core.virus_scan_status DEFAULT 'pending'::core.virus_scan_status NOT NULL,
    virus_scan_completed_at timestamp with time zone,
    ocr_status core.ocr_status DEFAULT 'pending'::core.ocr_status NOT NULL,
    ocr_completed_at timestamp with time zone,
    ocr_failure_reason text,
    deleted_at timestamp with time zone,
    ocr_page_count integer,
    ocr_pages_read integer,
    court_code text NOT NULL,
    CONSTRAINT documents_complete_has_all CHECK (((upload_status <> 'complete'::core.upload_status) OR ((file_size IS NOT NULL) AND (file_hash IS NOT NULL) AND (mime_type IS NOT NULL) AND (version IS NOT NULL)))),
    CONSTRAINT documents_description_trimmed CHECK (((description <> ''::text) AND (description = btrim(description)))),
    CONSTRAINT documents_description_within_limit CHECK ((char_length(description) <= 500)),
    CONSTRAINT documents_file_hash_is_sha256 CHECK ((file_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT documents_file_size_positive CHECK ((file_size > 0)),
    CONSTRAINT documents_filename_trimmed CHECK (((filename <> ''::text) AND (filename = btrim(filename)))),
    CONSTRAINT documents_ocr_page_count_positive CHECK ((ocr_page_count > 0)),
    CONSTRAINT documents_ocr_pages_read_within_page_count CHECK ((((ocr_page_count IS NULL) = (ocr_pages_read IS NULL)) AND ((ocr_pages_read >= 0) AND (ocr_pages_read <= ocr_page_count)))),
    CONSTRAINT documents_version_positive CHECK ((version > 0))
);

ALTER TABLE ONLY core.documents FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.documents IS 'The details of the documents of a case. Their bytes are in the document store, under the id of case and document.';

--
-- Name: COLUMN documents.filename; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.filename IS 'As uploaded. The same name again on the same side of a case is its next version.';

--
-- Name: COLUMN documents.file_size; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.file_size IS 'In bytes; core.file_types has the limit.';

--
-- Name: COLUMN documents.file_hash; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.file_hash IS 'SHA-256, in hexadecimal; the same bytes are in a case only once.';

--
-- Name: COLUMN documents.mime_type; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.mime_type IS 'The type of the content, not what the sender stated.';

--
-- Name: COLUMN documents.version; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.version IS 'Counts the documents with one name on one side of a case; assigned at completion, under the lock of the case, and never changed.';

--
-- Name: COLUMN documents.ocr_page_count; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.ocr_page_count IS 'The number of pages; known once it has been read.';

--
-- Name: COLUMN documents.ocr_pages_read; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.documents.ocr_pages_read IS 'The number of pages in its text. The others could not be read, or were too many.';

--
-- Name: document_image(core.documents); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.document_image(p_document core.documents) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION document_image(p_document core.documents); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.document_image(p_document core.documents) IS 'Every field of a document that can change, and those that it was uploaded with, named as the API names them.';

--
-- Name: entry_digest(bytea, audit.entries); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.entry_digest(p_previous bytea, p_entry audit.entries) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if p_entry.digest_form = 2 then
    -- PostgreSQL's binary form of a row: the type, length (-1 for null) and bytes of each field. Times are in microseconds.
    return sha256(record_send(row(
      p_entry.digest_form, p_previous, p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text,
      p_entry.actor, p_entry.actor_role, p_entry.occurred_at, p_entry.before, p_entry.after, p_entry.request_id,
      p_entry.client_address, p_entry.court_code
    )));
  elsif p_entry.digest_form = 1 then
    -- This form cannot tell BC from AD, or null from the null of JSON.
    return sha256(
      coalesce(p_previous, '') || convert_to(
        jsonb_build_array(
          p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text, p_entry.actor,
          p_entry.actor_role, to_char(p_entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
          p_entry.before, p_entry.after, p_entry.request_id, p_entry.client_address
        )::text,
        'UTF8'
      )
    );
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION entry_digest(p_previous bytea, p_entry audit.entries); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.entry_digest(p_previous bytea, p_entry audit.entries) IS 'SHA-256 over the previous digest and every column of the entry except its own digest, in the form that the entry names. In the
second form, different entries have different digests. The first form, of entries from before 0.7.0, also leaves out the court.
Null for an unknown form.';

--
-- Name: explain_refusal(text, uuid); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.explain_refusal(p_operation text, p_subject_id uuid) RETURNS audit.refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
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
  -- Says nothing without a session.
  perform core.actor();

  if v_required_roles = '{}' then
    perform core.refuse(row('operation', 'UNKNOWN_WORD', 'Unknown operation'));
  end if;

  -- Some operations tell every role that there is no such case, the others only the roles that may use them. A refused creation
  -- is a repeated request whose case has been deleted.
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
$_$;

--
-- Name: FUNCTION explain_refusal(p_operation text, p_subject_id uuid); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.explain_refusal(p_operation text, p_subject_id uuid) IS 'Explains why an operation was refused: whether the case or document exists, or the role may not use the operation. Records the
denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation; JCSES a caller role without a session.';

--
-- Name: find_broken_chains(uuid); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_broken_chains(p_case_id uuid DEFAULT NULL::uuid) RETURNS TABLE(case_id uuid, entry_id bigint, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select b.case_id, b.entry_id, b.problem from audit.find_broken_links(p_case_id, p_case_id) as b;
$$;

--
-- Name: FUNCTION find_broken_chains(p_case_id uuid); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_broken_chains(p_case_id uuid) IS 'For DBAs: the entries of one case, or of all, whose digest does not match their contents and predecessor. No row if all are as
they were written.';

--
-- Name: find_broken_links(uuid, uuid); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_broken_links(p_from uuid, p_to uuid) RETURNS TABLE(case_id uuid, entry_id bigint, problem text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_nestloop TO 'off'
    AS $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    with bounds as (
      select
        coalesce(p_from, '00000000-0000-0000-0000-000000000000') as first,
        coalesce(p_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as last
    ),
    entries as (
      select
        e.case_id,
        e.id,
        e.digest,
        audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
        e.digest_form < lag(e.digest_form) over (partition by e.case_id order by e.id) as is_older_form,
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected or e.is_older_form
    union all
    select c.case_id, e.id, 'entries are missing at the end'
    from audit.chains as c
    left join entries as e on e.case_id = c.case_id and e.from_end = 1
    where c.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and (e.length is distinct from c.length or e.digest <> c.digest)
    union all
    select c.id, null, 'without any audit entry'
    from core.cases as c
    where c.id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and not exists (
        select from audit.chains as h
        where h.case_id = c.id and h.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      );
end;
$$;

--
-- Name: FUNCTION find_broken_links(p_from uuid, p_to uuid); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_broken_links(p_from uuid, p_to uuid) IS 'The findings of audit.find_broken_chains for the cases between two ids; null stands for the first or the last case.';

--
-- Name: find_broken_seals(jsonb); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_broken_seals(p_since jsonb DEFAULT '{}'::jsonb) RETURNS TABLE(journal text, seal_number bigint, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with seals as (
    select
      s.journal,
      s.number,
      s.last_id,
      s.row_count,
      s.content,
      s.digest,
      audit.seal_digest(lag(s.digest) over of_journal, s) as expected,
      coalesce(lag(s.number) over of_journal, 0) as number_before,
      coalesce(lag(s.last_id) over of_journal, 0) as last_before,
      s.journal in ('audit.refusals', 'auth.sign_ins') and s.newest_at < (select audit.kept_since()) as may_be_removed
    from audit.seals as s
    where s.number >= coalesce((p_since ->> s.journal::text)::bigint, 0)
    window of_journal as (partition by s.journal order by s.number)
  ),
  checked as (
    select s.*
    from seals as s
    where s.number > coalesce((p_since ->> s.journal::text)::bigint, 0)
  )
  select c.journal::text, c.number, 'the seal was changed, or one before it is missing'
  from checked as c
  where c.digest is distinct from c.expected or c.number <> c.number_before + 1
  union all
  select c.journal::text, c.number, format('rows %s to %s were changed, removed or added', c.last_before + 1, c.last_id)
  from checked as c
  cross join lateral (
    select count(*) as row_count, sha256(string_agg(r.content, '' order by r.id)) as content
    from audit.sealed_rows(c.journal, c.last_before, c.last_id) as r
  ) as f
  where (f.row_count <> c.row_count or f.content is distinct from c.content)
    and not (c.may_be_removed and f.row_count < c.row_count);
$$;

--
-- Name: FUNCTION find_broken_seals(p_since jsonb); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_broken_seals(p_since jsonb) IS 'For DBAs: the seals whose rows or position in the chain differ from what was sealed; all seals, or those after the given numbers
({"auth.sign_ins": 1440}). Rows of refusals and sign-ins from over two years ago may be missing.';

--
-- Name: find_departures(uuid, uuid, uuid[], bigint[], bytea[]); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]) RETURNS TABLE(case_id uuid, entry_id bigint, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with changed as materialized (
    select * from audit.changed_tips(p_from, p_to, p_case_ids, p_lengths, p_digests)
  ),
  -- Planning makes a single case cost as much as thirty that are read together, in the order of ids.
  extent as materialized (
    select min(c.case_id::text)::uuid as first, max(c.case_id::text)::uuid as last, count(*) > 100 as are_many
    from changed as c
  )
  select c.case_id, null::bigint, format('was anchored with %s entries, and has %s', c.anchored_length, coalesce(c.length, 0))
  from changed as c
  where coalesce(c.length, 0) < c.anchored_length
  union all
  select c.case_id, e.id, 'is not the entry that was anchored'
  from changed as c
  cross join lateral (
    select h.id, h.digest from audit.entries as h where h.case_id = c.case_id order by h.id offset c.anchored_length - 1 limit 1
  ) as e
  where e.digest <> c.anchored_digest
  union all
  select f.case_id, f.entry_id, f.problem
  from changed as c
  cross join lateral audit.find_faults(c.case_id, c.case_id) as f
  where not (select e.are_many from extent as e)
  union all
  select f.case_id, f.entry_id, f.problem
  from extent as e
  cross join lateral audit.find_faults(e.first, e.last) as f
  where e.are_many and f.case_id in (select c.case_id from changed as c);
$$;

--
-- Name: FUNCTION find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[]) IS 'For the cases between two ids, compared with the tips of an anchor: trails that are gone, shorter, or rewritten; and the findings
of audit.find_faults for cases that are new or changed since. No row of other cases is read, unless more than a hundred have
changed.';

--
-- Name: find_faults(uuid, uuid); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_faults(p_from uuid, p_to uuid) RETURNS TABLE(case_id uuid, entry_id bigint, problem text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    select b.case_id, b.entry_id, b.problem
    from audit.find_broken_links(p_from, p_to) as b
    union all
    select u.case_id, u.entry_id, u.problem
    from audit.find_unrecorded(p_from, p_to) as u
    union all
    select h.case_id, null, 'the case of this trail is gone'
    from audit.chains as h
    where h.case_id between p_from and p_to
      and not exists (select from core.cases as c where c.id = h.case_id and c.id between p_from and p_to)
    union all
    select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
    from core.cases as c
    left join audit.entries as e
      on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
    where c.id between p_from and p_to
    group by c.id, c.version
    having c.version <> count(e.id) + 1
    union all
    select e.case_id, e.id, 'of another court than its case: ' || e.court_code
    from audit.entries as e
    join core.cases as c on c.id = e.case_id
    where e.case_id between p_from and p_to and e.court_code <> c.court_code;
end;
$$;

--
-- Name: FUNCTION find_faults(p_from uuid, p_to uuid); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_faults(p_from uuid, p_to uuid) IS 'For DBAs, for the cases between two ids: the findings of audit.find_broken_links and audit.find_unrecorded, trails without a case,
versions that are not the number of audited changes plus one, and entries of another court.';

--
-- Name: find_seal_departures(text[], bigint[], bytea[]); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_seal_departures(p_journals text[], p_numbers bigint[], p_digests bytea[]) RETURNS TABLE(journal text, seal_number bigint, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select a.journal, a.number, case when s.digest is null then 'was anchored, and is gone' else 'is not the seal that was anchored' end
  from unnest(p_journals, p_numbers, p_digests) as a (journal, number, digest)
  left join audit.seals as s on s.journal = a.journal::audit.journal and s.number = a.number
  where s.digest is distinct from a.digest;
$$;

--
-- Name: FUNCTION find_seal_departures(p_journals text[], p_numbers bigint[], p_digests bytea[]); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_seal_departures(p_journals text[], p_numbers bigint[], p_digests bytea[]) IS 'The newest seals of an anchor (as audit.journal_tips returned them) that are gone or different now.';

--
-- Name: find_unrecorded(uuid, uuid); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.find_unrecorded(p_from uuid, p_to uuid) RETURNS TABLE(case_id uuid, entry_id bigint, problem text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.actor, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- The last recorded value of each field.
    recorded as (
      select e.case_id, e.entity, e.entity_id, jsonb_strip_nulls(jsonb_object_agg(f.key, f.value order by e.id)) as fields
      from entries as e
      cross join lateral jsonb_each(e.after) as f
      where e.entity in ('case', 'document')
      group by e.case_id, e.entity, e.entity_id
    ),
    actual as (
      select c.id as case_id, 'case' as entity, c.id::text as entity_id, audit.case_image(c) as fields
      from core.cases as c
      where c.id between p_from and p_to
      union all
      select
        d.case_id, 'document', d.id::text,
        audit.document_image(d) || jsonb_build_object(
          'textSha256', encode(sha256(convert_to(t.content, 'UTF8')), 'hex'),
          'bytesRemoved', case when r.document_id is not null then true end
        )
      from core.documents as d
      left join core.document_texts as t on t.document_id = d.id and t.case_id between p_from and p_to
      left join core.document_removals as r on r.document_id = d.id
      where d.case_id between p_from and p_to
    ),
    differing as (
      select
        coalesce(a.case_id, r.case_id) as case_id,
        coalesce(a.entity, r.entity) as entity,
        coalesce(a.entity_id, r.entity_id) as entity_id,
        coalesce(jsonb_strip_nulls(a.fields), '{}') as actual,
        coalesce(r.fields - 'foundDamaged', '{}') as recorded
      from actual as a
      full join recorded as r on r.case_id = a.case_id and r.entity = a.entity and r.entity_id = a.entity_id
      where jsonb_strip_nulls(a.fields) is distinct from r.fields - 'foundDamaged'
    ),
    -- Events, and who caused them, must be in both places equally often.
    happened as (
      select c.id as case_id, 'created by ' || d.created_by as what
      from core.cases as c
      join core.case_details as d on d.case_id = c.id and d.version = c.details_version
      where c.id between p_from and p_to
      union all
      select s.case_id, format('status changed to %s by %s', s.to_status, p.changed_by)
      from core.status_changes as s
      left join core.status_change_particulars as p on p.status_change_id = s.id
      where s.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s begun by %s', d.id, d.uploaded_by)
      from core.documents as d
      where d.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s downloaded by %s', d.id, w.downloaded_by)
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s of %s as %s %s by %s', a.id, a.user_id, a.assignment_type, h.what, h.actor)
      from core.assignments as a
      left join core.assignment_particulars as p on p.assignment_id = a.id
      cross join lateral (
        select 'made' as what, p.assigned_by as actor
        union all
        select 'revoked', p.revoked_by where a.revoked_at is not null
      ) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s as %s %s by %s', l.organisation_id, l.organisation_type, h.what, h.actor)
      from core.organisation_links as l
      cross join lateral (
        select 'linked' as what, l.linked_by as actor
        union all
        select 'unlinked', l.unlinked_by where l.unlinked_at is not null
      ) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case
          when e.action = 'CREATE' then 'created by '
          when e.action = 'STATUS_CHANGE' then format('status changed to %s by ', e.after ->> 'status')
          when e.action = 'DOCUMENT_STATUS' and e.after ? 'filename' then format('document %s begun by ', e.entity_id)
          when e.action = 'DOCUMENT_DOWNLOAD' then format('document %s downloaded by ', e.entity_id)
          when e.action = 'ASSIGNMENT_CREATE' then
            format('assignment %s of %s as %s made by ', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when e.action = 'ASSIGNMENT_REVOKE' then
            format('assignment %s of %s as %s revoked by ', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when e.action = 'ORGANISATION_LINK' then format('organisation %s as %s linked by ', e.entity_id, e.after ->> 'organisationType')
          when e.action = 'ORGANISATION_UNLINK' then
            format('organisation %s as %s unlinked by ', e.entity_id, e.before ->> 'organisationType')
        end || e.actor as what
      from entries as e
    )
    select d.case_id, null::bigint, d.entity || ' ' || d.entity_id || ' is not as its trail says: ' || n.names
    from differing as d
    cross join lateral (
      select string_agg(f.name, ', ' order by f.name) as names
      from jsonb_object_keys(d.actual || d.recorded) as f (name)
      where d.actual -> f.name is distinct from d.recorded -> f.name
    ) as n
    union all
    select n.case_id, null, format('%s: %s times here, and %s in its trail', n.what, n.here, n.there)
    from (
      select o.case_id, o.what, sum(o.here) as here, sum(o.there) as there
      from (
        select h.case_id, h.what, 1 as here, 0 as there from happened as h
        union all
        select t.case_id, t.what, 0, 1 from told as t where t.what is not null
      ) as o
      group by o.case_id, o.what
    ) as n
    where n.here <> n.there;
end;
$$;

--
-- Name: FUNCTION find_unrecorded(p_from uuid, p_to uuid); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.find_unrecorded(p_from uuid, p_to uuid) IS 'For DBAs, for the cases between two ids: fields of cases and documents, texts and removals that differ from their last entry;
creations, changes of status, uploads, downloads, assignments and links that are more or fewer than the trail records, or by others.
Not compared: their times, and the reasons and details of earlier versions, which the trail has.';

--
-- Name: hold_journal(audit.journal); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.hold_journal(p_journal audit.journal) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  case p_journal
    when 'auth.directory_changes' then lock table auth.directory_changes in share row exclusive mode;
    when 'audit.reference_changes' then lock table audit.reference_changes in share row exclusive mode;
    when 'audit.restores' then lock table audit.restores in share row exclusive mode;
    when 'audit.anchors' then lock table audit.anchors in share row exclusive mode;
    when 'audit.refusals' then lock table audit.refusals in share row exclusive mode;
    when 'auth.sign_ins' then lock table auth.sign_ins in share row exclusive mode;
  end case;
end;
$$;

--
-- Name: FUNCTION hold_journal(p_journal audit.journal); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.hold_journal(p_journal audit.journal) IS 'Locks a journal until the end of the transaction, so that no row with an id lower than a sealed one appears later. For
audit.seal_journal only.';

--
-- Name: journal_tips(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.journal_tips() RETURNS TABLE(journal text, number bigint, digest bytea)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select j.journal::text, s.number, s.digest
  from unnest(enum_range(null::audit.journal)) as j (journal)
  cross join lateral (
    select t.number, t.digest from audit.seals as t where t.journal = j.journal order by t.number desc limit 1
  ) as s;
$$;

--
-- Name: FUNCTION journal_tips(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.journal_tips() IS 'For an anchor: how many seals each journal has, and the digest of the last; no row for one without.';

--
-- Name: kept_since(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.kept_since() RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select now() - interval '2 years';
$$;

--
-- Name: FUNCTION kept_since(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.kept_since() IS 'Refusals and sign-ins from before it may be removed.';

--
-- Name: last_expired(audit.journal); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.last_expired(p_journal audit.journal) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select s.last_id
  from audit.seals as s
  where s.journal = p_journal
    and s.newest_at < audit.kept_since()
    and s.number <= (select (a.journals ->> p_journal::text)::bigint from audit.anchors as a order by a.id desc limit 1)
  order by s.newest_at desc
  limit 1;
$$;

--
-- Name: FUNCTION last_expired(p_journal audit.journal); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.last_expired(p_journal audit.journal) IS 'The last row of the last seal whose rows are all older than two years and that the newest anchor contains; null if there is none.
For auth.sweep.';

--
-- Name: newest_anchor(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.newest_anchor() RETURNS double precision
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(extract(epoch from max(a.taken_at)), 0)::double precision from audit.anchors as a;
$$;

--
-- Name: FUNCTION newest_anchor(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.newest_anchor() IS 'The moment that the newest recorded anchor shows, in seconds since 1970; 0 without one. Definer: the server, which reports it,
may not read the table.';

--
-- Name: record_anchor(timestamp with time zone, bigint, bytea, bytea, text[], bigint[]); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.record_anchor(p_taken_at timestamp with time zone, p_cases bigint, p_root bytea, p_digest bytea, p_journals text[], p_numbers bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- Otherwise nobody would miss the newest anchor until then.
  if p_taken_at > clock_timestamp() then
    raise exception using errcode = 'JCFIX', message = 'An anchor cannot be from the future';
  end if;

  insert into audit.anchors (actor, taken_at, cases, root, digest, journals)
  select session_user, p_taken_at, p_cases, p_root, p_digest, coalesce(jsonb_object_agg(j.journal, j.number), '{}')
  from unnest(p_journals, p_numbers) as j (journal, number);
end;
$$;

--
-- Name: FUNCTION record_anchor(p_taken_at timestamp with time zone, p_cases bigint, p_root bytea, p_digest bytea, p_journals text[], p_numbers bigint[]); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.record_anchor(p_taken_at timestamp with time zone, p_cases bigint, p_root bytea, p_digest bytea, p_journals text[], p_numbers bigint[]) IS 'Records an anchor once it is safe elsewhere. From then on, the refusals and sign-ins that it contains may be removed after two
years. This is all that casefile_backup can write; hence definer.
Errors: JCFIX a moment that is still to come.';

--
-- Name: record_refusal(uuid, text, text); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.record_refusal(p_case_id uuid, p_operation text, p_reason text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  v_user_id text := core.actor();
  v_user_role text := coalesce(core.caller_role()::text, 'DATABASE');
  v_client_address text := audit.client_address();
  v_since timestamptz := clock_timestamp() - interval '1 minute';
  v_latest audit.refusals;
begin
  -- Reads only this user's rows of this minute, so that older rows add no cost.
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

--
-- Name: FUNCTION record_refusal(p_case_id uuid, p_operation text, p_reason text); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.record_refusal(p_case_id uuid, p_operation text, p_reason text) IS 'Appends to audit.refusals. The same refusal within a minute (user, role, operation, case, reason, address) is counted in one row,
because a refused program may try again endlessly. Simultaneous refusals may each have a row. For audit.explain_refusal only,
which runs as the owner.';

--
-- Name: seals; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.seals (
    journal audit.journal NOT NULL,
    number bigint NOT NULL,
    last_id bigint NOT NULL,
    row_count integer NOT NULL,
    newest_at timestamp with time zone NOT NULL,
    sealed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    form integer DEFAULT 1 NOT NULL,
    content bytea NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT seals_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

ALTER TABLE ONLY audit.seals FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE seals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.seals IS 'Chains the rows of journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal covers the rows since the previous one. Append-only.';

--
-- Name: COLUMN seals.number; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.number IS 'From 1 in each journal, without a gap.';

--
-- Name: COLUMN seals.last_id; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.last_id IS 'The last row that it covers; the first is the one after the previous seal''s last.';

--
-- Name: COLUMN seals.newest_at; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.newest_at IS 'When the last of its rows was written. Sign-ins and refusals may be removed two years later.';

--
-- Name: COLUMN seals.form; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.form IS 'The form of content and digest; there is one so far.';

--
-- Name: COLUMN seals.content; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.content IS 'SHA-256 over its rows, as audit.sealed_rows gives them.';

--
-- Name: COLUMN seals.digest; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.seals.digest IS 'SHA-256 over the digest of the previous seal and this seal.';

--
-- Name: seal_digest(bytea, audit.seals); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.seal_digest(p_previous bytea, p_seal audit.seals) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return sha256(record_send(row(
    p_seal.form, p_previous, p_seal.journal::text, p_seal.number, p_seal.last_id, p_seal.row_count, p_seal.newest_at, p_seal.sealed_at,
    p_seal.content
  )));
end;
$$;

--
-- Name: FUNCTION seal_digest(p_previous bytea, p_seal audit.seals); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.seal_digest(p_previous bytea, p_seal audit.seals) IS 'SHA-256 over the previous digest and every column of the seal except its own digest, in PostgreSQL''s binary form of a row.';

--
-- Name: seal_journal(audit.journal, integer); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.seal_journal(p_journal audit.journal, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  v_previous audit.seals;
  v_seal audit.seals;
begin
  perform audit.hold_journal(p_journal);

  select * into v_previous from audit.seals as s where s.journal = p_journal order by s.number desc limit 1;
  v_seal.journal := p_journal;
  v_seal.number := coalesce(v_previous.number, 0) + 1;
  -- A refusal may be counted up for a minute.
  v_seal.last_id := (
    select max(n.id)
    from (
      select r.id, r.occurred_at
      from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), 9223372036854775807) as r
      order by r.id
      limit p_limit
    ) as n
    where p_journal <> 'audit.refusals' or n.occurred_at < clock_timestamp() - interval '2 minutes'
  );

  if v_seal.last_id is null then
    return 0;
  end if;

  select count(*), max(r.occurred_at), sha256(string_agg(r.content, '' order by r.id))
  into v_seal.row_count, v_seal.newest_at, v_seal.content
  from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), v_seal.last_id) as r;

  v_seal.sealed_at := clock_timestamp();
  v_seal.form := 1;
  v_seal.digest := audit.seal_digest(v_previous.digest, v_seal);
  insert into audit.seals select v_seal.*;

  return v_seal.row_count;
end;
$$;

--
-- Name: FUNCTION seal_journal(p_journal audit.journal, p_limit integer); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.seal_journal(p_journal audit.journal, p_limit integer) IS 'Seals at most so many rows, if there are any; returns how many. Writers of the journal wait meanwhile. For audit.seal_journals
only, which runs as the owner.';

--
-- Name: seal_journals(integer); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.seal_journals(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET lock_timeout TO '200ms'
    AS $$
declare
  v_journal audit.journal;
  v_most integer := 0;
begin
  foreach v_journal in array enum_range(null::audit.journal) loop
    begin
      v_most := greatest(v_most, audit.seal_journal(v_journal, p_limit));
    exception
      when lock_not_available then
        -- A registrar is making a change: the next minute is soon enough.
        null;
    end;
  end loop;

  return v_most;
end;
$$;

--
-- Name: FUNCTION seal_journals(p_limit integer); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.seal_journals(p_limit integer) IS 'Makes at most one seal in each journal, of at most so many rows; returns the size of the largest. If that is the limit, there is
more to do. The server calls it every minute. Definer: the server may not read or write the tables.';

--
-- Name: sealed_rows(audit.journal, bigint, bigint); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint) RETURNS TABLE(id bigint, occurred_at timestamp with time zone, content bytea)
    LANGUAGE sql STABLE
    AS $$
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.entity, c.entity_id, c.before, c.after))
  from auth.directory_changes as c
  where p_journal = 'auth.directory_changes' and c.id > p_after and c.id <= p_last
  union all
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.table_name, c.row_key, c.before, c.after))
  from audit.reference_changes as c
  where p_journal = 'audit.reference_changes' and c.id > p_after and c.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.occurred_at, r.actor, r.old_system_identifier, r.system_identifier, r.old_store_id, r.store_id, r.last_entry_id,
      r.marked_entry_id, r.marked_at, r.sessions_ended, r.keys_ended, r.number_gap
    ))
  from audit.restores as r
  where p_journal = 'audit.restores' and r.id > p_after and r.id <= p_last
  union all
  select
    a.id, a.recorded_at,
    pg_catalog.record_send(row(a.id, a.recorded_at, a.actor, a.taken_at, a.cases, a.root, a.digest, a.journals))
  from audit.anchors as a
  where p_journal = 'audit.anchors' and a.id > p_after and a.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.case_id, r.operation, r.user_id, r.user_role, r.reason, r.occurred_at, r.request_id, r.client_address, r.times
    ))
  from audit.refusals as r
  where p_journal = 'audit.refusals' and r.id > p_after and r.id <= p_last
  union all
  select
    s.id, s.occurred_at,
    pg_catalog.record_send(row(
      s.id, s.occurred_at, s.issuer, s.subject, s.user_id, s.user_role::text, s.kind, s.outcome, s.client_address, s.request_id
    ))
  from auth.sign_ins as s
  where p_journal = 'auth.sign_ins' and s.id > p_after and s.id <= p_last;
$$;

--
-- Name: FUNCTION sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint) IS 'The rows after one id up to another, each with all columns in PostgreSQL''s binary form of a row, in which different rows have
different bytes.';

--
-- Name: tg_assignments__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_assignments__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_image jsonb := jsonb_build_object('userId', new.user_id, 'assignmentType', new.assignment_type);
begin
  perform audit.append(
    new.case_id,
    'assignment',
    new.id::text,
    case tg_op when 'INSERT' then 'ASSIGNMENT_CREATE' else 'ASSIGNMENT_REVOKE' end::audit.action,
    case tg_op when 'UPDATE' then v_image end,
    case tg_op when 'INSERT' then v_image end
  );

  return null;
end;
$$;

--
-- Name: FUNCTION tg_assignments__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_assignments__audit() IS 'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

--
-- Name: tg_cases__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_cases__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_before jsonb;
  v_after jsonb := audit.case_image(new);
begin
  if tg_op = 'INSERT' then
    perform audit.append(new.id, 'case', new.id::text, 'CREATE', null, jsonb_strip_nulls(v_after));
    return null;
  end if;

  v_before := audit.case_image(old);
  perform audit.append(
    new.id,
    'case',
    new.id::text,
    case
      when new.deleted_at is not null then 'DELETE'
      when new.status <> old.status then 'STATUS_CHANGE'
      else 'UPDATE'
    end::audit.action,
    audit.changed_fields(v_before, v_after),
    audit.changed_fields(v_after, v_before)
  );

  return null;
end;
$$;

--
-- Name: FUNCTION tg_cases__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_cases__audit() IS 'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

--
-- Name: tg_document_downloads__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_document_downloads__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION tg_document_downloads__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_document_downloads__audit() IS 'Writes one entry for each download, including those that found damaged bytes. Definer: nothing else may write entries.';

--
-- Name: tg_document_removals__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_document_removals__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform audit.append(
    d.case_id, 'document', d.id::text, 'DOCUMENT_STATUS', null, jsonb_build_object('bytesRemoved', true)
  )
  from core.documents as d
  where d.id = new.document_id;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_document_removals__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_document_removals__audit() IS 'Writes one entry for each document whose bytes are gone. Definer: nothing else may write entries.';

--
-- Name: tg_document_texts__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_document_texts__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION tg_document_texts__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_document_texts__audit() IS 'Writes one entry for each text, with its SHA-256 and never the text itself. Definer: nothing else may write entries.';

--
-- Name: tg_documents__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_documents__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION tg_documents__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_documents__audit() IS 'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

--
-- Name: tg_keep_two_years(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_keep_two_years() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if old.occurred_at >= audit.kept_since() then
    raise exception using
      errcode = 'JCAPP',
      message = format('%s of %s is refused: its rows are kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

--
-- Name: FUNCTION tg_keep_two_years(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_keep_two_years() IS 'Refuses the removal of a row less than two years old, also to the owner and superusers. auth.sweep removes older rows.
Errors: JCAPP too early.';

--
-- Name: tg_organisation_links__audit(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_organisation_links__audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_image jsonb := jsonb_build_object(
    'organisationId', new.organisation_id, 'organisationType', new.organisation_type
  );
begin
  perform audit.append(
    new.case_id,
    'organisation',
    new.organisation_id,
    case tg_op when 'INSERT' then 'ORGANISATION_LINK' else 'ORGANISATION_UNLINK' end::audit.action,
    case tg_op when 'UPDATE' then v_image end,
    case tg_op when 'INSERT' then v_image end
  );

  return null;
end;
$$;

--
-- Name: FUNCTION tg_organisation_links__audit(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_organisation_links__audit() IS 'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

--
-- Name: tg_record_reference_change(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_record_reference_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
declare
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
  if v_before is distinct from v_after then
    insert into audit.reference_changes (actor, table_name, row_key, before, after)
    values (
      session_user,
      tg_table_schema || '.' || tg_table_name,
      (
        select string_agg(coalesce(v_after, v_before) ->> k.name, ',' order by k.place)
        from unnest(tg_argv) with ordinality as k (name, place)
      ),
      v_before,
      v_after
    );
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_record_reference_change(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_record_reference_change() IS 'Records a change of a reference row, which is shipped and which an administrator may change. Its arguments are the columns of the
primary key. Definer: nobody else writes audit.reference_changes.';

--
-- Name: tg_refusals__guard(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_refusals__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- Compares whole rows, so that later columns are protected as well.
  old.times := old.times + 1;

  if new is distinct from old then
    raise exception using errcode = 'JCAPP', message = 'Only the count of a recorded refusal can change';
  end if;

  return new;
end;
$$;

--
-- Name: FUNCTION tg_refusals__guard(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_refusals__guard() IS 'Allows a refusal to be counted once more, and refuses every other change, also to the owner and superusers.
Errors: JCAPP another change.';

--
-- Name: tg_refuse_change(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.tg_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception using
    errcode = 'JCAPP',
    message = format('%s of %s is refused: this table keeps what was recorded', tg_op, tg_relid::regclass);
end;
$$;

--
-- Name: FUNCTION tg_refuse_change(); Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON FUNCTION audit.tg_refuse_change() IS 'Refuses what its triggers name (UPDATE, DELETE, TRUNCATE), also to the owner and superusers, until they remove the triggers.
Errors: JCAPP append-only.';

--
-- Name: add_claim_rule(text, text[], text, text, text, text[], text, text[]); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.add_claim_rule(p_issuer text, p_claim_path text[], p_value text, p_role text, p_court text DEFAULT NULL::text, p_court_claim text[] DEFAULT NULL::text[], p_organisation_id text DEFAULT NULL::text, p_organisation_claim text[] DEFAULT NULL::text[]) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.claim_rules
    (id, issuer, claim_path, value, user_role, court_code, court_claim, organisation_id, organisation_claim)
  values (
    v_id, core.trimmed(p_issuer), p_claim_path, p_value, auth.known_role(p_role), auth.known_court(p_court), p_court_claim,
    core.trimmed(p_organisation_id), p_organisation_claim
  );

  return v_id;
end;
$$;

--
-- Name: FUNCTION add_claim_rule(p_issuer text, p_claim_path text[], p_value text, p_role text, p_court text, p_court_claim text[], p_organisation_id text, p_organisation_claim text[]); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.add_claim_rule(p_issuer text, p_claim_path text[], p_value text, p_role text, p_court text, p_court_claim text[], p_organisation_id text, p_organisation_claim text[]) IS 'Adds a rule that gives a membership to every user with a value in the claims. Court and organisation are fixed, or come from a
claim. Returns the rule''s id.
Errors: JCVAL unknown role or court.';

--
-- Name: add_membership(text, text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.memberships (id, user_id, user_role, court_code, organisation_id)
  values (v_id, p_user_id, auth.known_role(p_role), auth.known_court(p_court), core.plain_name('organisationId', p_organisation_id));

  return v_id;
end;
$$;

--
-- Name: FUNCTION add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text) IS 'Gives a user a membership; the court by name or code. Returns its id.
Errors: JCVAL unknown role or court.';

--
-- Name: add_user(text, text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into auth.users (user_id, issuer, subject, name)
  values (
    core.plain_name('userId', p_user_id), core.trimmed(p_issuer), core.trimmed(p_subject), core.trimmed(p_name)
  );
end;
$$;

--
-- Name: FUNCTION add_user(p_user_id text, p_issuer text, p_subject text, p_name text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text) IS 'Adds a user to the directory. Definer: registrars change it only through functions.
Errors: those of core.plain_name.';

--
-- Name: after_restore(jsonb, integer, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.after_restore(p_mark jsonb, p_gap integer, p_anyway boolean) RETURNS auth.restore
    LANGUAGE plpgsql
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
declare
  v_home auth.home;
  v_last audit.entries;
  v_restore audit.restores;
  v_moved integer;
begin
  select h.* into strict v_home from auth.home as h for update;
  select e.* into v_last from audit.entries as e order by e.id desc limit 1;
  select r.* into v_restore from audit.restores as r order by r.id desc limit 1;

  -- A repetition changes nothing, if nothing has happened since.
  if v_restore.system_identifier = (select s.system_identifier::text from pg_catalog.pg_control_system() as s)
    and v_restore.store_id = v_home.store_id
    and v_restore.last_entry_id is not distinct from v_last.id
  then
    return row(
      false, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, v_restore.number_gap, 0
    )::auth.restore;
  end if;
  if not p_anyway and auth.check_home(p_mark) is null then
    raise exception using errcode = 'JCFIX', message = 'There is no sign that this database was restored';
  end if;

  insert into audit.restores (
    actor, old_system_identifier, system_identifier, old_store_id, store_id, last_entry_id, marked_entry_id, marked_at,
    sessions_ended, keys_ended, number_gap
  )
  select
    session_user, v_home.system_identifier, s.system_identifier::text, v_home.store_id, core.new_id(), v_last.id, (p_mark ->> 'entryId')::bigint,
    (p_mark ->> 'markedAt')::timestamptz, (select count(*) from auth.sessions), (select count(*) from core.kept_answers), p_gap
  from pg_catalog.pg_control_system() as s
  returning * into v_restore;

  -- Lost work must not appear as done, in a session or in a kept answer.
  delete from auth.sessions;
  delete from core.kept_answers;
  v_moved := core.pass_over_numbers(p_mark -> 'series', coalesce(v_last.occurred_at, now()), p_gap, v_restore.id);

  -- No new entry gets the id of a lost one.
  perform setval(
    pg_get_serial_sequence('audit.entries', 'id'),
    greatest(nextval(pg_get_serial_sequence('audit.entries', 'id')), (p_mark ->> 'entryId')::bigint, v_last.id) + p_gap
  );

  -- Gives the store a new id, so that servers of the original database recognise that it is not theirs.
  update auth.home
  set system_identifier = v_restore.system_identifier, store_id = v_restore.store_id, since = now();

  return row(
    true, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, p_gap, v_moved
  )::auth.restore;
end;
$$;

--
-- Name: FUNCTION after_restore(p_mark jsonb, p_gap integer, p_anyway boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.after_restore(p_mark jsonb, p_gap integer, p_anyway boolean) IS 'After a restore from a dump, a recovery to a moment, or for a copy with a life of its own: ends all sessions and keys, moves each
number series beyond any number that may have been issued, records this in audit.restores, and records where the database lives
now. Done once. Use `p_anyway` if nothing indicates a restore. Only for the owner.
Errors: JCFIX nothing indicates a restore.';

--
-- Name: change_membership(bytea, bytea, text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.change_membership(p_token_sha256 bytea, p_new_token_sha256 bytea, p_role text, p_court_assignment text, p_organisation_id text) RETURNS auth.log_in
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_court text := auth.find_court(p_court_assignment);
  v_organisation text := core.trimmed(p_organisation_id);
  v_session auth.sessions := auth.find_session(p_token_sha256);
  v_fitting auth.memberships[];
begin
  perform core.refuse(
    core.check_length('courtAssignment', p_court_assignment, 100),
    core.check_length('organisationId', p_organisation_id, 100)
  );

  -- Locks the user, the rules and the session, so that none of them ends meanwhile.
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

  return row(
    auth.session_caller(v_session), auth.landing_page(null, v_session.user_role), v_session.expires_at, v_session.ends_at
  )::auth.log_in;
end;
$$;

--
-- Name: FUNCTION change_membership(p_token_sha256 bytea, p_new_token_sha256 bytea, p_role text, p_court_assignment text, p_organisation_id text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.change_membership(p_token_sha256 bytea, p_new_token_sha256 bytea, p_role text, p_court_assignment text, p_organisation_id text) IS 'Opens a session in another membership of the same user, with the same end, and ends the previous session. The court is given by
name or code. Court and organisation may be left out if one membership fits. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role, a name beyond its limit; JCNOM not a membership of this user; JCMNY several fit.';

--
-- Name: change_user(text, text, text, text, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.change_user(p_user_id text, p_issuer text, p_subject text, p_name text, p_enabled boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update auth.users
  set
    issuer = coalesce(core.trimmed(p_issuer), issuer),
    subject = coalesce(core.trimmed(p_subject), subject),
    name = coalesce(core.trimmed(p_name), name),
    enabled = coalesce(p_enabled, enabled)
  where user_id = p_user_id;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;
end;
$$;

--
-- Name: FUNCTION change_user(p_user_id text, p_issuer text, p_subject text, p_name text, p_enabled boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.change_user(p_user_id text, p_issuer text, p_subject text, p_name text, p_enabled boolean) IS 'Changes the stated fields of a user; null keeps a field. Every change ends the user''s sessions.
Errors: JCNIL no such user.';

--
-- Name: check_home(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.check_home(p_mark jsonb) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select case
    when h.system_identifier is distinct from s.system_identifier::text then 'CLUSTER'
    when p_mark ->> 'entryId' is not null and not exists (
      select from audit.entries as e
      where e.id = (p_mark ->> 'entryId')::bigint and encode(e.digest, 'hex') = p_mark ->> 'entryDigest'
    ) then 'LOST'
    when h.store_id is distinct from (p_mark ->> 'storeId')::uuid then 'STORE'
  end
  from pg_catalog.pg_control_system() as s
  left join auth.home as h on true;
$$;

--
-- Name: FUNCTION check_home(p_mark jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.check_home(p_mark jsonb) IS 'Compares this database with the mark in the document store (null: there is none). CLUSTER: it was restored or copied to another
cluster; LOST: it lacks the newest entry that a server has seen, so it was restored to an earlier moment; STORE: the store belongs
to another database, or has lost the mark that it had. Null: all is well. Definer: a server may not read the tables.';

--
-- Name: check_role(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.check_role(p_role text) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    return row('role', case when core.trimmed(p_role) is null then 'REQUIRED' else 'UNKNOWN_WORD' end, 'Invalid role selected')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_role(p_role text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.check_role(p_role text) IS 'The error of a role that is missing or unknown; null if it is valid.';

--
-- Name: claim_session(bytea, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.claim_session(p_token_sha256 bytea, p_reads boolean) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_session auth.sessions;
  v_role text;
  v_settings text;
begin
  -- Repeats auth.find_session: a call would add a tenth to the cost of a request.
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  if v_session.token_sha256 is null or v_session.expires_at <= now() then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  if v_session.user_role is null then
    raise exception using
      errcode = 'JCMNY',
      message = auth.refusal_message('JCMNY'),
      detail = auth.memberships_detail(v_session.user_id, v_session.claimed);
  end if;

  -- A standby cannot move it. There, the server asks the primary to do so once a minute.
  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at)
    and current_setting('transaction_read_only') = 'off'
  then
    -- A read waits for no standby because of this.
    if p_reads then
      v_settings := set_config('synchronous_commit', 'off', true);
    end if;
    perform auth.touch_session(p_token_sha256);
  end if;

  -- The role is part of each name, so that no other role can use the claims. An assignment and not a query: an extension might
  -- log the plan of a query.
  v_role := lower(v_session.user_role::text);
  v_settings := set_config(auth.claims_prefix() || 'user_id_' || v_role, v_session.user_id, true)
    || set_config(auth.claims_prefix() || 'court_code_' || v_role, coalesce(v_session.court_code, ''), true)
    || set_config(auth.claims_prefix() || 'organisation_id_' || v_role, coalesce(v_session.organisation_id, ''), true);

  return v_role;
end;
$$;

--
-- Name: FUNCTION claim_session(p_token_sha256 bytea, p_reads boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.claim_session(p_token_sha256 bytea, p_reads boolean) IS 'Sets what core.claim reads, until the end of the transaction, and moves the session''s expiry if that is due. Returns the database
role. Definer: the server may not read the table, nor know the names of these settings.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

--
-- Name: claims_prefix(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.claims_prefix() RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  -- A plan contains the result, so a printed plan would show it.
  if current_setting('debug_print_plan') <> 'off' then
    raise exception using errcode = 'JCSES', message = 'No requests are served while debug_print_plan is on';
  end if;

  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

--
-- Name: FUNCTION claims_prefix(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.claims_prefix() IS 'A secret of this database. Knowing it is enough to act as any user. For auth.claim_session and core.claim only.
Errors: JCSES a plan that contains it would be shown.';

--
-- Name: count_log_in(text, integer); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.count_log_in(p_client text, p_per_minute integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_now timestamptz := clock_timestamp();
  v_cost interval := interval '1 minute' / p_per_minute;
  v_paid_until timestamptz;
begin
  insert into auth.log_in_rates as r (client, paid_until)
  values (p_client, v_now + v_cost)
  on conflict (client) do update
  set paid_until = greatest(r.paid_until, v_now) + v_cost
  where r.paid_until + v_cost <= v_now + interval '1 minute';
  if found then
    return null;
  end if;

  select r.paid_until into v_paid_until from auth.log_in_rates as r where r.client = p_client;
  return greatest(1, ceil(extract(epoch from v_paid_until + v_cost - interval '1 minute' - v_now)));
end;
$$;

--
-- Name: FUNCTION count_log_in(p_client text, p_per_minute integer); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.count_log_in(p_client text, p_per_minute integer) IS 'Counts a log-in and returns null if the client has begun fewer than p_per_minute within a minute; otherwise returns the seconds
until one more may begin. All servers count together. Definer: the server may not write the table.';

--
-- Name: end_claim_rule(uuid); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.end_claim_rule(p_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update auth.claim_rules set ended_at = now() where id = p_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such claim rule';
  end if;
end;
$$;

--
-- Name: FUNCTION end_claim_rule(p_id uuid); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.end_claim_rule(p_id uuid) IS 'Ends a rule, and the sessions that it opened.
Errors: JCNIL no such active rule.';

--
-- Name: end_membership(uuid); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.end_membership(p_membership_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update auth.memberships set ended_at = now() where id = p_membership_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such membership';
  end if;
end;
$$;

--
-- Name: FUNCTION end_membership(p_membership_id uuid); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.end_membership(p_membership_id uuid) IS 'Ends a membership and its sessions.
Errors: JCNIL no such active membership.';

--
-- Name: end_sessions(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.end_sessions(p_user_id text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  -- Waits for a sign-in that holds the row, and ends its session too.
  perform from auth.users as u where u.user_id = p_user_id for no key update;
  delete from auth.sessions where user_id = p_user_id;
  get diagnostics v_count = row_count;
  update auth.users set tokens_valid_from = clock_timestamp() where user_id = p_user_id;

  if v_count = 0 and not exists (select from auth.users as u where u.user_id = p_user_id) then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;

  return v_count;
end;
$$;

--
-- Name: FUNCTION end_sessions(p_user_id text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.end_sessions(p_user_id text) IS 'Ends all sessions of a user; returns how many. Tokens issued until now open no new session. A user whom the directory does not
know may have sessions of the mock. Definer: a registrar may not write the tables.
Errors: JCNIL no such user.';

--
-- Name: find_court(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.find_court(p_court text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_court text := core.trimmed(p_court);
begin
  return (select c.code from core.courts as c where c.name = v_court or c.code = v_court order by c.name = v_court desc limit 1);
end;
$$;

--
-- Name: FUNCTION find_court(p_court text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.find_court(p_court text) IS 'The code of the court with that name or code; null if none is stated or there is no such court.';

--
-- Name: find_directory_faults(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.find_directory_faults() RETURNS TABLE(entity text, entity_id text, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with recorded as (
    select distinct on (c.entity, c.entity_id) c.entity, c.entity_id, c.after
    from auth.directory_changes as c
    order by c.entity, c.entity_id, c.id desc
  ),
  -- A column that a record does not name was added later, and is as it is.
  compared as (
    select
      'user' as entity, coalesce(r.entity_id, u.user_id) as entity_id, r.after is not null as is_recorded, u.user_id is not null as is_there,
      jsonb_populate_record(u, r.after) is not distinct from u as is_same
    from auth.users as u
    full join (select * from recorded where entity = 'user') as r on r.entity_id = u.user_id
    union all
    select
      'membership', coalesce(r.entity_id, m.id::text), r.after is not null, m.id is not null,
      jsonb_populate_record(m, r.after) is not distinct from m
    from auth.memberships as m
    full join (select * from recorded where entity = 'membership') as r on r.entity_id = m.id::text
    union all
    select
      'claim rule', coalesce(r.entity_id, l.id::text), r.after is not null, l.id is not null,
      jsonb_populate_record(l, r.after) is not distinct from l
    from auth.claim_rules as l
    full join (select * from recorded where entity = 'claim rule') as r on r.entity_id = l.id::text
  )
  select
    c.entity, c.entity_id,
    case
      when not c.is_there then 'is gone'
      when not c.is_recorded then 'was never recorded'
      else 'is not as its last change left it'
    end
  from compared as c
  where not (c.is_there and c.is_recorded and c.is_same);
$$;

--
-- Name: FUNCTION find_directory_faults(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.find_directory_faults() IS 'For DBAs: users, memberships and claim rules that differ from their last record in auth.directory_changes.';

--
-- Name: sessions; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.sessions (
    token_sha256 bytea NOT NULL,
    user_id text NOT NULL,
    username text NOT NULL,
    user_role core.user_role,
    court_code text,
    organisation_id text,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    membership_id uuid,
    claimed jsonb,
    issuer text,
    subject text,
    provider_session text,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT sessions_expires_at_not_after_ends_at CHECK ((expires_at <= ends_at)),
    CONSTRAINT sessions_issuer_and_subject_together CHECK (((issuer IS NULL) = (subject IS NULL))),
    CONSTRAINT sessions_kind_known CHECK ((kind = ANY (ARRAY['mock'::text, 'cookie'::text, 'bearer'::text]))),
    CONSTRAINT sessions_mock_is_without_claims CHECK (((kind = 'mock'::text) = (issuer IS NULL))),
    CONSTRAINT sessions_organisation_id_trimmed CHECK (((organisation_id <> ''::text) AND (organisation_id = btrim(organisation_id)))),
    CONSTRAINT sessions_organisation_id_within_limit CHECK ((char_length(organisation_id) <= 100)),
    CONSTRAINT sessions_token_sha256_is_sha256 CHECK ((octet_length(token_sha256) = 32)),
    CONSTRAINT sessions_username_trimmed CHECK (((username <> ''::text) AND (username = btrim(username)))),
    CONSTRAINT sessions_username_within_limit CHECK ((char_length(username) <= 100))
)
WITH (fillfactor='80');

ALTER TABLE ONLY auth.sessions FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE sessions; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.sessions IS 'The sessions of signed-in users, by a cookie or by a verified bearer token.';

--
-- Name: COLUMN sessions.token_sha256; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.token_sha256 IS 'Only the client has the token itself.';

--
-- Name: COLUMN sessions.user_role; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.user_role IS 'Null until a user with several memberships has chosen one.';

--
-- Name: COLUMN sessions.expires_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.expires_at IS '30 minutes after the last use, moved at most once a minute, and never beyond ends_at. A bearer''s does not move.';

--
-- Name: COLUMN sessions.membership_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.membership_id IS 'The membership, or the claim rule, that opened it.';

--
-- Name: COLUMN sessions.claimed; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.claimed IS 'The memberships that claim rules gave when it was opened, for auth.list_memberships.';

--
-- Name: COLUMN sessions.provider_session; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.provider_session IS 'The claim sid.';

--
-- Name: COLUMN sessions.ends_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.ends_at IS '12 hours after it was opened, even if it is in use; for a bearer, when the token expires.';

--
-- Name: find_session(bytea); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.find_session(p_token_sha256 bytea) RETURNS auth.sessions
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  -- Not in the query, where the planner could choose the index on it.
  if v_session.expires_at > now() then
    return v_session;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION find_session(p_token_sha256 bytea); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.find_session(p_token_sha256 bytea) IS 'The session, unless it has expired; null for none.';

--
-- Name: users; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.users (
    user_id text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    tokens_valid_from timestamp with time zone,
    CONSTRAINT users_issuer_trimmed CHECK (((issuer <> ''::text) AND (issuer = btrim(issuer)))),
    CONSTRAINT users_issuer_within_limit CHECK ((char_length(issuer) <= 255)),
    CONSTRAINT users_name_trimmed CHECK (((name <> ''::text) AND (name = btrim(name)))),
    CONSTRAINT users_name_within_limit CHECK ((char_length(name) <= 100)),
    CONSTRAINT users_subject_trimmed CHECK (((subject <> ''::text) AND (subject = btrim(subject)))),
    CONSTRAINT users_subject_within_limit CHECK ((char_length(subject) <= 255)),
    CONSTRAINT users_user_id_trimmed CHECK (((user_id <> ''::text) AND (user_id = btrim(user_id)))),
    CONSTRAINT users_user_id_within_limit CHECK ((char_length(user_id) <= 100))
);

ALTER TABLE ONLY auth.users FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE users; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.users IS 'The users who may sign in. The provider says who a person is (issuer and subject); this row says which user that is here. Rows are
never removed; users are disabled.';

--
-- Name: COLUMN users.user_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.users.user_id IS 'The name in cases, assignments and the audit trail.';

--
-- Name: COLUMN users.name; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.users.name IS 'For display.';

--
-- Name: COLUMN users.tokens_valid_from; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.users.tokens_valid_from IS 'When all sessions of the user were ended: tokens issued before open no session. Null: all tokens do.';

--
-- Name: find_user(jsonb, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.find_user(p_claims jsonb, p_adds_user boolean) RETURNS auth.users
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION find_user(p_claims jsonb, p_adds_user boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.find_user(p_claims jsonb, p_adds_user boolean) IS 'The user with the issuer and subject of these claims; null for none. If adding users is allowed, a missing user is added, with the
subject as user id, unless another user has that id. Locks the row: disabling the user waits for the sign-in and ends its session,
or the sign-in waits and is refused. Two sign-ins of one user take turns.';

--
-- Name: get_session(bytea); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.get_session(p_token_sha256 bytea) RETURNS api.session
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    return null;
  end if;

  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at) then
    perform auth.touch_session(p_token_sha256);
    v_session := auth.find_session(p_token_sha256);
  end if;

  return row(
    auth.session_caller(v_session), v_session.expires_at, auth.show_memberships(v_session.user_id, v_session.claimed),
    v_session.ends_at
  )::api.session;
end;
$$;

--
-- Name: FUNCTION get_session(p_token_sha256 bytea); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.get_session(p_token_sha256 bytea) IS 'A session, with its user''s memberships; null if there is none. Definer: the server may not read the table.';

--
-- Name: import_contradiction(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_contradiction(p_rows jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select jsonb_build_object('line', s.line, 'field', s.field)
  from (
    select
      r.number, r.row -> 'line' as line, f.field, core.trimmed(r.row ->> f.field) as stated,
      first_value(core.trimmed(r.row ->> f.field)) over (partition by core.trimmed(r.row ->> 'userId'), f.field order by r.number) as before
    from jsonb_array_elements(p_rows) with ordinality as r (row, number)
    cross join unnest('{issuer,subject,name,enabled}'::text[]) as f (field)
    where core.trimmed(r.row ->> 'userId') is not null and core.trimmed(r.row ->> f.field) is not null
  ) as s
  where s.stated <> s.before
  order by s.number
  limit 1;
$$;

--
-- Name: FUNCTION import_contradiction(p_rows jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_contradiction(p_rows jsonb) IS 'Line and field of a row that contradicts an earlier row about the same user; null for none. Otherwise the last row would win, and
each import of the file would change the user again.';

--
-- Name: import_directory(jsonb, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_directory(p_rows jsonb, p_dry_run boolean) RETURNS SETOF auth.directory_difference
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
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
      perform core.refuse(row(v_row ->> 'field', 'CONTRADICTION', 'An earlier line has another value for this user'));
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

    -- Undoes the changes of this block, but keeps the rows to return.
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

--
-- Name: FUNCTION import_directory(p_rows jsonb, p_dry_run boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_directory(p_rows jsonb, p_dry_run boolean) IS 'Changes the directory to match the rows of a file, one for each membership of a user: line, userId, issuer, subject, name,
enabled, role, court, organisationId. For the users that it names, the file is complete: their other memberships end. Other users
stay unchanged. Returns the differences; a dry run returns the same and changes nothing. A long file may come in pieces if all
rows of a user are in one piece.
Errors: JCVAL a row that is refused, with field and line.';

--
-- Name: import_endings(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_endings(p_rows jsonb) RETURNS SETOF auth.directory_difference
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  return query
  with listed as (
    select
      (r ->> 'line')::integer as line, core.trimmed(r ->> 'userId') as user_id, core.trimmed(r ->> 'role') as user_role,
      coalesce(auth.find_court(r ->> 'court'), '') as court_code, coalesce(core.trimmed(r ->> 'organisationId'), '') as organisation_id
    from jsonb_array_elements(p_rows) as r
  ),
  ended as (
    update auth.memberships as m
    set ended_at = now()
    from (select l.user_id, min(l.line) as line from listed as l group by l.user_id) as u
    where m.user_id = u.user_id and m.ended_at is null
      and (m.user_id, m.user_role::text, coalesce(m.court_code, ''), coalesce(m.organisation_id, '')) not in (
        select l.user_id, l.user_role, l.court_code, l.organisation_id from listed as l where l.user_role is not null
      )
    returning u.line, m.user_id, m.user_role, m.court_code, m.organisation_id
  )
  select e.line, 'end membership', e.user_id, concat_ws(', ', e.user_role, e.court_code, e.organisation_id)
  from ended as e
  order by e.line;
end;
$$;

--
-- Name: FUNCTION import_endings(p_rows jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_endings(p_rows jsonb) IS 'Ends those memberships of the users in these rows that the rows do not list; returns them.';

--
-- Name: import_field(text, text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_field(p_state text, p_detail text, p_column text, p_constraint text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case f.name when 'user_id' then 'userId' when 'organisation' then 'organisationId' when 'agency_worker' then 'organisationId'
    when 'officer' then 'court' else f.name
  end
  from (
    select case
      when p_state = 'JCVAL' then p_detail::jsonb ->> 'field'
      when p_state like '22%' then 'enabled'
      else coalesce(nullif(p_column, ''), substring(p_constraint from '_(user_id|issuer|subject|name|organisation|agency_worker|officer)'))
    end
  ) as f (name);
$$;

--
-- Name: FUNCTION import_field(p_state text, p_detail text, p_column text, p_constraint text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_field(p_state text, p_detail text, p_column text, p_constraint text) IS 'The field of a row that an error is about, as a file names it.';

--
-- Name: import_membership(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_membership(p_row jsonb) RETURNS auth.directory_difference
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION import_membership(p_row jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_membership(p_row jsonb) IS 'Adds the membership of a row, if its user does not have it; returns the difference, null for none.
Errors: JCVAL unknown role or court, or none where there is a court or an organisation.';

--
-- Name: import_problem(text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_problem(p_state text, p_message text, p_constraint text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case
    when p_state = 'JCVAL' then p_message
    when p_state = '23502' then 'It is missing'
    when p_state = '23505' then 'Another user has this issuer and subject'
    when p_state = '22P02' then 'It is neither true nor false'
    when p_constraint like '%_within_limit' then 'It is too long'
    when p_constraint = 'memberships_officer_has_court' then 'A case officer needs a court'
    when p_constraint = 'memberships_agency_worker_has_organisation' then 'An agency worker needs an organisation'
    when p_constraint = 'memberships_organisation_is_of_its_workers' then 'This role has no organisation'
    else p_message
  end;
$$;

--
-- Name: FUNCTION import_problem(p_state text, p_message text, p_constraint text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_problem(p_state text, p_message text, p_constraint text) IS 'An error of a row, in the words of the file.';

--
-- Name: import_user(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.import_user(p_row jsonb) RETURNS auth.directory_difference
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_enabled boolean := core.trimmed(p_row ->> 'enabled')::boolean;
  v_before auth.users;
  v_line integer := p_row ->> 'line';
  v_changes text;
begin
  select * into v_before from auth.users as u where u.user_id = v_user_id;
  if v_before.user_id is null then
    perform auth.add_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name');
    if not v_enabled then
      perform auth.change_user(v_user_id, null, null, null, v_enabled);
    end if;
    return row(
      v_line, 'add user', v_user_id, concat_ws(', ', core.trimmed(p_row ->> 'name'), case when not v_enabled then 'disabled' end)
    )::auth.directory_difference;
  end if;

  select string_agg(format('%s: %s', s.field, s.stated), ', ' order by s.field) into v_changes
  from (
    values
      ('enabled', v_before.enabled::text, v_enabled::text),
      ('issuer', v_before.issuer, core.trimmed(p_row ->> 'issuer')),
      ('name', v_before.name, core.trimmed(p_row ->> 'name')),
      ('subject', v_before.subject, core.trimmed(p_row ->> 'subject'))
  ) as s (field, before, stated)
  where s.stated <> s.before;
  -- Leaves an unchanged user alone: a lock on its row would make its sign-ins wait for the end of the import.
  if v_changes is null then
    return null;
  end if;

  perform auth.change_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name', v_enabled);
  return row(v_line, 'change user', v_user_id, v_changes)::auth.directory_difference;
end;
$$;

--
-- Name: FUNCTION import_user(p_row jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.import_user(p_row jsonb) IS 'Adds or changes the user of a row; returns the difference, null for none. Empty fields of the row change nothing.';

--
-- Name: is_issued_since(jsonb, timestamp with time zone); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.is_issued_since(p_claims jsonb, p_since timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if p_since is null then
    return true;
  end if;

  if jsonb_typeof(p_claims -> 'iat') is distinct from 'number' then
    return false;
  end if;

  -- Up to the end of the year 9999; PostgreSQL may have no later timestamp.
  return to_timestamp(least(greatest((p_claims ->> 'iat')::numeric, 0), 253402300799)::double precision) >= p_since;
end;
$$;

--
-- Name: FUNCTION is_issued_since(p_claims jsonb, p_since timestamp with time zone); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.is_issued_since(p_claims jsonb, p_since timestamp with time zone) IS 'Whether a token was issued after that time, by the claim iat, which providers give in whole seconds. A token of the same second
counts as older, so a user who signs in again within that second must do so twice. The time is by the provider''s clock: if it is
ahead of ours, tokens from shortly before may pass. A token without iat counts as older; without a time, every token passes.';

--
-- Name: is_open_for(bytea, text, uuid); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.is_open_for(p_token_sha256 bytea, p_user_id text, p_membership_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return exists (
    select from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.kind = 'bearer' and s.user_id = p_user_id and s.membership_id = p_membership_id
  );
end;
$$;

--
-- Name: FUNCTION is_open_for(p_token_sha256 bytea, p_user_id text, p_membership_id uuid); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.is_open_for(p_token_sha256 bytea, p_user_id text, p_membership_id uuid) IS 'Whether a bearer token has a session of this user in this membership.';

--
-- Name: is_safe_return_url(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.is_safe_return_url(p_url text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select coalesce(p_url ~ E'^/(?![/\\\\])[^\\\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$_$;

--
-- Name: FUNCTION is_safe_return_url(p_url text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.is_safe_return_url(p_url text) IS 'Whether it is a path on this site. Browsers read //host and /\host as another host.';

--
-- Name: known_court(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.known_court(p_court text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_code text := auth.find_court(p_court);
begin
  if v_code is null and core.trimmed(p_court) is not null then
    perform core.refuse(row('court', 'UNKNOWN_WORD', 'Unknown court'));
  end if;

  return v_code;
end;
$$;

--
-- Name: FUNCTION known_court(p_court text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.known_court(p_court text) IS 'The same as auth.find_court, but a court that is stated must exist.
Errors: JCVAL there is no such court.';

--
-- Name: known_role(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.known_role(p_role text) RETURNS core.user_role
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  perform core.refuse(auth.check_role(p_role));
  return p_role::core.user_role;
end;
$$;

--
-- Name: FUNCTION known_role(p_role text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.known_role(p_role text) IS 'The role of that name.
Errors: JCVAL there is no such role.';

--
-- Name: landing_page(text, core.user_role); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.landing_page(p_return_url text, p_user_role core.user_role) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case
    when auth.is_safe_return_url(p_return_url) then p_return_url
    when p_user_role = 'ADOPTER' then '/my-cases'
    else '/dashboard'
  end;
$$;

--
-- Name: FUNCTION landing_page(p_return_url text, p_user_role core.user_role); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.landing_page(p_return_url text, p_user_role core.user_role) IS 'The page that the browser came from, if it is safe; otherwise the first page of the role.';

--
-- Name: limit_sessions(text, core.user_role); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.limit_sessions(p_user_id text, p_user_role core.user_role) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 = any (array(
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

--
-- Name: FUNCTION limit_sessions(p_user_id text, p_user_role core.user_role); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.limit_sessions(p_user_id text, p_user_role core.user_role) IS 'Keeps a user to twenty sessions in one role, including the next one: ends those that would expire first. Simultaneous logins may
each leave one more, until the next login.';

--
-- Name: claim_rules; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.claim_rules (
    id uuid NOT NULL,
    issuer text NOT NULL,
    claim_path text[] NOT NULL,
    value text NOT NULL,
    user_role core.user_role NOT NULL,
    court_code text,
    court_claim text[],
    organisation_id text,
    organisation_claim text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT claim_rules_agency_worker_has_organisation CHECK (((user_role <> 'VAA_WORKER'::core.user_role) OR (organisation_id IS NOT NULL) OR (organisation_claim IS NOT NULL))),
    CONSTRAINT claim_rules_claim_path_not_empty CHECK ((cardinality(claim_path) > 0)),
    CONSTRAINT claim_rules_court_comes_from_one_place CHECK (((court_code IS NULL) OR (court_claim IS NULL))),
    CONSTRAINT claim_rules_ended_at_after_created_at CHECK ((ended_at >= created_at)),
    CONSTRAINT claim_rules_issuer_trimmed CHECK (((issuer <> ''::text) AND (issuer = btrim(issuer)))),
    CONSTRAINT claim_rules_issuer_within_limit CHECK ((char_length(issuer) <= 255)),
    CONSTRAINT claim_rules_officer_has_court CHECK (((user_role <> 'HMCTS_CASE_OFFICER'::core.user_role) OR (court_code IS NOT NULL) OR (court_claim IS NOT NULL))),
    CONSTRAINT claim_rules_organisation_comes_from_one_place CHECK (((organisation_id IS NULL) OR (organisation_claim IS NULL))),
    CONSTRAINT claim_rules_organisation_id_trimmed CHECK (((organisation_id <> ''::text) AND (organisation_id = btrim(organisation_id)))),
    CONSTRAINT claim_rules_organisation_id_within_limit CHECK ((char_length(organisation_id) <= 100)),
    CONSTRAINT claim_rules_organisation_is_of_its_workers CHECK ((((organisation_id IS NULL) AND (organisation_claim IS NULL)) OR (user_role = ANY (ARRAY['LA_SOCIAL_WORKER'::core.user_role, 'VAA_WORKER'::core.user_role]))))
);

ALTER TABLE ONLY auth.claim_rules FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE claim_rules; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.claim_rules IS 'A user who signs in with this value at this path of the claims (a string, or an array that contains it) has this membership for
that session. Ending a rule keeps the row.';

--
-- Name: COLUMN claim_rules.court_claim; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.claim_rules.court_claim IS 'The path of the claim that names the court, by its name or code.';

--
-- Name: COLUMN claim_rules.organisation_claim; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.claim_rules.organisation_claim IS 'The path of the claim that is the organisation''s id.';

--
-- Name: list_claim_rules(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.list_claim_rules() RETURNS SETOF auth.claim_rules
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select * from auth.claim_rules as r where r.ended_at is null order by r.issuer, r.claim_path, r.value, r.id;
$$;

--
-- Name: FUNCTION list_claim_rules(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.list_claim_rules() IS 'The active rules.';

--
-- Name: list_directory(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.list_directory() RETURNS SETOF auth.directory_entry
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select u.user_id, u.issuer, u.subject, u.name, u.enabled, m.id, m.user_role::text, c.name, m.organisation_id
  from auth.users as u
  left join auth.memberships as m on m.user_id = u.user_id and m.ended_at is null
  left join core.courts as c on c.code = m.court_code
  order by u.user_id, m.user_role, c.name, m.organisation_id;
$$;

--
-- Name: FUNCTION list_directory(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.list_directory() IS 'Every user with their active memberships; a user without any has a row as well.';

--
-- Name: memberships; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.memberships (
    id uuid NOT NULL,
    user_id text NOT NULL,
    user_role core.user_role NOT NULL,
    court_code text,
    organisation_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT memberships_agency_worker_has_organisation CHECK (((user_role <> 'VAA_WORKER'::core.user_role) OR (organisation_id IS NOT NULL))),
    CONSTRAINT memberships_ended_at_after_created_at CHECK ((ended_at >= created_at)),
    CONSTRAINT memberships_officer_has_court CHECK (((user_role <> 'HMCTS_CASE_OFFICER'::core.user_role) OR (court_code IS NOT NULL))),
    CONSTRAINT memberships_organisation_id_trimmed CHECK (((organisation_id <> ''::text) AND (organisation_id = btrim(organisation_id)))),
    CONSTRAINT memberships_organisation_id_within_limit CHECK ((char_length(organisation_id) <= 100)),
    CONSTRAINT memberships_organisation_is_of_its_workers CHECK (((organisation_id IS NULL) OR (user_role = ANY (ARRAY['LA_SOCIAL_WORKER'::core.user_role, 'VAA_WORKER'::core.user_role]))))
);

ALTER TABLE ONLY auth.memberships FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE memberships; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.memberships IS 'A role of a user, with the court or organisation that the role needs. Ending a membership keeps the row.';

--
-- Name: list_memberships(text, jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.list_memberships(p_user_id text, p_claimed jsonb) RETURNS SETOF auth.memberships
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select distinct on (a.user_role, a.court_code, a.organisation_id)
    a.id, a.user_id, a.user_role, a.court_code, a.organisation_id, a.created_at, a.ended_at
  from (
    select m.*, false as is_claimed
    from auth.memberships as m
    where m.user_id = p_user_id and m.ended_at is null
    union all
    select c.id, p_user_id, c.user_role, c.court_code, c.organisation_id, r.created_at, null, true
    from jsonb_populate_recordset(null::auth.memberships, p_claimed) as c
    join auth.claim_rules as r on r.id = c.id and r.ended_at is null
  ) as a
  order by a.user_role, a.court_code, a.organisation_id, a.is_claimed, a.id;
$$;

--
-- Name: FUNCTION list_memberships(p_user_id text, p_claimed jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.list_memberships(p_user_id text, p_claimed jsonb) IS 'The active memberships of a user, and those that active claim rules gave (auth.match_claims), with the rule''s id as their id. A
membership that is both in the directory and claimed appears once.';

--
-- Name: log_in(bytea, bytea, text, text, text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.log_in(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_username text, p_role text, p_court_assignment text DEFAULT NULL::text, p_organisation_id text DEFAULT NULL::text, p_return_url text DEFAULT NULL::text) RETURNS auth.log_in
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_court_name text := core.trimmed(p_court_assignment);
  v_memberships auth.memberships[];
  v_session auth.sessions;
begin
  if not exists (select from auth.database_kind as k where k.kind in ('LOCAL', 'TEST')) then
    raise exception using
      errcode = 'JCMOC', message = 'This way to sign in works only in a database marked LOCAL or TEST';
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

  -- A user of the directory need not state its only membership.
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

  return row(
    auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role),
    v_session.expires_at, v_session.ends_at
  )::auth.log_in;
end;
$$;

--
-- Name: FUNCTION log_in(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_username text, p_role text, p_court_assignment text, p_organisation_id text, p_return_url text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.log_in(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_username text, p_role text, p_court_assignment text, p_organisation_id text, p_return_url text) IS 'Opens a session for any user name, in a database marked LOCAL or TEST, and ends the browser''s previous one. A user whom the
directory knows in this role gets the court and organisation from there, unless stated. Definer: the server may not write the
table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court, a text beyond its limit.';

--
-- Name: log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamp with time zone, boolean, text, uuid, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.log_in_with_claims(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_claims jsonb, p_kind text, p_membership_id uuid, p_expires_at timestamp with time zone, p_adds_users boolean, p_return_url text, p_request_id uuid, p_client_address text) RETURNS auth.sign_in
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_claimed jsonb := auth.match_claims(p_claims);
  v_user auth.users := auth.find_user(p_claims, p_adds_users and v_claimed <> '[]');
  v_memberships auth.memberships[];
  v_chosen auth.memberships;
  v_session auth.sessions;
  v_refusal text;
begin
  v_memberships := array(select m from auth.list_memberships(v_user.user_id, v_claimed) as m);
  select m.* into v_chosen
  from unnest(v_memberships) as m
  where m.id = p_membership_id or p_membership_id is null and cardinality(v_memberships) = 1;

  v_session.token_sha256 := p_token_sha256;
  v_session.user_id := v_user.user_id;
  v_session.username := v_user.name;
  v_session.user_role := v_chosen.user_role;
  v_session.court_code := v_chosen.court_code;
  v_session.organisation_id := v_chosen.organisation_id;
  v_session.kind := p_kind;
  v_session.membership_id := v_chosen.id;
  v_session.claimed := v_claimed;
  v_session.issuer := p_claims ->> 'iss';
  v_session.subject := p_claims ->> 'sub';
  v_session.provider_session := p_claims ->> 'sid';
  v_session.ends_at := p_expires_at;

  v_refusal := case
    when v_user.user_id is null then 'JCUNK'
    when not v_user.enabled then 'JCOFF'
    when not auth.is_issued_since(p_claims, v_user.tokens_valid_from) then 'JCEND'
    when v_chosen.id is null and (p_membership_id is not null or cardinality(v_memberships) = 0) then 'JCNOM'
    when v_chosen.id is null and p_kind = 'bearer' then 'JCMNY'
  end;

  if v_refusal is not null then
    perform auth.record_sign_in(v_session, v_refusal, p_request_id, p_client_address);
    return row(
      null, null, v_refusal, auth.refusal_message(v_refusal),
      case v_refusal when 'JCMNY' then auth.show_memberships(v_user.user_id, v_claimed) end
    )::auth.sign_in;
  end if;

  -- If two requests bring a new bearer token at once, the second finds the session of the first.
  if p_kind <> 'bearer' or not auth.is_open_for(p_token_sha256, v_user.user_id, v_chosen.id) then
    perform auth.log_out(p_previous_token_sha256);
    v_session := auth.open_session(v_session, p_request_id, p_client_address);
  end if;

  return row(
    auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role), null, null,
    auth.show_memberships(v_user.user_id, v_claimed)
  )::auth.sign_in;
end;
$$;

--
-- Name: FUNCTION log_in_with_claims(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_claims jsonb, p_kind text, p_membership_id uuid, p_expires_at timestamp with time zone, p_adds_users boolean, p_return_url text, p_request_id uuid, p_client_address text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.log_in_with_claims(p_token_sha256 bytea, p_previous_token_sha256 bytea, p_claims jsonb, p_kind text, p_membership_id uuid, p_expires_at timestamp with time zone, p_adds_users boolean, p_return_url text, p_request_id uuid, p_client_address text) IS 'Opens a session for the user whom verified claims name, and ends the browser''s previous one. The membership is the named one, or
the only one. A user with several gets a cookie session without a role, and then chooses one. A refusal is an answer, so that its
record is committed: JCUNK unknown user; JCOFF disabled; JCEND a token from before all sessions of the user were ended; JCNOM no
membership, or not this one; JCMNY several and none chosen. The session ends at p_expires_at, or 12 hours from now. Definer: the
server may not read the directory, nor write sessions.';

--
-- Name: log_out(bytea); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.log_out(p_token_sha256 bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  delete from auth.sessions where token_sha256 = p_token_sha256;
$$;

--
-- Name: FUNCTION log_out(p_token_sha256 bytea); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.log_out(p_token_sha256 bytea) IS 'Ends a session at once, if there is one. Definer: the server may not write the table.';

--
-- Name: log_out_provider(text, text, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.log_out_provider(p_issuer text, p_subject text, p_provider_session text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  delete from auth.sessions as s
  where s.issuer = p_issuer
    and case when p_provider_session is null then s.subject = p_subject else s.provider_session = p_provider_session end;
  get diagnostics v_count = row_count;

  return v_count;
end;
$$;

--
-- Name: FUNCTION log_out_provider(p_issuer text, p_subject text, p_provider_session text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.log_out_provider(p_issuer text, p_subject text, p_provider_session text) IS 'Ends the sessions that a provider says have ended: those of its session if it names one, otherwise those of the subject. Returns
how many. A bearer token that is still valid opens another session, because its provider has not withdrawn it; auth.end_sessions
stops it. Definer: the server may not write the table.';

--
-- Name: look_at_replication(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.look_at_replication() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: its position, whether it is paused, and its name at the primary.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|[[:space:]])application_name=([^[:space:]]+)'),
        substring(r.conninfo from '(?:^|[[:space:]])fallback_application_name=([^[:space:]]+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: its position, and how commits wait for which standbys.
    'written', case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_current_wal_lsn() - '0/0'::pg_catalog.pg_lsn end,
    'timeline', case when not pg_catalog.pg_is_in_recovery()
      then left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
    end,
    'standby_names', pg_catalog.current_setting('synchronous_standby_names'),
    'standbys', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('name', s.application_name, 'is_awaited', s.state = 'streaming' and s.sync_state in ('sync', 'quorum'))
        )
        from pg_catalog.pg_stat_replication as s
      ),
      '[]'
    ),
    -- For every session: this one may have a setting of its own.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

--
-- Name: FUNCTION look_at_replication(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.look_at_replication() IS 'For the server, which reads from standbys only while every commit waits until they have applied it. Definer: the views of
replication show their rows only to members of pg_read_all_stats.';

--
-- Name: mark_database(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.mark_database(p_kind text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
begin
  if exists (select from core.cases) or exists (select from auth.database_kind) then
    raise exception using errcode = 'JCFIX', message = 'A database can be marked only once, and only before it has cases';
  end if;

  insert into auth.database_kind (kind) values (p_kind);
end;
$$;

--
-- Name: FUNCTION mark_database(p_kind text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.mark_database(p_kind text) IS 'Marks a database as LOCAL, TEST, DEV or PROD: once, while it has no cases. Only for the owner. The mock opens sessions only in a
database marked LOCAL or TEST.
Errors: JCFIX there are cases, or it is marked already.';

--
-- Name: match_claims(jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.match_claims(p_claims jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform
  from auth.claim_rules as r
  where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
  order by r.id
  for share;

  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', r.id, 'user_role', r.user_role, 'court_code', c.court_code, 'organisation_id', o.organisation_id
    )), '[]')
    from auth.claim_rules as r
    cross join lateral (select coalesce(r.court_code, auth.find_court(p_claims #>> r.court_claim))) as c (court_code)
    cross join lateral (
      select coalesce(
        r.organisation_id,
        case when jsonb_typeof(p_claims #> r.organisation_claim) = 'string' then core.trimmed(p_claims #>> r.organisation_claim) end
      )
    ) as o (organisation_id)
    where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
      and (r.court_claim is null or c.court_code is not null)
      and (r.organisation_claim is null or o.organisation_id is not null)
  );
end;
$$;

--
-- Name: FUNCTION match_claims(p_claims jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.match_claims(p_claims jsonb) IS 'The memberships that claim rules give for these claims, in the form of auth.list_memberships. A rule whose court or organisation
comes from a claim gives none if the claim names none. Locks those rules, so that ending a rule waits, and then finds the session.';

--
-- Name: may_be_user_id(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.may_be_user_id(p_subject text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return core.trimmed(p_subject) = p_subject and core.check_name('userId', p_subject) is null;
end;
$$;

--
-- Name: FUNCTION may_be_user_id(p_subject text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.may_be_user_id(p_subject text) IS 'Whether the provider''s name for a user can be the user id here, unchanged.';

--
-- Name: memberships_detail(text, jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.memberships_detail(p_user_id text, p_claimed jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return json_build_object('memberships', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'id', m.id, 'role', m.user_role, 'courtAssignment', m.court_assignment, 'organisationId', m.organisation_id
    ))), '[]')
    from unnest(auth.show_memberships(p_user_id, p_claimed)) as m
  ));
end;
$$;

--
-- Name: FUNCTION memberships_detail(p_user_id text, p_claimed jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.memberships_detail(p_user_id text, p_claimed jsonb) IS 'DETAIL of an error JCMNY: the user''s memberships, in the spelling of the API.';

--
-- Name: open_session(auth.sessions, uuid, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.open_session(p_session auth.sessions, p_request_id uuid, p_client_address text) RETURNS auth.sessions
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_session auth.sessions := p_session;
begin
  v_session.opened_at := now();
  v_session.ends_at := coalesce(p_session.ends_at, now() + interval '12 hours');
  v_session.expires_at := case
    when v_session.kind = 'bearer' then v_session.ends_at else least(now() + interval '30 minutes', v_session.ends_at)
  end;

  perform auth.limit_sessions(v_session.user_id, v_session.user_role);
  insert into auth.sessions select v_session.*;
  perform auth.record_sign_in(v_session, 'OPENED', p_request_id, p_client_address);

  return v_session;
end;
$$;

--
-- Name: FUNCTION open_session(p_session auth.sessions, p_request_id uuid, p_client_address text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.open_session(p_session auth.sessions, p_request_id uuid, p_client_address text) IS 'Opens a session, records it, and ends those that auth.limit_sessions selects. It ends after 12 hours unless stated.';

--
-- Name: record_sign_in(auth.sessions, text, uuid, text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.record_sign_in(p_session auth.sessions, p_outcome text, p_request_id uuid, p_client_address text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_issuer text := left(p_session.issuer, 255);
  v_subject text := left(p_session.subject, 255);
  v_since timestamptz := clock_timestamp() - interval '1 minute';
begin
  if p_outcome <> 'OPENED' and exists (
    select from auth.sign_ins as s
    where s.outcome <> 'OPENED'
      and coalesce(s.subject, '') = coalesce(v_subject, '') and coalesce(s.issuer, '') = coalesce(v_issuer, '')
      and s.occurred_at > v_since
      and s.kind = p_session.kind and s.outcome = p_outcome and s.client_address is not distinct from p_client_address
  ) then
    return;
  end if;

  insert into auth.sign_ins (issuer, subject, user_id, user_role, kind, outcome, client_address, request_id)
  values (
    v_issuer, v_subject, p_session.user_id, p_session.user_role, p_session.kind,
    p_outcome, p_client_address, p_request_id
  );
end;
$$;

--
-- Name: FUNCTION record_sign_in(p_session auth.sessions, p_outcome text, p_request_id uuid, p_client_address text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.record_sign_in(p_session auth.sessions, p_outcome text, p_request_id uuid, p_client_address text) IS 'Appends to auth.sign_ins. A refusal is recorded only if the same one (issuer, subject, kind, outcome, address) was not recorded
within the last minute, because a refused program may try again endlessly. Simultaneous refusals may each be recorded.';

--
-- Name: refusal_message(text); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.refusal_message(p_code text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case p_code
    when 'JCUNK' then 'Casefile does not know you. Ask a registrar to add you.'
    when 'JCOFF' then 'Your access has been turned off. Ask a registrar.'
    when 'JCEND' then 'This token was issued before all your sessions were ended. Get a new one from the identity provider.'
    when 'JCNOM' then 'You do not have this membership. Ask a registrar.'
    when 'JCMNY' then 'You have several memberships. Choose one.'
  end;
$$;

--
-- Name: FUNCTION refusal_message(p_code text); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.refusal_message(p_code text) IS 'The sentence for a refusal of a sign-in.';

--
-- Name: resume(bytea, uuid, text, boolean); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_reads boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.claim_session(p_token_sha256, p_reads);
  -- An assignment costs half as much as a query.
  v_settings text := set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true);
begin
  if p_reads then
    v_settings := set_config('transaction_read_only', 'on', true);
  else
    -- For the audit.
    v_settings := set_config('casefile.request_id', coalesce(p_request_id::text, ''), true)
      || set_config('casefile.client_address', coalesce(p_client_address, ''), true);
  end if;

  -- Invoker, because a definer function may not set the role.
  return set_config('role', v_role, true);
end;
$$;

--
-- Name: FUNCTION resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_reads boolean); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_reads boolean) IS 'Sets the database role and the claims of the session''s caller until the end of the transaction. Policies and triggers read the
claims with core.claim. Returns the role. For an operation that only reads, makes the transaction read-only.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

--
-- Name: session_caller(auth.sessions); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.session_caller(p_session auth.sessions) RETURNS api.caller
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return row(
    p_session.user_id,
    p_session.username,
    p_session.user_role::text,
    (select c.name from core.courts as c where c.code = p_session.court_code),
    p_session.organisation_id
  )::api.caller;
end;
$$;

--
-- Name: FUNCTION session_caller(p_session auth.sessions); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.session_caller(p_session auth.sessions) IS 'The caller of a session, as an answer shows it.';

--
-- Name: show_memberships(text, jsonb); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.show_memberships(p_user_id text, p_claimed jsonb) RETURNS api.membership[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return array(
    select row(m.id, m.user_role::text, c.name, m.organisation_id)::api.membership
    from auth.list_memberships(p_user_id, p_claimed) as m
    left join core.courts as c on c.code = m.court_code
    order by m.user_role, c.name, m.organisation_id
  );
end;
$$;

--
-- Name: FUNCTION show_memberships(p_user_id text, p_claimed jsonb); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.show_memberships(p_user_id text, p_claimed jsonb) IS 'The memberships of auth.list_memberships, as an answer shows them.';

--
-- Name: sweep(integer); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.sweep(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
  v_rates integer;
begin
  -- Skips locked rows: another session is removing or taking them over.
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

  -- Only whole seals that an anchor contains.
  delete from audit.refusals
  where id = any (array(
    select r.id from audit.refusals as r where r.id <= audit.last_expired('audit.refusals') order by r.id limit p_limit
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select s.id from auth.sign_ins as s where s.id <= audit.last_expired('auth.sign_ins') order by s.id limit p_limit
  ));
  get diagnostics v_sign_ins = row_count;

  delete from auth.log_in_rates
  where ctid = any (array(
    select r.ctid from auth.log_in_rates as r where r.paid_until <= now() order by r.paid_until limit p_limit for update skip locked
  ));
  get diagnostics v_rates = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins, v_rates);
end;
$$;

--
-- Name: FUNCTION sweep(p_limit integer); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.sweep(p_limit integer) IS 'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins from over two years ago that an anchor
contains; of each, at most the limit. Returns the largest of these numbers. If that is the limit, there is more to do. Definer:
the server may not write the tables.';

--
-- Name: take_mark(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.take_mark() RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
begin
  -- If two servers are first at the same time, the second waits and gets the id of the first.
  update auth.home as h set store_id = core.new_id() where h.store_id is null;

  return (
    select jsonb_build_object(
      'storeId', h.store_id,
      'entryId', e.id,
      'entryDigest', encode(e.digest, 'hex'),
      'series', (
        select coalesce(jsonb_object_agg(s.court_code || '/' || s.year, s.last_number), '{}')
        from core.case_number_series as s
        where s.year >= extract(year from now()) - 1
      ),
      'markedAt', now()
    )
    from auth.home as h
    left join lateral (select i.id, i.digest from audit.entries as i order by i.id desc limit 1) as e on true
  );
end;
$$;

--
-- Name: FUNCTION take_mark(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.take_mark() IS 'The mark that a server writes to the document store: the newest entry of the audit trail, and the last number of each series, by
court and year (BFC/2026). The first gives the store its id. Definer: a server may not read the tables.';

--
-- Name: tg_claim_rules__end_sessions(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.tg_claim_rules__end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
begin
  if new is distinct from old then
    delete from auth.sessions where membership_id = old.id;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_claim_rules__end_sessions(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.tg_claim_rules__end_sessions() IS 'Ends the sessions that a changed rule opened. A sign-in locks the rules that it reads (auth.match_claims). Definer: a registrar
may not write sessions.';

--
-- Name: tg_memberships__end_sessions(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.tg_memberships__end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
begin
  if new is distinct from old then
    -- A sign-in that read the old membership holds this lock until it has committed its session.
    perform from auth.users as u where u.user_id = old.user_id for no key update;
    delete from auth.sessions where user_id = old.user_id and membership_id = old.id;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_memberships__end_sessions(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.tg_memberships__end_sessions() IS 'Ends the sessions that a changed membership opened, including those of a running sign-in. Definer: a registrar may not write
sessions.';

--
-- Name: tg_record_directory_change(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.tg_record_directory_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
declare
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_after jsonb := to_jsonb(new);
begin
  if v_before is distinct from v_after then
    insert into auth.directory_changes (actor, entity, entity_id, before, after)
    values (session_user, tg_argv[0], v_after ->> tg_argv[1], v_before, v_after);
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_record_directory_change(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.tg_record_directory_change() IS 'Records a change of the directory. Its arguments are the kind of thing that changes, and the column of its id. Definer: nobody
else writes auth.directory_changes.';

--
-- Name: tg_users__end_sessions(); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.tg_users__end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
begin
  if new is distinct from old then
    delete from auth.sessions where user_id = old.user_id;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_users__end_sessions(); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.tg_users__end_sessions() IS 'Ends the sessions of a changed user. A sign-in holds the lock of the row (auth.find_user), so that no session is missed. Definer:
a registrar may not write sessions.';

--
-- Name: touch_session(bytea); Type: FUNCTION; Schema: auth; Owner: -
--

CREATE FUNCTION auth.touch_session(p_token_sha256 bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  update auth.sessions
  set expires_at = least(now() + interval '30 minutes', ends_at)
  -- Does not wait for a lock: its holder is moving the expiry or ending the session.
  where token_sha256 = (
    select s.token_sha256
    from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.expires_at > now() and s.expires_at < s.ends_at
    for no key update skip locked
  );
$$;

--
-- Name: FUNCTION touch_session(p_token_sha256 bytea); Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON FUNCTION auth.touch_session(p_token_sha256 bytea) IS 'Moves a session''s expiry to 30 minutes from now, or to its end if that is sooner. A bearer''s expiry is its end already. An
expired session stays expired. Definer: the server may not write the table.';

--
-- Name: actor(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.actor() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_user_id text;
begin
  if core.caller_role() is null then
    return case when current_setting('role') = 'document_processor' then 'document_processor' else session_user end;
  end if;

  v_user_id := nullif(core.claim('user_id'), '');
  if v_user_id is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  return v_user_id;
end;
$$;

--
-- Name: FUNCTION actor(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.actor() IS 'The caller''s user id; document_processor for the worker; the database login for work done without the server.
Errors: JCSES a caller role without a session.';

--
-- Name: actor_role(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.actor_role() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if current_setting('role') = 'document_processor' then
    return 'DOCUMENT_PROCESSOR';
  end if;

  return coalesce(core.caller_role()::text, 'DATABASE');
end;
$$;

--
-- Name: FUNCTION actor_role(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.actor_role() IS 'The caller''s role; DOCUMENT_PROCESSOR for the worker; DATABASE for work done without the server.';

--
-- Name: answered_case_id(jsonb); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.answered_case_id(p_answer jsonb) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select coalesce(p_answer ->> 'case_id', p_answer -> 'case_record' ->> 'id', p_answer ->> 'id')::uuid;
$$;

--
-- Name: FUNCTION answered_case_id(p_answer jsonb); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.answered_case_id(p_answer jsonb) IS 'The case of a kept answer, which is a case or belongs to one; null for an answer about no case.';

--
-- Name: assignment_records(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.assignment_records() RETURNS SETOF api.assignment
    LANGUAGE sql STABLE
    AS $$
  select a.id, a.case_id, a.user_id, a.assignment_type::text, a.created_at, p.assigned_by
  from core.assignments as a
  left join core.assignment_particulars as p on p.assignment_id = a.id
  where a.revoked_at is null;
$$;

--
-- Name: FUNCTION assignment_records(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.assignment_records() IS 'All active assignments within reach; without who assigned where core.assignment_particulars shows the caller nothing. The planner
inlines it into the calling query.';

--
-- Name: attention(timestamp with time zone); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.attention(p_next_hearing timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
$$;

--
-- Name: FUNCTION attention(p_next_hearing timestamp with time zone); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.attention(p_next_hearing timestamp with time zone) IS 'overdue if the next hearing is past, approaching within 7 days, otherwise normal. A plain expression without settings, so that the
planner inlines it: lists evaluate it for each case.';

--
-- Name: caller(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.caller() RETURNS api.caller
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = core.claim('court_code')),
    nullif(core.claim('organisation_id'), '')
  )::api.caller;
end;
$$;

--
-- Name: FUNCTION caller(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.caller() IS 'The caller that auth.resume has set.';

--
-- Name: caller_role(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.caller_role() RETURNS core.user_role
    LANGUAGE sql STABLE
    AS $$
  select case pg_catalog.current_setting('role')
    when 'hmcts_case_officer' then 'HMCTS_CASE_OFFICER'
    when 'judge_legal_adviser' then 'JUDGE_LEGAL_ADVISER'
    when 'cafcass_officer' then 'CAFCASS_OFFICER'
    when 'la_social_worker' then 'LA_SOCIAL_WORKER'
    when 'vaa_worker' then 'VAA_WORKER'
    when 'adopter' then 'ADOPTER'
  end::core.user_role;
$$;

--
-- Name: FUNCTION caller_role(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.caller_role() IS 'The caller''s role; null for work done without the server. Reads the setting and not current_user, which is the owner inside a
definer function. The planner inlines it into the calling query.';

--
-- Name: case_records(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.case_records() RETURNS SETOF api.case_record
    LANGUAGE sql STABLE
    AS $$
  -- Fields from a side table are null if its policy hides them. An adopter sees no details, particulars or
  -- participants.
  select
    c.id,
    c.case_number,
    c.case_type::text,
    c.status::text,
    t.name,
    c.court_code,
    d.created_by,
    c.created_at,
    c.updated_at,
    c.version,
    -- An adopter sees only itself.
    case
      when core.caller_role() = 'ADOPTER' then array(
        select a.user_id
        from core.assignments as a
        where a.case_id = c.id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
      )
      else coalesce(p.applicant_ids, '{}')
    end,
    p.assigned_judge,
    p.organisation_ids,
    r.reason,
    d.notes,
    d.internal_notes,
    d.staff_comments,
    d.linked_family_court_case_reference,
    row(c.created_at, c.next_hearing)::api.key_dates,
    core.attention(c.next_hearing),
    -- Only the grants say who may do what. Evaluated once for all cases.
    row(
      (select pg_catalog.has_function_privilege('api.update_case'::pg_catalog.regproc, 'execute')),
      n.to_statuses is not null,
      (select pg_catalog.has_function_privilege('api.delete_case'::pg_catalog.regproc, 'execute')),
      (select pg_catalog.has_function_privilege('api.list_case_audit'::pg_catalog.regproc, 'execute')),
      coalesce(n.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.case_participants as p on p.case_id = c.id
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  left join core.next_statuses as n
    on n.from_status = c.status and n.user_role = core.caller_role()
    and (select pg_catalog.has_function_privilege('api.change_case_status'::pg_catalog.regproc, 'execute'))
  where c.deleted_at is null;
$$;

--
-- Name: FUNCTION case_records(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.case_records() IS 'All cases within reach, as their caller may see them, redacted by the policies of the side tables. The planner inlines it into the
calling query, which says which cases: where id = ..., or a join to the ids of a page.';

--
-- Name: check_cursor(text, core.page_cursor); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_cursor(p_cursor text, p_place core.page_cursor) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if p_cursor is not null and p_place is null then
    return row('cursor', 'INVALID_FORMAT', 'cursor does not come from this list in this order. Start again at the first page')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_cursor(p_cursor text, p_place core.page_cursor); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_cursor(p_cursor text, p_place core.page_cursor) IS 'The error of a cursor that core.read_cursor cannot read; null if it is valid, or null.';

--
-- Name: check_file_name(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_file_name(p_filename text) RETURNS core.field_error
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  if v_filename is null then
    return row('file', 'REQUIRED', 'file is required')::core.field_error;
  end if;

  -- A path, a control character, or a mark that reverses the writing direction to hide the true ending.
  if v_filename ~ E'[/\\\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
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

--
-- Name: FUNCTION check_file_name(p_filename text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_file_name(p_filename text) IS 'The error of a file name, or of the type that it stands for; null if it is valid.';

--
-- Name: check_length(text, text, integer); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_length(p_field text, p_value text, p_limit integer) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO ''
    AS $$
begin
  if char_length(p_value) > p_limit then
    return row(p_field, 'TOO_LONG', format('%s is longer than %s characters', p_field, p_limit))::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_length(p_field text, p_value text, p_limit integer); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_length(p_field text, p_value text, p_limit integer) IS 'The error of a text with more characters than the limit, which its table has as well; null if it is valid, or null.';

--
-- Name: check_name(text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_name(p_field text, p_value text) RETURNS core.field_error
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION check_name(p_field text, p_value text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_name(p_field text, p_value text) IS 'The error of a name with a control, bidirectional, zero-width or other invisible character, not in NFC, or with more than 100
characters; null if it is valid, or null. Otherwise, names that look the same could be different people.';

--
-- Name: check_page(integer); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_page(p_page integer) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO ''
    AS $$
begin
  if p_page < 1 then
    return row('page', 'OUT_OF_RANGE', 'page must be 1 or more')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_page(p_page integer); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_page(p_page integer) IS 'The error of a wrong page number; null if it is valid, or null.';

--
-- Name: check_page_size(integer); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_page_size(p_page_size integer) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO ''
    AS $$
begin
  if p_page_size not between 1 and 100 then
    return row('pageSize', 'OUT_OF_RANGE', 'pageSize must be from 1 to 100')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_page_size(p_page_size integer); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_page_size(p_page_size integer) IS 'The error of a wrong page size; null if it is valid, or null.';

--
-- Name: check_required(text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_required(p_field text, p_value text) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if core.trimmed(p_value) is null then
    return row(p_field, 'REQUIRED', p_field || ' is required')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_required(p_field text, p_value text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_required(p_field text, p_value text) IS 'The error of a required text that is missing or only white space; null if it is valid.';

--
-- Name: check_time(text, timestamp with time zone); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_time(p_field text, p_value timestamp with time zone) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO ''
    AS $$
begin
  if p_value < '0001-01-01 00:00:00+00' or p_value >= '10000-01-01 00:00:00+00' then
    return row(p_field, 'OUT_OF_RANGE', p_field || ' must be in the years 1 to 9999')::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_time(p_field text, p_value timestamp with time zone); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_time(p_field text, p_value timestamp with time zone) IS 'The error of a time, infinity included, whose year does not have four digits; null if it is valid, or null.';

--
-- Name: check_word(text, text, text[]); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.check_word(p_field text, p_value text, p_words text[]) RETURNS core.field_error
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO ''
    AS $$
begin
  if not p_value = any (p_words) then
    return row(p_field, 'UNKNOWN_WORD', 'Invalid ' || p_field)::core.field_error;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION check_word(p_field text, p_value text, p_words text[]); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.check_word(p_field text, p_value text, p_words text[]) IS 'The error of a text that is none of these words; null if it is valid, or null.';

--
-- Name: claim(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.claim(p_name text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    AS $$
begin
  return pg_catalog.current_setting(
    auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
      pg_catalog.current_setting('role'),
    true
  );
end;
$$;

--
-- Name: FUNCTION claim(p_name text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.claim(p_name text) IS 'user_id, court_code or organisation_id of the session that this transaction has resumed in the current role; empty or null if the
session lacks it, or without a session. For policies, in a scalar sub-select. Definer: only the owner knows the names of the
settings that auth.claim_session has set, so that nobody becomes a caller by setting them.';

--
-- Name: count_cases(core.case_filter); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.count_cases(p_filter core.case_filter) RETURNS core.case_count
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  v_most bigint := core.most_counted();
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
  v_since timestamptz := coalesce(p_filter.since, '-infinity');
  v_before timestamptz := coalesce(p_filter.before, 'infinity');
  v_organisation_id text;
  v_user_id text;
  v_count bigint;
begin
  if core.caller_role() <> 'HMCTS_CASE_OFFICER' then
    -- By name. Each case counts once, even if it is reached in two ways.
    if not (p_filter is null) then
      return core.count_filtered_cases(p_filter);
    end if;

    v_organisation_id := nullif(core.claim('organisation_id'), '');
    -- Counts once if user and organisation have the same id.
    v_user_id := nullif(core.claim('user_id'), v_organisation_id);
    v_count := (
      select count(*)
      from (
        select from core.case_reach as o where o.reached_by = v_organisation_id
        union all
        select
        from core.case_reach as u
        where u.reached_by = v_user_id
          and (
            v_organisation_id is null
            or not exists (
              select from core.case_reach as o where o.case_id = u.case_id and o.reached_by = v_organisation_id offset 0
            )
          )
        limit v_most + 1
      ) as f
    );
  -- By court: one query for each index.
  elsif p_filter.since is not null or p_filter.before is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null
          and c.scheduled_at >= v_since
          and c.scheduled_at < v_before
          and (v_status_place is null or c.status_place = v_status_place)
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        limit v_most + 1
      ) as f
    );
  elsif v_status_place is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null
          and c.status_place = v_status_place
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        limit v_most + 1
      ) as f
    );
  elsif v_case_type_place is not null then
    v_count := (
      select count(*)
      from (
        select
        from core.cases as c
        where c.deleted_at is null and c.case_type_place = v_case_type_place
        limit v_most + 1
      ) as f
    );
  else
    v_count := coalesce((select sum(s.case_count) from core.case_number_series as s), 0);
    return row(v_count, false)::core.case_count;
  end if;

  return row(least(v_count, v_most), v_count > v_most)::core.case_count;
end;
$$;

--
-- Name: FUNCTION count_cases(p_filter core.case_filter); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.count_cases(p_filter core.case_filter) IS 'How many cases are within reach, filtered by status, type and dates if stated. Counts up to core.most_counted. The number for a
whole court comes from the tallies of core.case_number_series, without reading a case. For a filter by case number, see
core.count_filtered_cases.';

--
-- Name: count_filtered_cases(core.case_filter); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.count_filtered_cases(p_filter core.case_filter) RETURNS core.case_count
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  v_reached uuid[] := core.reached_case_ids();
  v_most bigint := core.most_counted();
  v_count bigint := (
    select count(*)
    from (
      select
      from core.cases as c
      where c.deleted_at is null
        and (v_reached is null or c.id = any ((select v_reached)::uuid[]))
        and core.fits_filter(c, p_filter)
      limit v_most + 1
    ) as f
  );
begin
  return row(least(v_count, v_most), v_count > v_most)::core.case_count;
end;
$$;

--
-- Name: FUNCTION count_filtered_cases(p_filter core.case_filter); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.count_filtered_cases(p_filter core.case_filter) IS 'How many cases within reach the filter finds, up to core.most_counted.';

--
-- Name: document_records(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.document_records() RETURNS SETOF api.document
    LANGUAGE sql STABLE
    AS $$
  select
    d.id, d.case_id, d.filename, d.filename, d.document_type, d.description, d.file_size, d.file_hash, d.mime_type, d.uploaded_by,
    d.uploaded_at, d.version, d.upload_status::text, d.ocr_status::text, d.ocr_completed_at, d.ocr_failure_reason,
    d.virus_scan_status::text, d.virus_scan_completed_at, core.side_of(d.case_id, d.uploaded_by), d.ocr_page_count, d.ocr_pages_read
  from core.documents as d
  where d.upload_status = 'complete' and d.deleted_at is null;
$$;

--
-- Name: FUNCTION document_records(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.document_records() IS 'All documents within reach whose upload is complete and that are not deleted. The planner inlines it into the calling query.';

--
-- Name: file_types; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.file_types (
    extension text NOT NULL,
    mime_type text NOT NULL,
    is_readable boolean NOT NULL,
    size_limit bigint DEFAULT 20971520 NOT NULL,
    CONSTRAINT file_types_extension_is_lower_case CHECK ((extension = lower(extension)))
);

ALTER TABLE ONLY core.file_types FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE file_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.file_types IS 'The allowed files, by the extension of their name; the content must have the same type.';

--
-- Name: COLUMN file_types.is_readable; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.file_types.is_readable IS 'Whether the worker can read text from it (OCR).';

--
-- Name: COLUMN file_types.size_limit; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.file_types.size_limit IS 'In bytes.';

--
-- Name: file_type(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.file_type(p_filename text) RETURNS core.file_types
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_filename text := core.trimmed(p_filename);
begin
  return (
    select t
    from core.file_types as t
    where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*[.]([^.]+)$'))
  );
end;
$_$;

--
-- Name: FUNCTION file_type(p_filename text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.file_type(p_filename text) IS 'The type of file by the extension of a name; null if there is no such type. core.check_file_name tells whether the name is valid.';

--
-- Name: find_case(uuid); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.find_case(p_case_id uuid) RETURNS core.cases
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case core.cases;
begin
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_case;
end;
$$;

--
-- Name: FUNCTION find_case(p_case_id uuid); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.find_case(p_case_id uuid) IS 'The case, if the caller reaches it and it is not deleted.
Errors: JCMIS no case within reach.';

--
-- Name: find_document(uuid); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.find_document(p_document_id uuid) RETURNS core.documents
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION find_document(p_document_id uuid); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.find_document(p_document_id uuid) IS 'The document, if the caller reaches it, its upload is complete and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

--
-- Name: find_number_faults(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.find_number_faults() RETURNS TABLE(court_code text, year integer, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with numbers as (
    select c.court_code, c.number_year as year, count(*) as cases, max(c.number_sequence) as last_number
    from core.cases as c
    group by c.court_code, c.number_year
  ),
  gaps as (
    select g.court_code, g.year, sum(g.last_number - g.first_number + 1) as missing, max(g.last_number) as last_number
    from core.case_number_gaps as g
    group by g.court_code, g.year
  ),
  series as (
    select
      s.court_code, s.year, s.last_number, coalesce(n.cases, 0) + coalesce(g.missing, 0) as known,
      greatest(n.last_number, g.last_number) as last_known
    from core.case_number_series as s
    left join numbers as n on n.court_code = s.court_code and n.year = s.year
    left join gaps as g on g.court_code = s.court_code and g.year = s.year
  )
  select s.court_code, s.year, 'the series is not where its cases are'
  from series as s
  where s.last_number is distinct from s.last_known
  union all
  select s.court_code, s.year, 'numbers are missing'
  from series as s
  where s.known <> s.last_known
  union all
  select n.court_code, n.year, 'cases without a series'
  from numbers as n
  where not exists (select from core.case_number_series as s where s.court_code = n.court_code and s.year = n.year)
  union all
  select c.court_code, c.number_year, 'a case has a number that was passed over: ' || c.case_number
  from core.case_number_gaps as g
  join core.cases as c
    on c.court_code = g.court_code and c.number_year = g.year and c.number_sequence between g.first_number and g.last_number;
$$;

--
-- Name: FUNCTION find_number_faults(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.find_number_faults() IS 'For DBAs: the series of case numbers that have a gap without a record in core.case_number_gaps, or that do not match their cases.
No row if all is well.';

--
-- Name: find_reach_faults(uuid, uuid); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.find_reach_faults(p_from uuid, p_to uuid) RETURNS TABLE(case_id uuid, problem text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
  with reach as (
    select r.case_id, r.way, r.reached_by, r.created_at
    from core.case_reach as r
    where r.case_id between p_from and p_to
  ),
  ties as (
    select t.case_id, t.way, t.reached_by, t.created_at
    from core.ties() as t
    where t.case_id between p_from and p_to
  )
  select t.case_id, concat_ws(' ', t.way, t.reached_by, 'does not reach it')
  from (select * from ties except select * from reach) as t
  union all
  select r.case_id, concat_ws(' ', r.way, r.reached_by, 'reaches it, and is not tied to it')
  from (select * from reach except select * from ties) as r;
$$;

--
-- Name: FUNCTION find_reach_faults(p_from uuid, p_to uuid); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.find_reach_faults(p_from uuid, p_to uuid) IS 'For DBAs, for the cases between two ids: rows in which core.case_reach differs from assignments and links. No row if all is well.';

--
-- Name: fits_filter(core.cases, core.case_filter); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.fits_filter(p_case core.cases, p_filter core.case_filter) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select (p_filter.status is null or p_case.status_place = core.status_place(p_filter.status))
    and (p_filter.case_type is null or p_case.case_type_place = core.case_type_place(p_filter.case_type))
    and (p_filter.since is null or p_case.scheduled_at >= p_filter.since)
    and (p_filter.before is null or p_case.scheduled_at < p_filter.before)
    and (
      p_filter.case_number is null
      or p_case.case_number >= p_filter.case_number collate "C"
      and p_case.case_number < p_filter.case_number || chr(1114111) collate "C" -- begins with it
    );
$$;

--
-- Name: FUNCTION fits_filter(p_case core.cases, p_filter core.case_filter); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.fits_filter(p_case core.cases, p_filter core.case_filter) IS 'Whether a filter finds a case. A plain expression of leakproof operators without settings, so that the planner inlines it and can
use an index.';

--
-- Name: gather_participants(uuid[]); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.gather_participants(p_case_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
begin
  insert into core.case_participants as p (case_id, court_code, applicant_ids, assigned_judge, organisation_ids)
  select c.id, c.court_code, coalesce(a.applicant_ids, '{}'), a.assigned_judge, l.organisation_ids
  from unnest(p_case_ids) as i (case_id)
  join core.cases as c on c.id = i.case_id
  cross join lateral (
    select
      array_agg(s.user_id order by s.created_at, s.id) filter (where s.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(s.user_id order by s.created_at desc, s.id desc) filter (where s.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as s
    where s.case_id = c.id and s.revoked_at is null
  ) as a
  cross join lateral (
    select array_agg(o.organisation_id order by o.linked_at, o.id) as organisation_ids
    from core.organisation_links as o
    where o.case_id = c.id and o.unlinked_at is null
  ) as l
  on conflict (case_id) do update
  set (applicant_ids, assigned_judge, organisation_ids)
    = (excluded.applicant_ids, excluded.assigned_judge, excluded.organisation_ids);
end;
$$;

--
-- Name: FUNCTION gather_participants(p_case_ids uuid[]); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.gather_participants(p_case_ids uuid[]) IS 'Writes core.case_participants from the active assignments and links of the cases: applicants and organisations in the order of
assignment, and the judge who was assigned last. For triggers, and for use after changes with triggers disabled.';

--
-- Name: gather_reach(uuid[]); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.gather_reach(p_case_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
begin
  delete from core.case_reach as r
  where r.case_id = any (p_case_ids)
    and not exists (
      select from core.ties() as t where t.case_id = r.case_id and t.way = r.way and t.reached_by = r.reached_by
    );

  insert into core.case_reach (case_id, way, reached_by, created_at)
  select t.case_id, t.way, t.reached_by, t.created_at
  from core.ties() as t
  where t.case_id = any (p_case_ids)
  on conflict (case_id, way, reached_by) do nothing;
end;
$$;

--
-- Name: FUNCTION gather_reach(p_case_ids uuid[]); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.gather_reach(p_case_ids uuid[]) IS 'Writes core.case_reach from core.ties, for the given cases. For triggers, and for use after changes with triggers disabled.';

--
-- Name: is_normal(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.is_normal(p_text text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return is_normalized(p_text, 'NFC');
  end if;

  -- PostgreSQL 12 cannot tell. It accepts only characters that have one form: Latin, punctuation, Chinese, emoji.
  return p_text !~ E'[^\u0001-\u02FF\u2010-\u2027\u2030-\u205E\u4E00-\u9FFF\U0001F300-\U0001FAFF]';
end;
$$;

--
-- Name: FUNCTION is_normal(p_text text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.is_normal(p_text text) IS 'Whether the text is in NFC. On PostgreSQL 12, which has no function for it, also false for texts that cannot be checked.';

--
-- Name: known_time(text, timestamp with time zone); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.known_time(p_field text, p_value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  perform core.refuse(core.check_time(p_field, p_value));
  return p_value;
end;
$$;

--
-- Name: FUNCTION known_time(p_field text, p_value timestamp with time zone); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.known_time(p_field text, p_value timestamp with time zone) IS 'The time, if its year is from 1 to 9999, because readers of JSON need four digits; null stays null.
Errors: JCVAL another time, infinity included.';

--
-- Name: lock_case(uuid, integer, integer[]); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.lock_case(p_case_id uuid, p_expected_version integer, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS core.cases
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
      message = 'Somebody else has changed the case. Read it again',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

--
-- Name: FUNCTION lock_case(p_case_id uuid, p_expected_version integer, p_any_of integer[]); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.lock_case(p_case_id uuid, p_expected_version integer, p_any_of integer[]) IS 'The current case, locked until the end of the transaction, if its version is the stated one, or one of several. Null states none.
Errors: JCMIS no case within reach; JCVER stale version.';

--
-- Name: most_counted(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.most_counted() RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  select 1000::bigint;
$$;

--
-- Name: FUNCTION most_counted(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.most_counted() IS 'The number up to which a list counts the matches of a filter: counting costs time for each case, and few users read that many
pages.';

--
-- Name: new_id(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.new_id() RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::integer)
    || substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 15)
  )::uuid;
end;
$$;

--
-- Name: FUNCTION new_id(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.new_id() IS 'A UUID of version 7: new rows land together at the end of their index. Not a secret. (gen_random_uuid is not in PostgreSQL 12.)';

--
-- Name: newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.newest_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean DEFAULT false) RETURNS core.page_cursor[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_sort TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  -- Without a cursor, these bounds always hold: either way, a read of the index begins at the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
  v_page core.page_cursor[];
begin
  if core.caller_role() <> 'HMCTS_CASE_OFFICER' then
    -- By name. Each case comes once, even if it is reached in two ways.
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.case_id)::core.page_cursor
      from (
        select distinct r.created_at, r.case_id
        from unnest(array[core.claim('user_id'), core.claim('organisation_id')]) as n (reached_by)
        cross join lateral (
          select w.created_at, w.case_id
          from core.case_reach as w
          where w.reached_by = n.reached_by
            and (w.created_at, w.case_id) < (v_created_at, v_id)
            and (
              p_filter is null
              or exists (select from core.cases as c where c.id = w.case_id and core.fits_filter(c, p_filter) offset 0)
            )
          order by w.created_at desc, w.case_id desc
          limit p_offset + p_limit
        ) as r
      ) as c
      order by c.created_at desc, c.case_id desc
      limit p_limit
      offset p_offset
    );
  elsif p_filter.since is not null or p_filter.before is not null then
    v_page := core.newest_scheduled_cases(p_filter, p_after, p_offset, p_limit, p_has_many);
  -- By court: one query for each index.
  elsif v_status_place is not null then
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and c.status_place = v_status_place
        and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  elsif v_case_type_place is not null then
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and c.case_type_place = v_case_type_place
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  else
    v_page := array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  end if;

  return v_page;
end;
$$;

--
-- Name: FUNCTION newest_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.newest_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean) IS 'The cases within reach, filtered by status, type and dates if stated, newest first, each with the cursor of the page after it.
p_has_many: expect many of them. For a filter by case number, see core.sorted_cases.';

--
-- Name: newest_records(core.page_cursor, bigint, integer); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer) RETURNS api.case_record[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_sort TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  -- One query for the page and its contents costs half as much as two. Every list opens with it.
  if core.caller_role() = 'HMCTS_CASE_OFFICER' then
    return array(
      select r
      from (
        select c.created_at, c.id
        from core.cases as c
        where c.deleted_at is null and (c.created_at, c.id) < (v_created_at, v_id)
        order by c.created_at desc, c.id desc
        limit p_limit
        offset p_offset
      ) as p
      join core.case_records() as r on r.id = p.id
      order by p.created_at desc, p.id desc
    );
  end if;

  -- By name. Each case comes once, even if it is reached in two ways.
  return array(
    select r
    from (
      select distinct w.created_at, w.case_id
      from unnest(array[core.claim('user_id'), core.claim('organisation_id')]) as n (reached_by)
      cross join lateral (
        select o.created_at, o.case_id
        from core.case_reach as o
        where o.reached_by = n.reached_by and (o.created_at, o.case_id) < (v_created_at, v_id)
        order by o.created_at desc, o.case_id desc
        limit p_offset + p_limit
      ) as w
      order by w.created_at desc, w.case_id desc
      limit p_limit
      offset p_offset
    ) as p
    join core.case_records() as r on r.id = p.case_id
    order by p.created_at desc, p.case_id desc
  );
end;
$$;

--
-- Name: FUNCTION newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer) IS 'The cases within reach, newest first, in the words of the API. With a filter, see core.newest_cases.';

--
-- Name: newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.newest_scheduled_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean DEFAULT false) RETURNS core.page_cursor[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_sort TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_since timestamptz := coalesce(p_filter.since, '-infinity');
  v_before timestamptz := coalesce(p_filter.before, 'infinity');
  -- One bound, where the read of the index begins: a second one would be compared entry by entry.
  v_first timestamptz := least(v_created_at, v_before);
  v_first_id uuid := case when v_created_at < v_before then v_id else '00000000-0000-0000-0000-000000000000' end;
  v_without_hearing bigint := core.attention_place(null);
  -- The sooner, the higher.
  v_most bigint := case when p_filter.since is null then 9223372036854775807 else core.attention_place(p_filter.since) end;
  v_least bigint := core.attention_place(p_filter.before);
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
begin
  -- If many of the days lie ahead, the newest cases of all are among them.
  if p_has_many and v_before > now() then
    return array(
      select row(to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::core.page_cursor
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    );
  end if;

  -- Cases without a hearing are indexed by creation, which their days refer to. Cases with one are read by its
  -- days, and sorted.
  return array(
    select row(to_char(f.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), f.id)::core.page_cursor
    from (
      (
        select c.created_at, c.id
        from core.cases as c
        where c.deleted_at is null
          and c.attention_place = v_without_hearing
          and c.created_at >= v_since
          and (c.created_at, c.id) < (v_first, v_first_id)
          and (v_status_place is null or c.status_place = v_status_place)
          and (v_case_type_place is null or c.case_type_place = v_case_type_place)
        order by c.created_at desc, c.id desc
        limit p_offset + p_limit
      )
      union all
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and c.attention_place > v_least
        and c.attention_place <= v_most
        and (c.created_at, c.id) < (v_created_at, v_id)
        and (v_status_place is null or c.status_place = v_status_place)
        and (v_case_type_place is null or c.case_type_place = v_case_type_place)
    ) as f
    order by f.created_at desc, f.id desc
    limit p_limit
    offset p_offset
  );
end;
$$;

--
-- Name: FUNCTION newest_scheduled_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.newest_scheduled_cases(p_filter core.case_filter, p_after core.page_cursor, p_offset bigint, p_limit integer, p_has_many boolean) IS 'The cases of a court whose next hearing (or creation, without a hearing) is within the dates of the filter, with its status and
type, newest first, each with the cursor of the page after it. p_has_many: expect many of them.';

--
-- Name: nfc(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.nfc(p_text text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if current_setting('server_version_num')::integer >= 130000 then
    return normalize(p_text);
  end if;

  return p_text;
end;
$$;

--
-- Name: FUNCTION nfc(p_text text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.nfc(p_text text) IS 'The text in NFC, for names from before NFC was required. On PostgreSQL 12, which has no function for it, the text unchanged.';

--
-- Name: organisation_link_records(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.organisation_link_records() RETURNS SETOF api.organisation_link
    LANGUAGE sql STABLE
    AS $$
  select l.case_id, l.organisation_id, l.organisation_type::text, l.linked_at, l.linked_by
  from core.organisation_links as l
  where l.unlinked_at is null;
$$;

--
-- Name: FUNCTION organisation_link_records(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.organisation_link_records() IS 'All active links within reach. The planner inlines it into the calling query.';

--
-- Name: pagination(bigint, integer, integer, text, boolean); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text, p_total_is_minimum boolean DEFAULT false) RETURNS api.pagination
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor,
    p_total_is_minimum
  )::api.pagination;
end;
$$;

--
-- Name: FUNCTION pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text, p_total_is_minimum boolean); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text, p_total_is_minimum boolean) IS 'The pagination of an answer; the cursor is null on the last page, and for a list without cursors. The total is exact, or a
minimum.';

--
-- Name: pass_over_numbers(jsonb, timestamp with time zone, integer, bigint); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.pass_over_numbers(p_marked jsonb, p_since timestamp with time zone, p_gap integer, p_restore_id bigint) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    SET row_security TO 'on'
    AS $$
declare
  v_count integer;
begin
  if p_gap = 0 then return 0; end if;

  -- Years that had ended at p_since got no later numbers. A missing series may have begun since.
  insert into core.case_number_gaps (court_code, year, first_number, last_number, restore_id)
  select
    c.code, y.year, coalesce(s.last_number, 0) + 1,
    greatest(s.last_number, (p_marked ->> (c.code || '/' || y.year))::integer, 0) + p_gap, p_restore_id
  from core.courts as c
  cross join generate_series(
    extract(year from p_since at time zone 'Europe/London')::integer, extract(year from now() at time zone 'Europe/London')::integer
  ) as y (year)
  left join core.case_number_series as s on s.court_code = c.code and s.year = y.year;

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  select g.court_code, g.year, g.last_number, 0
  from core.case_number_gaps as g
  where g.restore_id = p_restore_id
  on conflict (court_code, year) do update set last_number = excluded.last_number;
  get diagnostics v_count = row_count;
  -- Checks now: at the end of the transaction, a migrator's session has row_security = off.
  set constraints core.tg_case_number_series__in_use immediate;
  set constraints core.tg_case_number_series__in_use deferred;

  return v_count;
end;
$$;

--
-- Name: FUNCTION pass_over_numbers(p_marked jsonb, p_since timestamp with time zone, p_gap integer, p_restore_id bigint); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.pass_over_numbers(p_marked jsonb, p_since timestamp with time zone, p_gap integer, p_restore_id bigint) IS 'Moves the series of every court, for the years since then, so many numbers beyond the last known one, in this database or in the
mark. core.case_number_gaps records the numbers passed over. Returns how many series. Only for the owner.';

--
-- Name: permit_transition(core.case_status, text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.permit_transition(p_from core.case_status, p_to text, p_reason text) RETURNS core.case_status
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_transition core.status_transitions;
begin
  if not exists (select from core.status_transitions as t where t.from_status = p_from) then
    raise exception using
      errcode = 'JCTRM',
      message = 'The case has the outcome ' || p_from || '. Its status cannot be changed',
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
        coalesce((select n.to_statuses from core.next_statuses as n where n.from_status = p_from and n.user_role = core.caller_role()), '{}')
      )::text;
  end if;

  -- Work without the server has no role to check.
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

--
-- Name: FUNCTION permit_transition(p_from core.case_status, p_to text, p_reason text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.permit_transition(p_from core.case_status, p_to text, p_reason text) IS 'The status to move to, if core.status_transitions allows this caller to choose it.
Errors: JCTRM terminal status; JCSTA not allowed from here; JCROL not for this role; JCREA reason required.';

--
-- Name: plain_name(text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.plain_name(p_field text, p_value text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_name text := core.trimmed(p_value);
begin
  perform core.refuse(core.check_name(p_field, v_name));
  return v_name;
end;
$$;

--
-- Name: FUNCTION plain_name(p_field text, p_value text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.plain_name(p_field text, p_value text) IS 'The text, trimmed; null when nothing is left.
Errors: JCVAL core.check_name.';

--
-- Name: reached_case_ids(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.reached_case_ids() RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if core.caller_role() = 'HMCTS_CASE_OFFICER' then
    return null;
  end if;

  return array(select r.case_id from core.case_reach as r);
end;
$$;

--
-- Name: FUNCTION reached_case_ids(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.reached_case_ids() IS 'The ids of all cases that core.case_reach has for the caller; null for an officer, who reaches a court. Lists in an order other
than newest first start from them.';

--
-- Name: read_case_filter(text, text, date, date, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.read_case_filter(p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text) RETURNS core.case_filter
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION read_case_filter(p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.read_case_filter(p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text) IS 'The filter of a list, from words that api.list_cases has checked; null for all cases. A case number may be the beginning of one.';

--
-- Name: read_cursor(text, text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text) RETURNS core.page_cursor
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_place jsonb;
  v_cursor core.page_cursor;
  v_key text;
begin
  -- Real ones are far shorter, and too short for deep JSON.
  if p_cursor is null or length(p_cursor) > 500 then
    return null;
  end if;

  begin
    v_place := convert_from(
      decode(translate(p_cursor, '-_', '+/') || repeat('=', (4 - length(p_cursor) % 4) % 4), 'base64'), 'UTF8'
    );
    v_cursor := row(v_place ->> 2, v_place ->> 3)::core.page_cursor;

    -- An invented cursor fails here. Except in the order of creation, the time of creation ends the key.
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

--
-- Name: FUNCTION read_cursor(p_cursor text, p_sort_by text, p_sort_order text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text) IS 'The position that core.write_cursor wrote; null for no cursor, and for one of another list or order.';

--
-- Name: refuse(core.field_error[]); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.refuse(VARIADIC p_errors core.field_error[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION refuse(VARIADIC p_errors core.field_error[]); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.refuse(VARIADIC p_errors core.field_error[]) IS 'Raises JCVAL with all that is wrong, in this order; nothing if all are null. The functions core.check_... make them.
Errors: JCVAL; `field` is the first, and `errors` are all.';

--
-- Name: side_of(uuid, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.side_of(p_case_id uuid, p_user_id text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  -- Even if revoked: an applicant uploaded as an adopter.
  if exists (
    select from core.assignments as a
    where a.case_id = p_case_id and a.user_id = p_user_id and a.assignment_type = 'APPLICANT'
  ) then
    return 'ADOPTER';
  end if;

  return 'PROFESSIONALS';
end;
$$;

--
-- Name: FUNCTION side_of(p_case_id uuid, p_user_id text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.side_of(p_case_id uuid, p_user_id text) IS 'ADOPTER for the applicants of the case, otherwise PROFESSIONALS. Each side has its own versions, because an adopter may not see
those of professionals.';

--
-- Name: sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.sorted_cases(p_filter core.case_filter, p_after core.page_cursor, p_sort_by text, p_sort_order text, p_offset bigint, p_limit integer, p_has_many boolean DEFAULT false) RETURNS core.page_cursor[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  v_reached uuid[] := core.reached_case_ids();
  v_order text := p_sort_by || ' ' || p_sort_order;
  -- Every key ends with the time of creation. The case number's year and sequence are numbers of any length.
  v_key text := left(p_after.sort_key, -26);
  v_created_at timestamptz := right(p_after.sort_key, 26)::timestamp at time zone 'UTC';
  v_id uuid := p_after.id;
  v_court_code text := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 1) end;
  v_year integer := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 2) end;
  v_sequence integer := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 3) end;
  v_status_place smallint := case p_sort_by when 'status' then v_key end;
  v_attention_place bigint := case p_sort_by when 'attention' then ceil((v_key::numeric - 1e13) * 1000) end;
begin
  -- Writes keys only for the page, and reads only columns that the order needs.
  return array(
    select row(
      case p_sort_by
        when 'caseNumber' then p.court_code || to_char(p.number_year, ' 0000') || to_char(p.number_sequence, ' 0000000000 ')
        when 'status' then to_char(p.status_place, '00 ')
        when 'attention' then to_char(1e13 + p.attention_place / 1000.0, '00000000000000.000000 ')
        else ''
      end || to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
      p.id
    )::core.page_cursor
    from (
      select
        c.id,
        c.created_at,
        case p_sort_by when 'caseNumber' then c.court_code end as court_code,
        case p_sort_by when 'caseNumber' then c.number_year end as number_year,
        case p_sort_by when 'caseNumber' then c.number_sequence end as number_sequence,
        case p_sort_by when 'status' then c.status_place end as status_place,
        case p_sort_by when 'attention' then c.attention_place end as attention_place
      from core.cases as c
      where c.deleted_at is null
        and (v_reached is null or c.id = any ((select v_reached)::uuid[]))
        -- Many: along the index of the order. coalesce hides the filter from the planner, which cannot tell how many numbers of a
        -- court begin alike.
        and case
          when p_has_many and p_filter.case_number is not null then coalesce(core.fits_filter(c, p_filter), false)
          else core.fits_filter(c, p_filter)
        end
        and case
          when v_id is null then true
          when v_order = 'createdAt desc' then (c.created_at, c.id) < (v_created_at, v_id)
          when v_order = 'createdAt asc' then (c.created_at, c.id) > (v_created_at, v_id)
          when v_order = 'caseNumber desc'
            then (c.court_code, c.number_year, c.number_sequence) < (v_court_code, v_year, v_sequence)
          when v_order = 'caseNumber asc'
            then (c.court_code, c.number_year, c.number_sequence) > (v_court_code, v_year, v_sequence)
          when v_order = 'status desc' then (c.status_place, c.created_at, c.id) < (v_status_place, v_created_at, v_id)
          when v_order = 'status asc' then (c.status_place, c.created_at, c.id) > (v_status_place, v_created_at, v_id)
          when v_order = 'attention desc'
            then (c.attention_place, c.created_at, c.id) < (v_attention_place, v_created_at, v_id)
          when v_order = 'attention asc'
            then (c.attention_place, c.created_at, c.id) > (v_attention_place, v_created_at, v_id)
        end
      order by
        -- Few: all of them, by the index of the filter. The planner does not know that this is never true.
        case when not p_has_many then c.created_at = 'infinity' end,
        case v_order when 'caseNumber desc' then c.court_code end desc,
        case v_order when 'caseNumber desc' then c.number_year end desc,
        case v_order when 'caseNumber desc' then c.number_sequence end desc,
        case v_order when 'caseNumber asc' then c.court_code end,
        case v_order when 'caseNumber asc' then c.number_year end,
        case v_order when 'caseNumber asc' then c.number_sequence end,
        case v_order when 'status desc' then c.status_place end desc,
        case v_order when 'status asc' then c.status_place end,
        case v_order when 'attention desc' then c.attention_place end desc,
        case v_order when 'attention asc' then c.attention_place end,
        case when v_order in ('createdAt desc', 'status desc', 'attention desc') then c.created_at end desc,
        case when v_order in ('createdAt desc', 'status desc', 'attention desc') then c.id end desc,
        case when v_order in ('createdAt asc', 'status asc', 'attention asc') then c.created_at end,
        case when v_order in ('createdAt asc', 'status asc', 'attention asc') then c.id end
      limit p_limit
      offset p_offset
    ) as p
  );
end;
$$;

--
-- Name: FUNCTION sorted_cases(p_filter core.case_filter, p_after core.page_cursor, p_sort_by text, p_sort_order text, p_offset bigint, p_limit integer, p_has_many boolean); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.sorted_cases(p_filter core.case_filter, p_after core.page_cursor, p_sort_by text, p_sort_order text, p_offset bigint, p_limit integer, p_has_many boolean) IS 'The cases within reach that the filter finds, by number, status (in the order of a case''s life), attention (highest for the
soonest hearing) or creation, each with the cursor of the page after it. p_has_many: expect many of them. It is planned for each
call; core.newest_cases is not.';

--
-- Name: status_history(uuid); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.status_history(p_case_id uuid) RETURNS SETOF api.status_history_entry
    LANGUAGE sql STABLE
    AS $$
  select s.from_status::text, s.to_status::text, s.changed_at, p.changed_by
  from core.status_changes as s
  left join core.status_change_particulars as p on p.status_change_id = s.id
  where s.case_id = p_case_id
  order by s.id;
$$;

--
-- Name: FUNCTION status_history(p_case_id uuid); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.status_history(p_case_id uuid) IS 'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing. The planner
inlines it into the calling query.';

--
-- Name: take_key(text, bytea); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.take_key(p_key text, p_request_sha256 bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(core.claim('court_code'), '');
  v_organisation_id text := nullif(core.claim('organisation_id'), '');
  v_kept core.kept_answers;
begin
  -- A second request waits here until the first has committed. An expired key counts as new, and so does one without
  -- an answer.
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

  -- The upsert locks the row even without taking it over, which keeps the sweep out.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key was used for another request. Use a new key';
  end if;

  return false;
end;
$$;

--
-- Name: FUNCTION take_key(p_key text, p_request_sha256 bytea); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.take_key(p_key text, p_request_sha256 bytea) IS 'True if the key is new: it then belongs to the caller until the end of the transaction. False if the same request has its answer
already. Definer: nothing else may write keys.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its limit.';

--
-- Name: tg_assignments__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_assignments__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  -- The lock keeps out a deletion, and keeps changes in the order of the audit.
  v_case core.cases := core.lock_case(new.case_id, null);
begin
  if tg_op = 'INSERT' then
    perform core.plain_name('userId', new.user_id);
    new.id := coalesce(new.id, core.new_id());
    new.created_at := now();
    new.revoked_at := null;
    new.court_code := v_case.court_code;
    return new;
  end if;

  if old.revoked_at is not null
    or new.revoked_at is null
    or (new.id, new.case_id, new.user_id, new.assignment_type, new.created_at, new.court_code)
      is distinct from (old.id, old.case_id, old.user_id, old.assignment_type, old.created_at, old.court_code)
  then
    raise exception using errcode = 'JCFIX', message = 'An assignment can only be revoked, and only once';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

--
-- Name: FUNCTION tg_assignments__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_assignments__guard() IS 'Sets the times and the court of the case; allows no change of an assignment except revoking it.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

--
-- Name: tg_assignments__participants(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_assignments__participants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

--
-- Name: FUNCTION tg_assignments__participants(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_assignments__participants() IS 'Gathers the participants again when an applicant or a judge is assigned or revoked. core.tg_assignments__guard has locked the
case, so that none are missed. Definer: callers may not write them.';

--
-- Name: tg_assignments__particulars(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_assignments__particulars() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'INSERT' then
    insert into core.assignment_particulars (assignment_id, case_id, court_code, assigned_by)
    values (new.id, new.case_id, new.court_code, core.actor());
  else
    update core.assignment_particulars
    set revoked_by = core.actor()
    where assignment_id = new.id;
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_assignments__particulars(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_assignments__particulars() IS 'Stores the users who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

--
-- Name: tg_assignments__reach(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_assignments__reach() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform core.gather_reach(array[new.case_id]);
  return null;
end;
$$;

--
-- Name: FUNCTION tg_assignments__reach(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_assignments__reach() IS 'Gathers core.case_reach again when a user is assigned or revoked. core.tg_assignments__guard has locked the case, so that nobody
is missed. Definer: callers may not write it.';

--
-- Name: tg_case_details__in_use(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_case_details__in_use() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if not exists (
    select from core.cases as c
    where c.id = new.case_id and c.details_version >= new.version
  ) then
    raise exception using
      errcode = 'JCFIX',
      message = 'New details need an update of their case';
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_case_details__in_use(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_case_details__in_use() IS 'Checks at the end of the transaction that the case uses its new details, so that they are versioned and audited with it.
Errors: JCFIX they are not used, or the case is not within reach.';

--
-- Name: tg_case_details__stamp(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_case_details__stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_case core.cases;
begin
  -- Locks the case before its details, like api.update_case.
  select * into v_case
  from core.cases as c
  where c.id = new.case_id
  for no key update;

  -- Before the case exists: from its officer, or as stated without a session.
  new.court_code := coalesce(v_case.court_code, nullif(core.claim('court_code'), ''), new.court_code);
  new.version := coalesce(v_case.version + 1, 1);
  new.created_by := coalesce(
    (select d.created_by from core.case_details as d where d.case_id = v_case.id and d.version = v_case.details_version),
    core.actor()
  );
  return new;
end;
$$;

--
-- Name: FUNCTION tg_case_details__stamp(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_case_details__stamp() IS 'New details take effect with the next version of their case, and remember its creator and its court.';

--
-- Name: tg_case_number_series__in_use(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_case_number_series__in_use() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) and not exists (
    select from core.case_number_gaps as g
    where g.court_code = new.court_code and g.year = new.year and g.last_number = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number can be taken only for a new case';
  end if;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_case_number_series__in_use(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_case_number_series__in_use() IS 'Checks at the end of the transaction that the number is that of a case, or the last of a gap left by a restore. An insert that was
skipped (on conflict do nothing) would leave a gap.
Errors: JCFIX it is not.';

--
-- Name: tg_cases__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_cases__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'APPLICATION' or new.status_reason is not null then
      raise exception using errcode = 'JCFIX', message = 'A new case has the status APPLICATION and no reason';
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

  -- The caller may have lost the case while it waited for the row: asks the policies again.
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
    raise exception using errcode = 'JCFIX', message = 'The court, number and type of a case cannot be changed';
  end if;

  if new.status <> old.status then
    perform core.permit_transition(old.status, new.status::text, new.status_reason);
  elsif new.status_reason is not null then
    raise exception using errcode = 'JCFIX', message = 'A reason belongs to a change of status';
  end if;

  -- An update without a change moves and writes nothing.
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
    raise exception using errcode = 'JCFIX', message = 'New details must have the version of the change that uses them';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := new.updated_at;
  end if;

  return new;
end;
$$;

--
-- Name: FUNCTION tg_cases__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_cases__guard() IS 'Checks the transition, its role and its reason; moves the version by one; sets the times; refuses undelete.
Errors: those of core.permit_transition; JCVAL a hearing outside the years 1 to 9999; JCMIS no longer within reach; JCFIX a change
that no caller may make.';

--
-- Name: tg_cases__history(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_cases__history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into core.status_changes (case_id, court_code, from_status, to_status, changed_at)
  values (new.id, new.court_code, old.status, new.status, new.updated_at)
  returning id into new.status_change_id;

  insert into core.status_change_particulars (status_change_id, case_id, court_code, changed_by, reason)
  values (new.status_change_id, new.id, new.court_code, core.actor(), core.trimmed(new.status_reason));

  new.status_reason := null;
  return new;
end;
$$;

--
-- Name: FUNCTION tg_cases__history(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_cases__history() IS 'Writes the change of status, and moves its reason to where adopters do not see it. Definer: callers may not write history.';

--
-- Name: tg_cases__number(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_cases__number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  new.number_year := extract(year from now() at time zone 'Europe/London');

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  values (new.court_code, new.number_year, 1, 1)
  on conflict (court_code, year) do update set last_number = s.last_number + 1, case_count = s.case_count + 1
  returning s.last_number into new.number_sequence;

  return new;
end;
$$;

--
-- Name: FUNCTION tg_cases__number(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_cases__number() IS 'Takes the next number of the court and year, and locks its row until the creation commits: no gaps and no repeats. Definer, and a
trigger: callers may not move a series.';

--
-- Name: tg_cases__reach(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_cases__reach() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform core.gather_reach(array[new.id]);
  return null;
end;
$$;

--
-- Name: FUNCTION tg_cases__reach(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_cases__reach() IS 'Removes a deleted case from core.case_reach. Definer: callers may not write it.';

--
-- Name: tg_cases__tally(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_cases__tally() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update core.case_number_series as s
  set case_count = s.case_count - 1
  where s.court_code = new.court_code and s.year = new.number_year;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_cases__tally(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_cases__tally() IS 'Counts a deleted case out of its series; core.tg_cases__number counts it in. core.tg_cases__guard refuses undelete. Definer, and a
trigger: callers may not move a series.';

--
-- Name: tg_document_downloads__stamp(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_document_downloads__stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.downloaded_by := core.actor();
  new.downloaded_at := clock_timestamp();
  return new;
end;
$$;

--
-- Name: FUNCTION tg_document_downloads__stamp(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_document_downloads__stamp() IS 'Sets user and time.';

--
-- Name: tg_document_removals__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_document_removals__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if current_setting('role') = 'document_processor' and not exists (
    select from core.documents as d
    where d.id = new.document_id
      and (d.upload_status = 'failed' or d.upload_status = 'uploading' and d.deleted_at is not null)
  ) then
    raise exception using errcode = 'JCFIX', message = 'Only the remains of an upload can be removed';
  end if;

  return new;
end;
$$;

--
-- Name: FUNCTION tg_document_removals__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_document_removals__guard() IS 'Allows removals only of what worker.sweep names: failed uploads that no worker has claimed.
Errors: JCFIX another document.';

--
-- Name: tg_document_texts__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_document_texts__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- More than a scan of 20 MiB contains.
  if octet_length(new.content) > 20971520 then
    perform core.refuse(row('content', 'TOO_LONG', 'The text of a document must not be longer than 20 MiB'));
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

--
-- Name: FUNCTION tg_document_texts__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_document_texts__guard() IS 'Allows a text only for a document that is claimed now. Sets the case and its court.
Errors: JCVAL more than 20 MiB; JCLEA it is not claimed, or the claim has ended.';

--
-- Name: tg_documents__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_documents__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
    raise exception using errcode = 'JCFIX', message = 'An uploaded document cannot be changed in this way';
  end if;

  perform core.refuse(core.check_length('ocrFailureReason', new.ocr_failure_reason, 500));

  -- An update without a change writes nothing.
  if new is not distinct from old then
    return null;
  end if;

  if new.upload_status <> old.upload_status and core.caller_role() is not null and core.actor() <> old.uploaded_by then
    raise exception using errcode = 'JCFIX', message = 'Only the user who began an upload can end it';
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

--
-- Name: FUNCTION tg_documents__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_documents__guard() IS 'Sets user, time and the court of the case; allows each status to move forward once and a failed reading to begin again, and no
other change.
Errors: JCVAL a file name or type of document that is not allowed, a description that is missing or too long; JCFIX another change.';

--
-- Name: tg_documents__number(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_documents__number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

  -- One completion at a time in each case.
  perform from audit.chains as c where c.case_id = new.case_id for no key update;

  if exists (
    select from core.documents as d
    where d.case_id = new.case_id and d.file_hash = new.file_hash and d.upload_status = 'complete'
      and d.deleted_at is null
  ) then
    raise exception using errcode = 'JCSAM', message = 'The case already has a document with the same bytes';
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

--
-- Name: FUNCTION tg_documents__number(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_documents__number() IS 'Numbers the versions of a name, for each side, without gap or repeat, and refuses bytes that are in the case already. Definer: it
must see documents that the caller may not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

--
-- Name: tg_documents__queue(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_documents__queue() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into core.document_jobs (document_id) values (new.id) on conflict do nothing;
  perform pg_notify('document_jobs', '');
  return null;
end;
$$;

--
-- Name: FUNCTION tg_documents__queue(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_documents__queue() IS 'Queues a completed document, or one to be read again, for the worker, which listens on the channel document_jobs. Definer: callers
may not touch the queue.';

--
-- Name: tg_organisation_links__guard(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_organisation_links__guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  -- The lock keeps out a deletion, and keeps changes in the order of the audit.
  v_case core.cases := core.lock_case(new.case_id, null);
begin
  if tg_op = 'INSERT' then
    perform core.plain_name('organisationId', new.organisation_id);
    new.id := coalesce(new.id, core.new_id());
    new.linked_at := now();
    new.linked_by := core.actor();
    new.unlinked_at := null;
    new.unlinked_by := null;
    new.court_code := v_case.court_code;
    return new;
  end if;

  if old.unlinked_at is not null
    or new.unlinked_at is null
    or (new.id, new.case_id, new.organisation_id, new.organisation_type, new.linked_at, new.linked_by, new.court_code)
      is distinct from
      (old.id, old.case_id, old.organisation_id, old.organisation_type, old.linked_at, old.linked_by, old.court_code)
  then
    raise exception using errcode = 'JCFIX', message = 'A link to an organisation can only be ended, and only once';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

--
-- Name: FUNCTION tg_organisation_links__guard(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_organisation_links__guard() IS 'Sets user, time and the court of the case; allows no change of a link except unlinking.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

--
-- Name: tg_organisation_links__participants(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_organisation_links__participants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

--
-- Name: FUNCTION tg_organisation_links__participants(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_organisation_links__participants() IS 'Gathers the participants again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

--
-- Name: tg_organisation_links__reach(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_organisation_links__reach() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform core.gather_reach(array[new.case_id]);
  return null;
end;
$$;

--
-- Name: FUNCTION tg_organisation_links__reach(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_organisation_links__reach() IS 'Gathers core.case_reach again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none is missed. Definer: callers may not write it.';

--
-- Name: tg_status_transitions__next_statuses(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.tg_status_transitions__next_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  delete from core.next_statuses;

  insert into core.next_statuses (user_role, from_status, to_statuses)
  select r.user_role, t.from_status, array_agg(t.to_status::text order by t.to_status)
  from core.status_transitions as t
  cross join unnest(t.roles) as r (user_role)
  group by r.user_role, t.from_status;

  return null;
end;
$$;

--
-- Name: FUNCTION tg_status_transitions__next_statuses(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.tg_status_transitions__next_statuses() IS 'Keeps core.next_statuses in step. Definer: nothing else writes it.';

--
-- Name: ties(); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.ties() RETURNS TABLE(case_id uuid, way text, reached_by text, created_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
  select c.id, a.assignment_type::text, a.user_id, c.created_at
  from core.assignments as a
  join core.cases as c on c.id = a.case_id
  where a.revoked_at is null and c.deleted_at is null
  union all
  select c.id, l.organisation_type::text, l.organisation_id, c.created_at
  from core.organisation_links as l
  join core.cases as c on c.id = l.case_id
  where l.unlinked_at is null and c.deleted_at is null;
$$;

--
-- Name: FUNCTION ties(); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.ties() IS 'The active assignments and links of the cases that are not deleted, in the form of core.case_reach.';

--
-- Name: trimmed(text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.trimmed(p_value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'), '');
end;
$$;

--
-- Name: FUNCTION trimmed(p_value text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.trimmed(p_value text) IS 'The text without the white space around it; null if nothing is left.';

--
-- Name: write_cursor(core.page_cursor, text, text); Type: FUNCTION; Schema: core; Owner: -
--

CREATE FUNCTION core.write_cursor(p_cursor core.page_cursor, p_sort_by text, p_sort_order text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
end;
$$;

--
-- Name: FUNCTION write_cursor(p_cursor core.page_cursor, p_sort_by text, p_sort_order text); Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON FUNCTION core.write_cursor(p_cursor core.page_cursor, p_sort_by text, p_sort_order text) IS 'An opaque text for URLs that contains a position in one order of a list.';

--
-- Name: change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.change_case_status(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_status text, p_reason text DEFAULT NULL::text, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS api.status_change
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.change_case_status(p_case_id, p_expected_version, p_status, p_reason, p_any_of);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.status_change, v_kept);
  end if;

  return api.keep_answer(p_key, api.change_case_status(p_case_id, p_expected_version, p_status, p_reason, p_any_of));
end;
$$;

--
-- Name: FUNCTION change_case_status(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_status text, p_reason text, p_any_of integer[]); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.change_case_status(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_status text, p_reason text, p_any_of integer[]) IS 'api.change_case_status(uuid, integer, text, text, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.change_case_status.';

--
-- Name: complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.complete_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text) RETURNS api.document
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.complete_upload(p_document_id, p_file_size, p_file_hash, p_mime_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.document, v_kept);
  end if;

  return api.keep_answer(p_key, api.complete_upload(p_document_id, p_file_size, p_file_hash, p_mime_type));
end;
$$;

--
-- Name: FUNCTION complete_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.complete_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_document_id uuid, p_file_size bigint, p_file_hash text, p_mime_type text) IS 'api.complete_upload(uuid, bigint, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.complete_upload.';

--
-- Name: create_assignment(bytea, uuid, text, text, bytea, uuid, text, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.create_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_user_id text, p_assignment_type text) RETURNS api.assignment
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.create_assignment(p_case_id, p_user_id, p_assignment_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.assignment, v_kept);
  end if;

  return api.keep_answer(p_key, api.create_assignment(p_case_id, p_user_id, p_assignment_type));
end;
$$;

--
-- Name: FUNCTION create_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_user_id text, p_assignment_type text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.create_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_user_id text, p_assignment_type text) IS 'api.create_assignment(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_assignment.';

--
-- Name: create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamp with time zone); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.create_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_type text, p_notes text DEFAULT NULL::text, p_internal_notes text DEFAULT NULL::text, p_staff_comments text DEFAULT NULL::text, p_linked_family_court_case_reference text DEFAULT NULL::text, p_next_hearing timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS api.case_record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.create_case(p_case_type, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference, p_next_hearing);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.case_record, v_kept);
  end if;

  return api.keep_answer(p_key, api.create_case(p_case_type, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference, p_next_hearing));
end;
$$;

--
-- Name: FUNCTION create_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_type text, p_notes text, p_internal_notes text, p_staff_comments text, p_linked_family_court_case_reference text, p_next_hearing timestamp with time zone); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.create_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_type text, p_notes text, p_internal_notes text, p_staff_comments text, p_linked_family_court_case_reference text, p_next_hearing timestamp with time zone) IS 'api.create_case(text, text, text, text, text, timestamptz) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_case.';

--
-- Name: delete_case(bytea, uuid, text, uuid, integer, integer[]); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.delete_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_expected_version integer DEFAULT NULL::integer, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.delete_case(p_case_id, p_expected_version, p_any_of);
end;
$$;

--
-- Name: FUNCTION delete_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_expected_version integer, p_any_of integer[]); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.delete_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_expected_version integer, p_any_of integer[]) IS 'api.delete_case(uuid, integer, integer[]) as the caller of a session.
Errors: those of auth.resume and of api.delete_case.';

--
-- Name: delete_document(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.delete_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.delete_document(p_document_id);
end;
$$;

--
-- Name: FUNCTION delete_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.delete_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) IS 'api.delete_document(uuid) as the caller of a session.
Errors: those of auth.resume and of api.delete_document.';

--
-- Name: download_document(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.download_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) RETURNS api.download
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return api.download_document(p_document_id);
end;
$$;

--
-- Name: FUNCTION download_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.download_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) IS 'api.download_document(uuid) as the caller of a session.
Errors: those of auth.resume and of api.download_document.';

--
-- Name: explain_refusal(bytea, uuid, text, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.explain_refusal(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_operation text, p_subject_id uuid) RETURNS audit.refusal
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return audit.explain_refusal(p_operation, p_subject_id);
end;
$$;

--
-- Name: FUNCTION explain_refusal(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_operation text, p_subject_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.explain_refusal(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_operation text, p_subject_id uuid) IS 'audit.explain_refusal(text, uuid) as the caller of a session.
Errors: those of auth.resume and of audit.explain_refusal.';

--
-- Name: fail_upload(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.fail_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.fail_upload(p_document_id);
end;
$$;

--
-- Name: FUNCTION fail_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.fail_upload(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) IS 'api.fail_upload(uuid) as the caller of a session.
Errors: those of auth.resume and of api.fail_upload.';

--
-- Name: get_admin_only(bytea, uuid, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.get_admin_only(p_token_sha256 bytea, p_request_id uuid, p_client_address text) RETURNS api.greeting
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_admin_only();
end;
$$;

--
-- Name: FUNCTION get_admin_only(p_token_sha256 bytea, p_request_id uuid, p_client_address text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.get_admin_only(p_token_sha256 bytea, p_request_id uuid, p_client_address text) IS 'api.get_admin_only() as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_admin_only.';

--
-- Name: get_case(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.get_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) RETURNS api.case_read
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_case(p_case_id);
end;
$$;

--
-- Name: FUNCTION get_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.get_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) IS 'api.get_case(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_case.';

--
-- Name: get_document(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.get_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) RETURNS api.document
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_document(p_document_id);
end;
$$;

--
-- Name: FUNCTION get_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.get_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) IS 'api.get_document(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_document.';

--
-- Name: get_protected(bytea, uuid, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.get_protected(p_token_sha256 bytea, p_request_id uuid, p_client_address text) RETURNS api.greeting
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_protected();
end;
$$;

--
-- Name: FUNCTION get_protected(p_token_sha256 bytea, p_request_id uuid, p_client_address text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.get_protected(p_token_sha256 bytea, p_request_id uuid, p_client_address text) IS 'api.get_protected() as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_protected.';

--
-- Name: get_upload_form(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.get_upload_form(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) RETURNS api.upload_form
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_upload_form(p_case_id);
end;
$$;

--
-- Name: FUNCTION get_upload_form(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.get_upload_form(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) IS 'api.get_upload_form(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_upload_form.';

--
-- Name: link_organisation(bytea, uuid, text, text, bytea, uuid, text, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.link_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_organisation_id text, p_organisation_type text) RETURNS api.organisation_link
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.link_organisation(p_case_id, p_organisation_id, p_organisation_type);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.organisation_link, v_kept);
  end if;

  return api.keep_answer(p_key, api.link_organisation(p_case_id, p_organisation_id, p_organisation_type));
end;
$$;

--
-- Name: FUNCTION link_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_organisation_id text, p_organisation_type text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.link_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_organisation_id text, p_organisation_type text) IS 'api.link_organisation(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.link_organisation.';

--
-- Name: list_assignments(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_assignments(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) RETURNS api.assignment[]
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_assignments(p_case_id);
end;
$$;

--
-- Name: FUNCTION list_assignments(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_assignments(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) IS 'api.list_assignments(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_assignments.';

--
-- Name: list_case_audit(bytea, uuid, text, uuid, integer, integer, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_case_audit(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.audit_page
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_case_audit(p_case_id, p_page, p_page_size, p_cursor);
end;
$$;

--
-- Name: FUNCTION list_case_audit(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_case_audit(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_page integer, p_page_size integer, p_cursor text) IS 'api.list_case_audit(uuid, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_case_audit.';

--
-- Name: list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_cases(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_status text DEFAULT NULL::text, p_case_type text DEFAULT NULL::text, p_date_from date DEFAULT NULL::date, p_date_to date DEFAULT NULL::date, p_case_number text DEFAULT NULL::text, p_sort_by text DEFAULT NULL::text, p_sort_order text DEFAULT NULL::text, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.case_page
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_cases(p_status, p_case_type, p_date_from, p_date_to, p_case_number, p_sort_by, p_sort_order, p_page, p_page_size, p_cursor);
end;
$$;

--
-- Name: FUNCTION list_cases(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text, p_sort_by text, p_sort_order text, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_cases(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_status text, p_case_type text, p_date_from date, p_date_to date, p_case_number text, p_sort_by text, p_sort_order text, p_page integer, p_page_size integer, p_cursor text) IS 'api.list_cases(text, text, date, date, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_cases.';

--
-- Name: list_document_versions(bytea, uuid, text, uuid, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_document_versions(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_filename text) RETURNS api.document[]
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_document_versions(p_case_id, p_filename);
end;
$$;

--
-- Name: FUNCTION list_document_versions(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_filename text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_document_versions(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_filename text) IS 'api.list_document_versions(uuid, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_document_versions.';

--
-- Name: list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_documents(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_document_type text DEFAULT NULL::text, p_ocr_status text DEFAULT NULL::text, p_uploaded_by text DEFAULT NULL::text, p_page integer DEFAULT NULL::integer, p_page_size integer DEFAULT NULL::integer, p_cursor text DEFAULT NULL::text) RETURNS api.document_page
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_documents(p_case_id, p_document_type, p_ocr_status, p_uploaded_by, p_page, p_page_size, p_cursor);
end;
$$;

--
-- Name: FUNCTION list_documents(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_document_type text, p_ocr_status text, p_uploaded_by text, p_page integer, p_page_size integer, p_cursor text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_documents(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_document_type text, p_ocr_status text, p_uploaded_by text, p_page integer, p_page_size integer, p_cursor text) IS 'api.list_documents(uuid, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_documents.';

--
-- Name: list_organisations(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.list_organisations(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) RETURNS api.organisation_link[]
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_organisations(p_case_id);
end;
$$;

--
-- Name: FUNCTION list_organisations(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.list_organisations(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid) IS 'api.list_organisations(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_organisations.';

--
-- Name: report_damage(bytea, uuid, text, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.report_damage(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.report_damage(p_document_id);
end;
$$;

--
-- Name: FUNCTION report_damage(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.report_damage(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_document_id uuid) IS 'api.report_damage(uuid) as the caller of a session.
Errors: those of auth.resume and of api.report_damage.';

--
-- Name: revoke_assignment(bytea, uuid, text, uuid, uuid); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.revoke_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_assignment_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.revoke_assignment(p_case_id, p_assignment_id);
end;
$$;

--
-- Name: FUNCTION revoke_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_assignment_id uuid); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.revoke_assignment(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_assignment_id uuid) IS 'api.revoke_assignment(uuid, uuid) as the caller of a session.
Errors: those of auth.resume and of api.revoke_assignment.';

--
-- Name: unlink_organisation(bytea, uuid, text, uuid, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.unlink_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_organisation_id text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.unlink_organisation(p_case_id, p_organisation_id);
end;
$$;

--
-- Name: FUNCTION unlink_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_organisation_id text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.unlink_organisation(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_case_id uuid, p_organisation_id text) IS 'api.unlink_organisation(uuid, text) as the caller of a session.
Errors: those of auth.resume and of api.unlink_organisation.';

--
-- Name: update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.update_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[] DEFAULT NULL::integer[]) RETURNS api.case_record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
  v_kept jsonb;
begin
  if p_key is null then
    return api.update_case(p_case_id, p_expected_version, p_changes, p_any_of);
  end if;

  v_kept := api.claim_key(p_key, p_request_sha256);
  if v_kept is not null then
    return jsonb_populate_record(null::api.case_record, v_kept);
  end if;

  return api.keep_answer(p_key, api.update_case(p_case_id, p_expected_version, p_changes, p_any_of));
end;
$$;

--
-- Name: FUNCTION update_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[]); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.update_case(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_expected_version integer, p_changes jsonb, p_any_of integer[]) IS 'api.update_case(uuid, integer, jsonb, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.update_case.';

--
-- Name: upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text); Type: FUNCTION; Schema: request; Owner: -
--

CREATE FUNCTION request.upload_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_filename text, p_document_type text, p_description text DEFAULT NULL::text) RETURNS api.upload
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  -- The upload that it begins has ended, and its answer is kept.
  if p_key is not null and api.claim_key(p_key, p_request_sha256) is not null then
    return null;
  end if;

  return api.upload_document(p_case_id, p_filename, p_document_type, p_description);
end;
$$;

--
-- Name: FUNCTION upload_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_filename text, p_document_type text, p_description text); Type: COMMENT; Schema: request; Owner: -
--

COMMENT ON FUNCTION request.upload_document(p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea, p_case_id uuid, p_filename text, p_document_type text, p_description text) IS 'api.upload_document(uuid, text, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.upload_document.';

--
-- Name: check_home(jsonb); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.check_home(p_mark jsonb) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select auth.check_home(p_mark);
$$;

--
-- Name: FUNCTION check_home(p_mark jsonb); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.check_home(p_mark jsonb) IS 'auth.check_home, for the worker: on a restored database, the worker would remove documents that the database does not know.
Definer: the worker may not look into auth.';

--
-- Name: claim_document(integer, text); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.claim_document(p_lease_seconds integer DEFAULT 300, p_task text DEFAULT NULL::text) RETURNS worker.job
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_job core.document_jobs;
  v_document core.documents;
begin
  if p_task not in ('scan', 'read') then
    raise exception using errcode = 'JCFIX', message = 'A document can be claimed only to scan or to read it';
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

--
-- Name: FUNCTION claim_document(p_lease_seconds integer, p_task text); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.claim_document(p_lease_seconds integer, p_task text) IS 'The next document to scan ("scan") or read ("read"), for this worker only, until the lease ends; null if there is none. If no task
is named, scanning comes first. A killed worker''s document is claimed again after its lease, five times in all; then worker.sweep
gives it up.
Errors: JCFIX another task.';

--
-- Name: give_up(uuid); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.give_up(p_document_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_job core.document_jobs;
begin
  delete from core.document_jobs as j where j.document_id = p_document_id returning * into v_job;

  -- An unscanned document stays unscanned and is never served. A deleted one does not change.
  update core.documents as d
  set ocr_status = 'failed', ocr_failure_reason = coalesce(v_job.last_failure, 'The document could not be processed')
  where d.id = p_document_id and d.deleted_at is null and d.ocr_status in ('pending', 'processing');
end;
$$;

--
-- Name: FUNCTION give_up(p_document_id uuid); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.give_up(p_document_id uuid) IS 'Ends the work on a document as failed. worker.read_again starts it again.';

--
-- Name: hold_lease(uuid, uuid); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.hold_lease(p_document_id uuid, p_lease uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform
  from core.document_jobs as j
  where j.document_id = p_document_id and j.lease = p_lease and j.leased_until > now()
  for update;

  if not found then
    raise exception using errcode = 'JCLEA', message = 'This worker has lost its claim on the document';
  end if;
end;
$$;

--
-- Name: FUNCTION hold_lease(p_document_id uuid, p_lease uuid); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.hold_lease(p_document_id uuid, p_lease uuid) IS 'Locks the claim until the end of the transaction, so that nobody records a result twice.
Errors: JCLEA another worker has the document, or it is done.';

--
-- Name: measure_queue(); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.measure_queue() RETURNS worker.queue_state
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select row(count(*), coalesce(extract(epoch from now() - min(j.queued_at)), 0))::worker.queue_state
  from core.document_jobs as j
  where j.leased_until is null or j.leased_until < now();
$$;

--
-- Name: FUNCTION measure_queue(); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.measure_queue() IS 'How many documents wait for a worker, and for how many seconds the oldest has waited; claimed documents do not count. Reads only
the queue. Definer: the server, which reports it, may not read the table. For servers up to 0.4.0; see worker.measure_tasks.';

--
-- Name: measure_tasks(); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.measure_tasks() RETURNS worker.task_state[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with waiting (task, since) as (
    select case d.virus_scan_status when 'pending' then 'scan' else 'read' end, j.queued_at
    from core.document_jobs as j
    join core.documents as d on d.id = j.document_id
    where j.leased_until is null or j.leased_until < now()
    union all
    select 'removal', d.uploaded_at
    from core.documents as d
    where d.upload_status = 'failed'
      and not exists (select from core.document_removals as r where r.document_id = d.id)
  )
  select array_agg(s)
  from (
    select t.task, count(w.since), coalesce(extract(epoch from now() - min(w.since)), 0)
    from unnest('{scan,read,removal}'::text[]) with ordinality as t (task, place)
    left join waiting as w on w.task = t.task
    group by t.task, t.place
    order by t.place
  ) as m (task, waiting, oldest_seconds)
  cross join lateral (select row(m.task, m.waiting, m.oldest_seconds)::worker.task_state as s) as one;
$$;

--
-- Name: FUNCTION measure_tasks(); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.measure_tasks() IS 'How many documents wait for scanning, for reading, and for removal after a failed upload; and for how many seconds the oldest of
each has waited. Claimed documents do not count. Definer: the server, which reports it, may not read the tables.';

--
-- Name: read_again(uuid[]); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.read_again(p_document_ids uuid[] DEFAULT NULL::uuid[]) RETURNS SETOF uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
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

--
-- Name: FUNCTION read_again(p_document_ids uuid[]); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.read_again(p_document_ids uuid[]) IS 'Queues these documents, or all, if their reading failed; returns them. One that was never scanned is scanned first.';

--
-- Name: record_failure(uuid, uuid, text, boolean, boolean); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.record_failure(p_document_id uuid, p_lease uuid, p_reason text, p_blames_document boolean, p_is_final boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_attempts integer;
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- Five attempts, or no limit if the document is not to blame (no scanner).
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

--
-- Name: FUNCTION record_failure(p_document_id uuid, p_lease uuid, p_reason text, p_blames_document boolean, p_is_final boolean); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.record_failure(p_document_id uuid, p_lease uuid, p_reason text, p_blames_document boolean, p_is_final boolean) IS 'Gives the document back, to be tried again after a delay that doubles with each attempt, up to a minute. After the fifth failure,
or a final one, gives it up.
Errors: JCLEA the claim is lost.';

--
-- Name: record_removal(uuid); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.record_removal(p_document_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
insert into core.document_removals (document_id) values (p_document_id) on conflict do nothing;
$$;

--
-- Name: FUNCTION record_removal(p_document_id uuid); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.record_removal(p_document_id uuid) IS 'Records a removal, so that worker.sweep does not name the document again.';

--
-- Name: record_scan(uuid, uuid, text); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.record_scan(p_document_id uuid, p_lease uuid, p_status text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_document core.documents;
begin
  if p_status = 'pending' then
    raise exception using errcode = 'JCFIX', message = 'The result of a scan cannot be pending';
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

  -- Not from RETURNING: a repeated result updates no row.
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

--
-- Name: FUNCTION record_scan(p_document_id uuid, p_lease uuid, p_status text); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.record_scan(p_document_id uuid, p_lease uuid, p_status text) IS 'Records clean, infected or skipped, and ends the claim. A readable document then waits for the next claim. Returns false, because
workers of 0.3 ask whether to read it themselves.
Errors: JCFIX no outcome; JCLEA the claim is lost.';

--
-- Name: record_text(uuid, uuid, text, integer, integer); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.record_text(p_document_id uuid, p_lease uuid, p_text text, p_page_count integer DEFAULT NULL::integer, p_pages_read integer DEFAULT NULL::integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform worker.hold_lease(p_document_id, p_lease);

  -- Locks the document before the audit chain, as everything else does.
  update core.documents
  set ocr_status = 'complete', ocr_page_count = p_page_count, ocr_pages_read = p_pages_read
  where id = p_document_id;

  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
  delete from core.document_jobs where document_id = p_document_id;
end;
$$;

--
-- Name: FUNCTION record_text(p_document_id uuid, p_lease uuid, p_text text, p_page_count integer, p_pages_read integer); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.record_text(p_document_id uuid, p_lease uuid, p_text text, p_page_count integer, p_pages_read integer) IS 'Stores the text and how many pages it is from; ends the work on the document.
Errors: JCLEA the claim is lost.';

--
-- Name: sweep(integer); Type: FUNCTION; Schema: worker; Owner: -
--

CREATE FUNCTION worker.sweep(p_upload_seconds integer DEFAULT 3600) RETURNS SETOF worker.failed_upload
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- Abandoned uploads: their server is gone.
  update core.documents as d
  set upload_status = 'failed'
  where d.upload_status = 'uploading' and d.deleted_at is null and d.uploaded_at < now() - p_upload_seconds * interval '1 second';

  -- Documents that killed their worker five times, and deleted documents.
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

--
-- Name: FUNCTION sweep(p_upload_seconds integer); Type: COMMENT; Schema: worker; Owner: -
--

COMMENT ON FUNCTION worker.sweep(p_upload_seconds integer) IS 'Ends abandoned uploads, and documents that failed too often. Returns failed uploads whose bytes must be removed from the document
store; worker.record_removal records that.';

--
-- Name: anchors; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.anchors (
    id bigint NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    cases bigint NOT NULL,
    root bytea NOT NULL,
    digest bytea NOT NULL,
    journals jsonb NOT NULL,
    CONSTRAINT anchors_digest_is_sha256 CHECK ((octet_length(digest) = 32)),
    CONSTRAINT anchors_root_is_sha256 CHECK ((octet_length(root) = 32))
);

ALTER TABLE ONLY audit.anchors FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE anchors; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.anchors IS 'Each anchor of the audit trail that was taken. The signed anchor is in a file elsewhere; this only records it. Append-only.';

--
-- Name: COLUMN anchors.actor; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.actor IS 'The database login.';

--
-- Name: COLUMN anchors.taken_at; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.taken_at IS 'The moment that it shows.';

--
-- Name: COLUMN anchors.cases; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.cases IS 'How many trails it has.';

--
-- Name: COLUMN anchors.root; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.root IS 'The root of its Merkle tree over the tips of all trails.';

--
-- Name: COLUMN anchors.digest; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.digest IS 'SHA-256 over its header, which is the signed part.';

--
-- Name: COLUMN anchors.journals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.anchors.journals IS 'How many seals it has of each journal: {"auth.sign_ins": 1440, ...}.';

--
-- Name: anchors_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.anchors ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.anchors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: chains; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.chains (
    case_id uuid NOT NULL,
    length bigint NOT NULL,
    digest bytea NOT NULL
)
WITH (fillfactor='90');

ALTER TABLE ONLY audit.chains FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE chains; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.chains IS 'The tip of each case''s chain of entries. Its row orders the writers of one case, and shows when the newest entries are missing.';

--
-- Name: COLUMN chains.length; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.chains.length IS 'How many entries the case has.';

--
-- Name: COLUMN chains.digest; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.chains.digest IS 'The digest of the newest entry.';

--
-- Name: entries_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.entries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME audit.entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: reference_changes; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.reference_changes (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    table_name text NOT NULL,
    row_key text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT reference_changes_before_or_after CHECK (((before IS NOT NULL) OR (after IS NOT NULL)))
);

ALTER TABLE ONLY audit.reference_changes FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE reference_changes; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.reference_changes IS 'Each change of a reference row (courts, status transitions, document types, file types), written by a trigger. Append-only. Rows
shipped with a new database are not recorded.';

--
-- Name: COLUMN reference_changes.actor; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.reference_changes.actor IS 'The database login.';

--
-- Name: COLUMN reference_changes.table_name; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.reference_changes.table_name IS 'With its schema: core.courts.';

--
-- Name: COLUMN reference_changes.row_key; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.reference_changes.row_key IS 'The values of the primary key, with commas between them.';

--
-- Name: COLUMN reference_changes.before; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.reference_changes.before IS 'The row as it was; null for a new one.';

--
-- Name: COLUMN reference_changes.after; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.reference_changes.after IS 'The row as it became; null for one that was removed.';

--
-- Name: reference_changes_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.reference_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.reference_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: refusals; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.refusals (
    id bigint NOT NULL,
    case_id uuid,
    operation text NOT NULL,
    user_id text NOT NULL,
    user_role text NOT NULL,
    reason text NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    request_id uuid,
    client_address text,
    times integer DEFAULT 1 NOT NULL
);

ALTER TABLE ONLY audit.refusals FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE refusals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.refusals IS 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years, and until an anchor has them.';

--
-- Name: COLUMN refusals.case_id; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.refusals.case_id IS 'Null for an operation that is about no case.';

--
-- Name: COLUMN refusals.reason; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.refusals.reason IS 'ROLE: not an operation of this role. REACH: not a case of this caller.';

--
-- Name: COLUMN refusals.times; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.refusals.times IS 'How often it happened within a minute of occurred_at; the other columns describe the first time.';

--
-- Name: refusals_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.refusals ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.refusals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: restores; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.restores (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    old_system_identifier text NOT NULL,
    system_identifier text NOT NULL,
    old_store_id uuid,
    store_id uuid NOT NULL,
    last_entry_id bigint,
    marked_entry_id bigint,
    marked_at timestamp with time zone,
    sessions_ended integer NOT NULL,
    keys_ended integer NOT NULL,
    number_gap integer NOT NULL
);

ALTER TABLE ONLY audit.restores FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE restores; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.restores IS 'Each time that this database was restored, or copied, and made ready to be served. Append-only.';

--
-- Name: COLUMN restores.actor; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.restores.actor IS 'The database login.';

--
-- Name: COLUMN restores.last_entry_id; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.restores.last_entry_id IS 'The newest entry of the audit trail that it has; null if it has none.';

--
-- Name: COLUMN restores.marked_entry_id; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.restores.marked_entry_id IS 'The newest one that a server has seen, by the mark in the document store; null if there was no mark.';

--
-- Name: COLUMN restores.number_gap; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON COLUMN audit.restores.number_gap IS 'How many numbers each series passed over, beyond the last number known to be issued: see core.case_number_gaps.';

--
-- Name: restores_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.restores ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.restores_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: database_kind; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.database_kind (
    kind text NOT NULL,
    marked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT database_kind_known CHECK ((kind = ANY (ARRAY['LOCAL'::text, 'TEST'::text, 'DEV'::text, 'PROD'::text])))
);

ALTER TABLE ONLY auth.database_kind FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE database_kind; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.database_kind IS 'The purpose of this database, marked once, when it is created. Append-only; at most one row.';

--
-- Name: directory_changes; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.directory_changes (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    CONSTRAINT directory_changes_entity_known CHECK ((entity = ANY (ARRAY['user'::text, 'membership'::text, 'claim rule'::text])))
);

ALTER TABLE ONLY auth.directory_changes FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE directory_changes; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.directory_changes IS 'Each change of the directory, written by a trigger. Append-only.';

--
-- Name: COLUMN directory_changes.actor; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.directory_changes.actor IS 'The database login.';

--
-- Name: COLUMN directory_changes.before; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.directory_changes.before IS 'The row as it was; null for a new one.';

--
-- Name: directory_changes_id_seq; Type: SEQUENCE; Schema: auth; Owner: -
--

ALTER TABLE auth.directory_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME auth.directory_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: home; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.home (
    system_identifier text NOT NULL,
    store_id uuid,
    since timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY auth.home FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE home; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.home IS 'Where this database lives: one row. Servers serve it only there, so that a copy is not mistaken for the original.';

--
-- Name: COLUMN home.system_identifier; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.home.system_identifier IS 'That of the cluster, as pg_control_system() has it.';

--
-- Name: COLUMN home.store_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.home.store_id IS 'That of the document store, as its mark has it. Null until a server has been here.';

--
-- Name: log_in_rates; Type: TABLE; Schema: auth; Owner: -
--

CREATE UNLOGGED TABLE auth.log_in_rates (
    client text NOT NULL,
    paid_until timestamp with time zone NOT NULL,
    CONSTRAINT log_in_rates_client_within_limit CHECK ((char_length(client) <= 100))
);

ALTER TABLE ONLY auth.log_in_rates FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE log_in_rates; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.log_in_rates IS 'How many log-ins one network has begun recently, at all servers together.';

--
-- Name: COLUMN log_in_rates.client; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.log_in_rates.client IS 'The network, as the server states it: an address of IPv4, or a /48 of IPv6.';

--
-- Name: COLUMN log_in_rates.paid_until; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.log_in_rates.paid_until IS 'Each log-in costs a minute divided by the limit, and may be owed for a minute. Once this has passed, nothing is owed, and auth.sweep removes the row.';

--
-- Name: secrets; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.secrets (
    name text NOT NULL,
    value text NOT NULL,
    CONSTRAINT secrets_value_is_long_enough CHECK ((octet_length(value) >= 32))
);

ALTER TABLE ONLY auth.secrets FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE secrets; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.secrets IS 'Secrets that only the owner may know. claims_prefix: the beginning of the names of the settings that hold a caller''s claims.';

--
-- Name: sign_ins; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.sign_ins (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    issuer text,
    subject text,
    user_id text,
    user_role core.user_role,
    kind text NOT NULL,
    outcome text NOT NULL,
    client_address text,
    request_id uuid,
    CONSTRAINT sign_ins_kind_known CHECK ((kind = ANY (ARRAY['mock'::text, 'cookie'::text, 'bearer'::text]))),
    CONSTRAINT sign_ins_outcome_known CHECK ((outcome ~ '^(OPENED|JC[A-Z0-9]{3})$'::text))
);

ALTER TABLE ONLY auth.sign_ins FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE sign_ins; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.sign_ins IS 'Each sign-in, successful or refused, with the issuer and subject of its claims and the user. Never a token. The same refusal has
at most one row a minute. Kept for two years, and until an anchor contains them.';

--
-- Name: COLUMN sign_ins.user_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sign_ins.user_id IS 'Null if the directory does not know the user.';

--
-- Name: COLUMN sign_ins.outcome; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sign_ins.outcome IS 'OPENED, or the code of the refusal.';

--
-- Name: sign_ins_id_seq; Type: SEQUENCE; Schema: auth; Owner: -
--

ALTER TABLE auth.sign_ins ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME auth.sign_ins_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: assignment_particulars; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.assignment_particulars (
    assignment_id uuid NOT NULL,
    assigned_by text NOT NULL,
    revoked_by text,
    case_id uuid NOT NULL,
    court_code text NOT NULL
);

ALTER TABLE ONLY core.assignment_particulars FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE assignment_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.assignment_particulars IS 'The users who assigned and revoked; hidden from adopters.';

--
-- Name: assignments; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.assignments (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id text NOT NULL,
    assignment_type core.assignment_type NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    court_code text NOT NULL,
    CONSTRAINT assignments_revoked_at_after_created_at CHECK ((revoked_at >= created_at)),
    CONSTRAINT assignments_user_id_trimmed CHECK (((user_id <> ''::text) AND (user_id = btrim(user_id)))),
    CONSTRAINT assignments_user_id_within_limit CHECK ((char_length(user_id) <= 100))
);

ALTER TABLE ONLY core.assignments FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.assignments IS 'Gives a user access to a case. Revoking keeps the row and ends the access at once.';

--
-- Name: COLUMN assignments.user_id; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.assignments.user_id IS 'Case-sensitive, trimmed.';

--
-- Name: case_details; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.case_details (
    case_id uuid NOT NULL,
    version integer NOT NULL,
    notes text,
    internal_notes text,
    staff_comments text,
    linked_family_court_case_reference text,
    created_by text NOT NULL,
    court_code text NOT NULL,
    CONSTRAINT case_details_internal_notes_within_limit CHECK ((char_length(internal_notes) <= 20000)),
    CONSTRAINT case_details_linked_family_court_case_reference_within_limit CHECK ((char_length(linked_family_court_case_reference) <= 50)),
    CONSTRAINT case_details_notes_within_limit CHECK ((char_length(notes) <= 20000)),
    CONSTRAINT case_details_staff_comments_within_limit CHECK ((char_length(staff_comments) <= 20000)),
    CONSTRAINT case_details_version_positive CHECK ((version > 0))
);

ALTER TABLE ONLY core.case_details FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE case_details; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.case_details IS 'Details that only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the
case, in this order.';

--
-- Name: COLUMN case_details.version; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_details.version IS 'The version of the case from which this row applies.';

--
-- Name: COLUMN case_details.created_by; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_details.created_by IS 'The user who created the case; copied to each row.';

--
-- Name: case_number_gaps; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.case_number_gaps (
    court_code text NOT NULL,
    year integer NOT NULL,
    first_number integer NOT NULL,
    last_number integer NOT NULL,
    restore_id bigint NOT NULL,
    CONSTRAINT case_number_gaps_in_order CHECK (((first_number >= 1) AND (first_number <= last_number)))
);

ALTER TABLE ONLY core.case_number_gaps FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE case_number_gaps; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.case_number_gaps IS 'Numbers that are not used, because a case lost by a restore may have them. Append-only.';

--
-- Name: case_number_series; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.case_number_series (
    court_code text NOT NULL,
    year integer NOT NULL,
    last_number integer NOT NULL,
    case_count integer NOT NULL,
    CONSTRAINT case_number_series_case_count_within CHECK (((case_count >= 0) AND (case_count <= last_number))),
    CONSTRAINT case_number_series_last_number_positive CHECK ((last_number > 0))
);

ALTER TABLE ONLY core.case_number_series FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE case_number_series; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.case_number_series IS 'The last case number of each court and year, a series without gaps, and how many of its cases exist. Its row is locked until the
creation or deletion commits.';

--
-- Name: COLUMN case_number_series.year; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_number_series.year IS 'The year of Europe/London.';

--
-- Name: COLUMN case_number_series.case_count; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_number_series.case_count IS 'Cases with a number of this series that are not deleted.';

--
-- Name: case_participants; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.case_participants (
    case_id uuid NOT NULL,
    court_code text NOT NULL,
    applicant_ids text[] DEFAULT '{}'::text[] NOT NULL,
    assigned_judge text,
    organisation_ids text[]
)
WITH (fillfactor='90');

ALTER TABLE ONLY core.case_participants FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE case_participants; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.case_participants IS 'The current participants of a case, gathered from its active assignments and links by their triggers, for reads of cases. No row
for a case that never had any. Hidden from adopters.';

--
-- Name: COLUMN case_participants.applicant_ids; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_participants.applicant_ids IS 'Users, in the order of assignment.';

--
-- Name: COLUMN case_participants.assigned_judge; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_participants.assigned_judge IS 'The user whose judicial assignment is the latest.';

--
-- Name: COLUMN case_participants.organisation_ids; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_participants.organisation_ids IS 'In the order of their linking; null for none.';

--
-- Name: case_reach; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.case_reach (
    case_id uuid NOT NULL,
    way text NOT NULL,
    reached_by text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY core.case_reach FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.case_reach IS 'The users and organisations that reach a case by name, from the active assignments and links of cases that are not deleted. Only
their triggers write it. A social worker may reach a case in two ways: by an assignment, and by the link of the local authority.';

--
-- Name: COLUMN case_reach.way; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_reach.way IS 'The type of assignment or organisation. The policies use each type for one role.';

--
-- Name: COLUMN case_reach.reached_by; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_reach.reached_by IS 'The assigned user, or the linked organisation.';

--
-- Name: COLUMN case_reach.created_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.case_reach.created_at IS 'When the case was created, which never changes; lists show the newest first.';

--
-- Name: courts; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.courts (
    code text NOT NULL,
    name text NOT NULL,
    region text NOT NULL,
    CONSTRAINT courts_code_is_capitals CHECK ((code ~ '^[A-Z]{2,8}$'::text)),
    CONSTRAINT courts_name_within_limit CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);

ALTER TABLE ONLY core.courts FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE courts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.courts IS 'The family courts of England and Wales.';

--
-- Name: COLUMN courts.code; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.courts.code IS 'The beginning of every case number of the court. Assigned, and never derived from the name, because initials collide.';

--
-- Name: document_downloads; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.document_downloads (
    id bigint NOT NULL,
    document_id uuid NOT NULL,
    downloaded_by text NOT NULL,
    downloaded_at timestamp with time zone NOT NULL,
    found_damaged boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY core.document_downloads FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE document_downloads; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.document_downloads IS 'The downloads of documents. Append-only.';

--
-- Name: COLUMN document_downloads.found_damaged; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_downloads.found_damaged IS 'The download failed: the bytes in the document store are missing, or not those that were stored.';

--
-- Name: document_downloads_id_seq; Type: SEQUENCE; Schema: core; Owner: -
--

ALTER TABLE core.document_downloads ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME core.document_downloads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: document_jobs; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.document_jobs (
    document_id uuid NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    last_failure text,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT document_jobs_last_failure_within_limit CHECK ((char_length(last_failure) <= 500)),
    CONSTRAINT document_jobs_lease_is_whole CHECK (((lease IS NULL) = (leased_until IS NULL)))
);

ALTER TABLE ONLY core.document_jobs FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE document_jobs; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.document_jobs IS 'The remaining work of the worker: documents to scan and to read. A row is removed when its work is done.';

--
-- Name: COLUMN document_jobs.run_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_jobs.run_at IS 'The earliest time of the next attempt; moved with each failure.';

--
-- Name: COLUMN document_jobs.lease; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_jobs.lease IS 'Identifies the claim. After leased_until, another worker may take the document.';

--
-- Name: COLUMN document_jobs.last_failure; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_jobs.last_failure IS 'Why the previous attempt failed; for operators.';

--
-- Name: COLUMN document_jobs.queued_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_jobs.queued_at IS 'When the document was queued; never changed.';

--
-- Name: document_removals; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.document_removals (
    document_id uuid NOT NULL,
    removed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY core.document_removals FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE document_removals; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.document_removals IS 'Failed uploads whose bytes were removed from the document store.';

--
-- Name: document_texts; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.document_texts (
    document_id uuid NOT NULL,
    content text NOT NULL,
    case_id uuid NOT NULL,
    court_code text NOT NULL
);

ALTER TABLE ONLY core.document_texts FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE document_texts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.document_texts IS 'The text that the worker read from a document.';

--
-- Name: document_types; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.document_types (
    value text NOT NULL,
    place integer NOT NULL,
    label text NOT NULL,
    help_text text NOT NULL,
    description_required boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY core.document_types FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE document_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.document_types IS 'The document types, as a form shows them.';

--
-- Name: COLUMN document_types.place; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.document_types.place IS 'The order in a form.';

--
-- Name: kept_answers; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.kept_answers (
    user_role core.user_role NOT NULL,
    user_id text NOT NULL,
    key text NOT NULL,
    court_code text,
    organisation_id text,
    request_sha256 bytea NOT NULL,
    answer jsonb,
    expires_at timestamp with time zone DEFAULT (now() + '24:00:00'::interval) NOT NULL,
    CONSTRAINT kept_answers_key_not_empty CHECK ((key <> ''::text)),
    CONSTRAINT kept_answers_key_within_limit CHECK ((char_length(key) <= 255)),
    CONSTRAINT kept_answers_request_sha256_is_sha256 CHECK ((octet_length(request_sha256) = 32))
)
WITH (fillfactor='50');

ALTER TABLE ONLY core.kept_answers FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE kept_answers; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.kept_answers IS 'Answers to writes with an Idempotency-Key, which the same caller gets again for the same request.';

--
-- Name: COLUMN kept_answers.key; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.key IS 'The Idempotency-Key. Each caller has its own keys.';

--
-- Name: COLUMN kept_answers.court_code; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.court_code IS 'The court that the caller had; with another court, the answer could differ.';

--
-- Name: COLUMN kept_answers.organisation_id; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.organisation_id IS 'The organisation that the caller had.';

--
-- Name: COLUMN kept_answers.request_sha256; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.request_sha256 IS 'SHA-256 over the request; the server decides over which parts.';

--
-- Name: COLUMN kept_answers.answer; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.answer IS 'Null in the transaction that does the work, until the answer is there.';

--
-- Name: COLUMN kept_answers.expires_at; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.kept_answers.expires_at IS 'From then on the key counts as new; auth.sweep removes the row.';

--
-- Name: next_statuses; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.next_statuses (
    user_role core.user_role NOT NULL,
    from_status core.case_status NOT NULL,
    to_statuses text[] NOT NULL
);

ALTER TABLE ONLY core.next_statuses FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE next_statuses; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.next_statuses IS 'The statuses to which each role may move a case, gathered from core.status_transitions by its trigger, for reads of cases. No row
if there is none.';

--
-- Name: COLUMN next_statuses.to_statuses; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.next_statuses.to_statuses IS 'In the order of a case''s life.';

--
-- Name: organisation_links; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.organisation_links (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    organisation_id text NOT NULL,
    organisation_type core.organisation_type NOT NULL,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    linked_by text NOT NULL,
    unlinked_at timestamp with time zone,
    unlinked_by text,
    court_code text NOT NULL,
    CONSTRAINT organisation_links_organisation_id_trimmed CHECK (((organisation_id <> ''::text) AND (organisation_id = btrim(organisation_id)))),
    CONSTRAINT organisation_links_organisation_id_within_limit CHECK ((char_length(organisation_id) <= 100)),
    CONSTRAINT organisation_links_unlinked_at_after_linked_at CHECK ((unlinked_at >= linked_at)),
    CONSTRAINT organisation_links_unlinked_by_somebody CHECK (((unlinked_at IS NULL) = (unlinked_by IS NULL)))
);

ALTER TABLE ONLY core.organisation_links FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.organisation_links IS 'Links a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';

--
-- Name: COLUMN organisation_links.organisation_id; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.organisation_links.organisation_id IS 'Opaque: there is no register of organisations here.';

--
-- Name: status_change_particulars; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.status_change_particulars (
    status_change_id bigint NOT NULL,
    changed_by text NOT NULL,
    reason text,
    case_id uuid NOT NULL,
    court_code text NOT NULL,
    CONSTRAINT status_change_particulars_reason_within_limit CHECK ((char_length(reason) <= 2000))
);

ALTER TABLE ONLY core.status_change_particulars FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE status_change_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.status_change_particulars IS 'The user who changed a status, and the reason; hidden from adopters.';

--
-- Name: status_changes; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.status_changes (
    id bigint NOT NULL,
    case_id uuid NOT NULL,
    from_status core.case_status NOT NULL,
    to_status core.case_status NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    court_code text NOT NULL
);

ALTER TABLE ONLY core.status_changes FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE status_changes; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.status_changes IS 'The history of a case''s status. Only a trigger writes it.';

--
-- Name: status_changes_id_seq; Type: SEQUENCE; Schema: core; Owner: -
--

ALTER TABLE core.status_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME core.status_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: status_transitions; Type: TABLE; Schema: core; Owner: -
--

CREATE TABLE core.status_transitions (
    from_status core.case_status NOT NULL,
    to_status core.case_status NOT NULL,
    roles core.user_role[] NOT NULL,
    reason_required boolean NOT NULL,
    CONSTRAINT status_transitions_roles_not_empty CHECK ((cardinality(roles) > 0))
);

ALTER TABLE ONLY core.status_transitions FORCE ROW LEVEL SECURITY;

--
-- Name: TABLE status_transitions; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON TABLE core.status_transitions IS 'The allowed changes of status. A status without a row here is terminal.';

--
-- Name: COLUMN status_transitions.roles; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON COLUMN core.status_transitions.roles IS 'The roles that may make this change.';

--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

--
-- Name: anchors anchors_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.anchors
    ADD CONSTRAINT anchors_pkey PRIMARY KEY (id);

--
-- Name: chains chains_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.chains
    ADD CONSTRAINT chains_pkey PRIMARY KEY (case_id);

--
-- Name: entries entries_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);

--
-- Name: reference_changes reference_changes_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.reference_changes
    ADD CONSTRAINT reference_changes_pkey PRIMARY KEY (id);

--
-- Name: refusals refusals_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.refusals
    ADD CONSTRAINT refusals_pkey PRIMARY KEY (id);

--
-- Name: restores restores_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.restores
    ADD CONSTRAINT restores_pkey PRIMARY KEY (id);

--
-- Name: seals seals_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (journal, number);

--
-- Name: claim_rules claim_rules_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.claim_rules
    ADD CONSTRAINT claim_rules_pkey PRIMARY KEY (id);

--
-- Name: database_kind database_kind_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.database_kind
    ADD CONSTRAINT database_kind_pkey PRIMARY KEY (kind);

--
-- Name: directory_changes directory_changes_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.directory_changes
    ADD CONSTRAINT directory_changes_pkey PRIMARY KEY (id);

--
-- Name: log_in_rates log_in_rates_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.log_in_rates
    ADD CONSTRAINT log_in_rates_pkey PRIMARY KEY (client);

--
-- Name: memberships memberships_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (id);

--
-- Name: secrets secrets_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);

--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_sha256);

--
-- Name: sign_ins sign_ins_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);

--
-- Name: users users_issuer_subject_key; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_issuer_subject_key UNIQUE (issuer, subject);

--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

--
-- Name: assignment_particulars assignment_particulars_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.assignment_particulars
    ADD CONSTRAINT assignment_particulars_pkey PRIMARY KEY (assignment_id);

--
-- Name: assignments assignments_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (id);

--
-- Name: case_details case_details_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_details
    ADD CONSTRAINT case_details_pkey PRIMARY KEY (case_id, version);

--
-- Name: case_number_gaps case_number_gaps_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_number_gaps
    ADD CONSTRAINT case_number_gaps_pkey PRIMARY KEY (court_code, year, last_number);

--
-- Name: case_number_series case_number_series_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_number_series
    ADD CONSTRAINT case_number_series_pkey PRIMARY KEY (court_code, year);

--
-- Name: case_participants case_participants_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_participants
    ADD CONSTRAINT case_participants_pkey PRIMARY KEY (case_id);

--
-- Name: case_reach case_reach_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_reach
    ADD CONSTRAINT case_reach_pkey PRIMARY KEY (case_id, way, reached_by);

--
-- Name: cases cases_case_number_key; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.cases
    ADD CONSTRAINT cases_case_number_key UNIQUE (court_code, number_year, number_sequence);

--
-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

--
-- Name: courts courts_name_key; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.courts
    ADD CONSTRAINT courts_name_key UNIQUE (name);

--
-- Name: courts courts_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.courts
    ADD CONSTRAINT courts_pkey PRIMARY KEY (code);

--
-- Name: document_downloads document_downloads_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_downloads
    ADD CONSTRAINT document_downloads_pkey PRIMARY KEY (id);

--
-- Name: document_jobs document_jobs_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_jobs
    ADD CONSTRAINT document_jobs_pkey PRIMARY KEY (document_id);

--
-- Name: document_removals document_removals_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_removals
    ADD CONSTRAINT document_removals_pkey PRIMARY KEY (document_id);

--
-- Name: document_texts document_texts_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_texts
    ADD CONSTRAINT document_texts_pkey PRIMARY KEY (document_id);

--
-- Name: document_types document_types_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_types
    ADD CONSTRAINT document_types_pkey PRIMARY KEY (value);

--
-- Name: document_types document_types_place_key; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_types
    ADD CONSTRAINT document_types_place_key UNIQUE (place);

--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

--
-- Name: file_types file_types_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.file_types
    ADD CONSTRAINT file_types_pkey PRIMARY KEY (extension);

--
-- Name: kept_answers kept_answers_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.kept_answers
    ADD CONSTRAINT kept_answers_pkey PRIMARY KEY (user_role, user_id, key);

--
-- Name: next_statuses next_statuses_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.next_statuses
    ADD CONSTRAINT next_statuses_pkey PRIMARY KEY (user_role, from_status);

--
-- Name: organisation_links organisation_links_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.organisation_links
    ADD CONSTRAINT organisation_links_pkey PRIMARY KEY (id);

--
-- Name: status_change_particulars status_change_particulars_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_change_particulars
    ADD CONSTRAINT status_change_particulars_pkey PRIMARY KEY (status_change_id);

--
-- Name: status_changes status_changes_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_changes
    ADD CONSTRAINT status_changes_pkey PRIMARY KEY (id);

--
-- Name: status_transitions status_transitions_pkey; Type: CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_transitions
    ADD CONSTRAINT status_transitions_pkey PRIMARY KEY (from_status, to_status);

--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

--
-- Name: entries_case_id_id_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX entries_case_id_id_idx ON audit.entries USING btree (case_id, id);

--
-- Name: refusals_case_id_id_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX refusals_case_id_id_idx ON audit.refusals USING btree (case_id, id);

--
-- Name: refusals_user_id_id_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX refusals_user_id_id_idx ON audit.refusals USING btree (user_id, id);

--
-- Name: seals_journal_newest_at_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX seals_journal_newest_at_idx ON audit.seals USING btree (journal, newest_at);

--
-- Name: claim_rules_court_code_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX claim_rules_court_code_idx ON auth.claim_rules USING btree (court_code);

--
-- Name: database_kind_one_row_key; Type: INDEX; Schema: auth; Owner: -
--

CREATE UNIQUE INDEX database_kind_one_row_key ON auth.database_kind USING btree ((true));

--
-- Name: home_one_row_key; Type: INDEX; Schema: auth; Owner: -
--

CREATE UNIQUE INDEX home_one_row_key ON auth.home USING btree ((true));

--
-- Name: log_in_rates_paid_until_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX log_in_rates_paid_until_idx ON auth.log_in_rates USING btree (paid_until);

--
-- Name: memberships_active_key; Type: INDEX; Schema: auth; Owner: -
--

CREATE UNIQUE INDEX memberships_active_key ON auth.memberships USING btree (user_id, user_role, COALESCE(court_code, ''::text), COALESCE(organisation_id, ''::text)) WHERE (ended_at IS NULL);

--
-- Name: memberships_court_code_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX memberships_court_code_idx ON auth.memberships USING btree (court_code);

--
-- Name: memberships_user_id_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX memberships_user_id_idx ON auth.memberships USING btree (user_id);

--
-- Name: sessions_court_code_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sessions_court_code_idx ON auth.sessions USING btree (court_code);

--
-- Name: sessions_user_id_user_role_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sessions_user_id_user_role_idx ON auth.sessions USING btree (user_id, user_role);

--
-- Name: sign_ins_refused_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sign_ins_refused_idx ON auth.sign_ins USING btree (COALESCE(subject, ''::text), COALESCE(issuer, ''::text), occurred_at) WHERE (outcome <> 'OPENED'::text);

--
-- Name: sign_ins_user_id_occurred_at_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sign_ins_user_id_occurred_at_idx ON auth.sign_ins USING btree (user_id, occurred_at);

--
-- Name: assignments_active_key; Type: INDEX; Schema: core; Owner: -
--

CREATE UNIQUE INDEX assignments_active_key ON core.assignments USING btree (case_id, user_id, assignment_type) WHERE (revoked_at IS NULL);

--
-- Name: assignments_case_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX assignments_case_id_idx ON core.assignments USING btree (case_id);

--
-- Name: assignments_user_id_assignment_type_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX assignments_user_id_assignment_type_idx ON core.assignments USING btree (user_id, assignment_type, case_id) WHERE (revoked_at IS NULL);

--
-- Name: case_number_gaps_restore_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX case_number_gaps_restore_id_idx ON core.case_number_gaps USING btree (restore_id);

--
-- Name: case_reach_reached_by_created_at_case_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX case_reach_reached_by_created_at_case_id_idx ON core.case_reach USING btree (reached_by, created_at DESC, case_id DESC) INCLUDE (way);

--
-- Name: cases_court_code_attention_place_created_at_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_attention_place_created_at_id_idx ON core.cases USING btree (court_code, attention_place, created_at, id) INCLUDE (status_place, case_type_place) WHERE (deleted_at IS NULL);

--
-- Name: cases_court_code_case_number_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_case_number_idx ON core.cases USING btree (court_code, case_number) INCLUDE (created_at, id, status_place, case_type_place) WHERE (deleted_at IS NULL);

--
-- Name: INDEX cases_court_code_case_number_idx; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON INDEX core.cases_court_code_case_number_idx IS 'Numbers are sorted as bytes, so that those with the same beginning are adjacent in any collation of the database.';

--
-- Name: cases_court_code_case_type_place_created_at_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_case_type_place_created_at_id_idx ON core.cases USING btree (court_code, case_type_place, created_at, id) WHERE (deleted_at IS NULL);

--
-- Name: cases_court_code_created_at_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_created_at_id_idx ON core.cases USING btree (court_code, created_at DESC, id DESC) WHERE (deleted_at IS NULL);

--
-- Name: cases_court_code_scheduled_at_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_scheduled_at_idx ON core.cases USING btree (court_code, scheduled_at) INCLUDE (created_at, id, attention_place, status_place, case_type_place) WHERE (deleted_at IS NULL);

--
-- Name: cases_court_code_status_place_created_at_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX cases_court_code_status_place_created_at_id_idx ON core.cases USING btree (court_code, status_place, created_at, id) INCLUDE (case_type_place) WHERE (deleted_at IS NULL);

--
-- Name: cases_id_court_code_key; Type: INDEX; Schema: core; Owner: -
--

CREATE UNIQUE INDEX cases_id_court_code_key ON core.cases USING btree (id, court_code);

--
-- Name: document_downloads_document_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX document_downloads_document_id_idx ON core.document_downloads USING btree (document_id, id);

--
-- Name: document_jobs_run_at_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX document_jobs_run_at_idx ON core.document_jobs USING btree (run_at);

--
-- Name: documents_case_id_file_hash_key; Type: INDEX; Schema: core; Owner: -
--

CREATE UNIQUE INDEX documents_case_id_file_hash_key ON core.documents USING btree (case_id, file_hash) WHERE ((upload_status = 'complete'::core.upload_status) AND (deleted_at IS NULL));

--
-- Name: documents_case_id_uploaded_at_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX documents_case_id_uploaded_at_idx ON core.documents USING btree (case_id, uploaded_at DESC, id DESC);

--
-- Name: documents_document_type_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX documents_document_type_idx ON core.documents USING btree (document_type);

--
-- Name: documents_unfinished_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX documents_unfinished_idx ON core.documents USING btree (uploaded_at) WHERE (upload_status <> 'complete'::core.upload_status);

--
-- Name: kept_answers_expires_at_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX kept_answers_expires_at_idx ON core.kept_answers USING btree (expires_at);

--
-- Name: organisation_links_active_key; Type: INDEX; Schema: core; Owner: -
--

CREATE UNIQUE INDEX organisation_links_active_key ON core.organisation_links USING btree (case_id, organisation_id) WHERE (unlinked_at IS NULL);

--
-- Name: organisation_links_case_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX organisation_links_case_id_idx ON core.organisation_links USING btree (case_id);

--
-- Name: organisation_links_organisation_id_organisation_type_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX organisation_links_organisation_id_organisation_type_idx ON core.organisation_links USING btree (organisation_id, organisation_type, case_id) WHERE (unlinked_at IS NULL);

--
-- Name: status_changes_case_id_id_idx; Type: INDEX; Schema: core; Owner: -
--

CREATE INDEX status_changes_case_id_id_idx ON core.status_changes USING btree (case_id, id);

--
-- Name: anchors tg_anchors__refuse_change; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_anchors__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.anchors FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.anchors ENABLE ALWAYS TRIGGER tg_anchors__refuse_change;

--
-- Name: chains tg_chains__refuse_removal; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_chains__refuse_removal BEFORE DELETE OR TRUNCATE ON audit.chains FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.chains ENABLE ALWAYS TRIGGER tg_chains__refuse_removal;

--
-- Name: entries tg_entries__refuse_change; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_entries__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.entries FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.entries ENABLE ALWAYS TRIGGER tg_entries__refuse_change;

--
-- Name: reference_changes tg_reference_changes__refuse_change; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_reference_changes__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.reference_changes FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.reference_changes ENABLE ALWAYS TRIGGER tg_reference_changes__refuse_change;

--
-- Name: refusals tg_refusals__guard; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_refusals__guard BEFORE UPDATE ON audit.refusals FOR EACH ROW EXECUTE FUNCTION audit.tg_refusals__guard();

ALTER TABLE audit.refusals ENABLE ALWAYS TRIGGER tg_refusals__guard;

--
-- Name: refusals tg_refusals__keep_two_years; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_refusals__keep_two_years BEFORE DELETE ON audit.refusals FOR EACH ROW EXECUTE FUNCTION audit.tg_keep_two_years();

ALTER TABLE audit.refusals ENABLE ALWAYS TRIGGER tg_refusals__keep_two_years;

--
-- Name: refusals tg_refusals__refuse_truncate; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_refusals__refuse_truncate BEFORE TRUNCATE ON audit.refusals FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.refusals ENABLE ALWAYS TRIGGER tg_refusals__refuse_truncate;

--
-- Name: restores tg_restores__refuse_change; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_restores__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.restores FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.restores ENABLE ALWAYS TRIGGER tg_restores__refuse_change;

--
-- Name: seals tg_seals__refuse_change; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER tg_seals__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.seals FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE audit.seals ENABLE ALWAYS TRIGGER tg_seals__refuse_change;

--
-- Name: claim_rules tg_claim_rules__end_sessions; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_claim_rules__end_sessions AFTER UPDATE ON auth.claim_rules FOR EACH ROW EXECUTE FUNCTION auth.tg_claim_rules__end_sessions();

ALTER TABLE auth.claim_rules ENABLE ALWAYS TRIGGER tg_claim_rules__end_sessions;

--
-- Name: claim_rules tg_claim_rules__record_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_claim_rules__record_change AFTER INSERT OR UPDATE ON auth.claim_rules FOR EACH ROW EXECUTE FUNCTION auth.tg_record_directory_change('claim rule', 'id');

ALTER TABLE auth.claim_rules ENABLE ALWAYS TRIGGER tg_claim_rules__record_change;

--
-- Name: claim_rules tg_claim_rules__refuse_removal; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_claim_rules__refuse_removal BEFORE DELETE OR TRUNCATE ON auth.claim_rules FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.claim_rules ENABLE ALWAYS TRIGGER tg_claim_rules__refuse_removal;

--
-- Name: database_kind tg_database_kind__refuse_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_database_kind__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON auth.database_kind FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.database_kind ENABLE ALWAYS TRIGGER tg_database_kind__refuse_change;

--
-- Name: directory_changes tg_directory_changes__refuse_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_directory_changes__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON auth.directory_changes FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.directory_changes ENABLE ALWAYS TRIGGER tg_directory_changes__refuse_change;

--
-- Name: home tg_home__refuse_removal; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_home__refuse_removal BEFORE DELETE OR TRUNCATE ON auth.home FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.home ENABLE ALWAYS TRIGGER tg_home__refuse_removal;

--
-- Name: memberships tg_memberships__end_sessions; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_memberships__end_sessions AFTER UPDATE ON auth.memberships FOR EACH ROW EXECUTE FUNCTION auth.tg_memberships__end_sessions();

ALTER TABLE auth.memberships ENABLE ALWAYS TRIGGER tg_memberships__end_sessions;

--
-- Name: memberships tg_memberships__record_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_memberships__record_change AFTER INSERT OR UPDATE ON auth.memberships FOR EACH ROW EXECUTE FUNCTION auth.tg_record_directory_change('membership', 'id');

ALTER TABLE auth.memberships ENABLE ALWAYS TRIGGER tg_memberships__record_change;

--
-- Name: memberships tg_memberships__refuse_removal; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_memberships__refuse_removal BEFORE DELETE OR TRUNCATE ON auth.memberships FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.memberships ENABLE ALWAYS TRIGGER tg_memberships__refuse_removal;

--
-- Name: sign_ins tg_sign_ins__keep_two_years; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_sign_ins__keep_two_years BEFORE DELETE ON auth.sign_ins FOR EACH ROW EXECUTE FUNCTION audit.tg_keep_two_years();

ALTER TABLE auth.sign_ins ENABLE ALWAYS TRIGGER tg_sign_ins__keep_two_years;

--
-- Name: sign_ins tg_sign_ins__refuse_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_sign_ins__refuse_change BEFORE UPDATE OR TRUNCATE ON auth.sign_ins FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.sign_ins ENABLE ALWAYS TRIGGER tg_sign_ins__refuse_change;

--
-- Name: users tg_users__end_sessions; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_users__end_sessions AFTER UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.tg_users__end_sessions();

ALTER TABLE auth.users ENABLE ALWAYS TRIGGER tg_users__end_sessions;

--
-- Name: users tg_users__record_change; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_users__record_change AFTER INSERT OR UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.tg_record_directory_change('user', 'user_id');

ALTER TABLE auth.users ENABLE ALWAYS TRIGGER tg_users__record_change;

--
-- Name: users tg_users__refuse_removal; Type: TRIGGER; Schema: auth; Owner: -
--

CREATE TRIGGER tg_users__refuse_removal BEFORE DELETE OR TRUNCATE ON auth.users FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE auth.users ENABLE ALWAYS TRIGGER tg_users__refuse_removal;

--
-- Name: assignment_particulars tg_assignment_particulars__refuse_removal; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignment_particulars__refuse_removal BEFORE DELETE OR TRUNCATE ON core.assignment_particulars FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.assignment_particulars ENABLE ALWAYS TRIGGER tg_assignment_particulars__refuse_removal;

--
-- Name: assignments tg_assignments__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__audit AFTER INSERT OR UPDATE ON core.assignments FOR EACH ROW EXECUTE FUNCTION audit.tg_assignments__audit();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__audit;

--
-- Name: assignments tg_assignments__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__guard BEFORE INSERT OR UPDATE ON core.assignments FOR EACH ROW EXECUTE FUNCTION core.tg_assignments__guard();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__guard;

--
-- Name: assignments tg_assignments__participants; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__participants AFTER INSERT OR UPDATE ON core.assignments FOR EACH ROW WHEN ((new.assignment_type = ANY (ARRAY['APPLICANT'::core.assignment_type, 'JUDICIAL'::core.assignment_type]))) EXECUTE FUNCTION core.tg_assignments__participants();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__participants;

--
-- Name: assignments tg_assignments__particulars; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__particulars AFTER INSERT OR UPDATE ON core.assignments FOR EACH ROW EXECUTE FUNCTION core.tg_assignments__particulars();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__particulars;

--
-- Name: assignments tg_assignments__reach; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__reach AFTER INSERT OR UPDATE ON core.assignments FOR EACH ROW EXECUTE FUNCTION core.tg_assignments__reach();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__reach;

--
-- Name: assignments tg_assignments__refuse_removal; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_assignments__refuse_removal BEFORE DELETE OR TRUNCATE ON core.assignments FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.assignments ENABLE ALWAYS TRIGGER tg_assignments__refuse_removal;

--
-- Name: case_details tg_case_details__in_use; Type: TRIGGER; Schema: core; Owner: -
--

CREATE CONSTRAINT TRIGGER tg_case_details__in_use AFTER INSERT ON core.case_details DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core.tg_case_details__in_use();

ALTER TABLE core.case_details ENABLE ALWAYS TRIGGER tg_case_details__in_use;

--
-- Name: case_details tg_case_details__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_case_details__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.case_details FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.case_details ENABLE ALWAYS TRIGGER tg_case_details__refuse_change;

--
-- Name: case_details tg_case_details__stamp; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_case_details__stamp BEFORE INSERT ON core.case_details FOR EACH ROW EXECUTE FUNCTION core.tg_case_details__stamp();

ALTER TABLE core.case_details ENABLE ALWAYS TRIGGER tg_case_details__stamp;

--
-- Name: case_number_gaps tg_case_number_gaps__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_case_number_gaps__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.case_number_gaps FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.case_number_gaps ENABLE ALWAYS TRIGGER tg_case_number_gaps__refuse_change;

--
-- Name: case_number_series tg_case_number_series__in_use; Type: TRIGGER; Schema: core; Owner: -
--

CREATE CONSTRAINT TRIGGER tg_case_number_series__in_use AFTER INSERT OR UPDATE OF last_number ON core.case_number_series DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core.tg_case_number_series__in_use();

ALTER TABLE core.case_number_series ENABLE ALWAYS TRIGGER tg_case_number_series__in_use;

--
-- Name: cases tg_cases__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__audit AFTER INSERT OR UPDATE ON core.cases FOR EACH ROW EXECUTE FUNCTION audit.tg_cases__audit();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__audit;

--
-- Name: cases tg_cases__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__guard BEFORE INSERT OR UPDATE ON core.cases FOR EACH ROW EXECUTE FUNCTION core.tg_cases__guard();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__guard;

--
-- Name: cases tg_cases__history; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__history BEFORE UPDATE ON core.cases FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION core.tg_cases__history();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__history;

--
-- Name: cases tg_cases__number; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__number BEFORE INSERT ON core.cases FOR EACH ROW EXECUTE FUNCTION core.tg_cases__number();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__number;

--
-- Name: cases tg_cases__reach; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__reach AFTER UPDATE ON core.cases FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION core.tg_cases__reach();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__reach;

--
-- Name: cases tg_cases__refuse_removal; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__refuse_removal BEFORE DELETE OR TRUNCATE ON core.cases FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__refuse_removal;

--
-- Name: cases tg_cases__tally; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_cases__tally AFTER UPDATE ON core.cases FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION core.tg_cases__tally();

ALTER TABLE core.cases ENABLE ALWAYS TRIGGER tg_cases__tally;

--
-- Name: courts tg_courts__record_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_courts__record_change AFTER INSERT OR DELETE OR UPDATE ON core.courts FOR EACH ROW EXECUTE FUNCTION audit.tg_record_reference_change('code');

ALTER TABLE core.courts ENABLE ALWAYS TRIGGER tg_courts__record_change;

--
-- Name: courts tg_courts__refuse_truncate; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_courts__refuse_truncate BEFORE TRUNCATE ON core.courts FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.courts ENABLE ALWAYS TRIGGER tg_courts__refuse_truncate;

--
-- Name: document_downloads tg_document_downloads__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_downloads__audit AFTER INSERT ON core.document_downloads FOR EACH ROW EXECUTE FUNCTION audit.tg_document_downloads__audit();

ALTER TABLE core.document_downloads ENABLE ALWAYS TRIGGER tg_document_downloads__audit;

--
-- Name: document_downloads tg_document_downloads__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_downloads__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.document_downloads FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.document_downloads ENABLE ALWAYS TRIGGER tg_document_downloads__refuse_change;

--
-- Name: document_downloads tg_document_downloads__stamp; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_downloads__stamp BEFORE INSERT ON core.document_downloads FOR EACH ROW EXECUTE FUNCTION core.tg_document_downloads__stamp();

ALTER TABLE core.document_downloads ENABLE ALWAYS TRIGGER tg_document_downloads__stamp;

--
-- Name: document_removals tg_document_removals__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_removals__audit AFTER INSERT ON core.document_removals FOR EACH ROW EXECUTE FUNCTION audit.tg_document_removals__audit();

ALTER TABLE core.document_removals ENABLE ALWAYS TRIGGER tg_document_removals__audit;

--
-- Name: document_removals tg_document_removals__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_removals__guard BEFORE INSERT ON core.document_removals FOR EACH ROW EXECUTE FUNCTION core.tg_document_removals__guard();

ALTER TABLE core.document_removals ENABLE ALWAYS TRIGGER tg_document_removals__guard;

--
-- Name: document_removals tg_document_removals__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_removals__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.document_removals FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.document_removals ENABLE ALWAYS TRIGGER tg_document_removals__refuse_change;

--
-- Name: document_texts tg_document_texts__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_texts__audit AFTER INSERT ON core.document_texts FOR EACH ROW EXECUTE FUNCTION audit.tg_document_texts__audit();

ALTER TABLE core.document_texts ENABLE ALWAYS TRIGGER tg_document_texts__audit;

--
-- Name: document_texts tg_document_texts__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_texts__guard BEFORE INSERT ON core.document_texts FOR EACH ROW EXECUTE FUNCTION core.tg_document_texts__guard();

ALTER TABLE core.document_texts ENABLE ALWAYS TRIGGER tg_document_texts__guard;

--
-- Name: document_texts tg_document_texts__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_texts__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.document_texts FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.document_texts ENABLE ALWAYS TRIGGER tg_document_texts__refuse_change;

--
-- Name: document_types tg_document_types__record_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_types__record_change AFTER INSERT OR DELETE OR UPDATE ON core.document_types FOR EACH ROW EXECUTE FUNCTION audit.tg_record_reference_change('value');

ALTER TABLE core.document_types ENABLE ALWAYS TRIGGER tg_document_types__record_change;

--
-- Name: document_types tg_document_types__refuse_truncate; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_document_types__refuse_truncate BEFORE TRUNCATE ON core.document_types FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.document_types ENABLE ALWAYS TRIGGER tg_document_types__refuse_truncate;

--
-- Name: documents tg_documents__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_documents__audit AFTER INSERT OR UPDATE ON core.documents FOR EACH ROW EXECUTE FUNCTION audit.tg_documents__audit();

ALTER TABLE core.documents ENABLE ALWAYS TRIGGER tg_documents__audit;

--
-- Name: documents tg_documents__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_documents__guard BEFORE INSERT OR UPDATE ON core.documents FOR EACH ROW EXECUTE FUNCTION core.tg_documents__guard();

ALTER TABLE core.documents ENABLE ALWAYS TRIGGER tg_documents__guard;

--
-- Name: documents tg_documents__number; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_documents__number BEFORE UPDATE ON core.documents FOR EACH ROW WHEN (((new.upload_status = 'complete'::core.upload_status) AND (old.upload_status = 'uploading'::core.upload_status))) EXECUTE FUNCTION core.tg_documents__number();

ALTER TABLE core.documents ENABLE ALWAYS TRIGGER tg_documents__number;

--
-- Name: documents tg_documents__queue; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_documents__queue AFTER UPDATE ON core.documents FOR EACH ROW WHEN ((((new.upload_status = 'complete'::core.upload_status) AND (old.upload_status = 'uploading'::core.upload_status)) OR ((old.ocr_status = 'failed'::core.ocr_status) AND (new.ocr_status <> 'failed'::core.ocr_status)))) EXECUTE FUNCTION core.tg_documents__queue();

ALTER TABLE core.documents ENABLE ALWAYS TRIGGER tg_documents__queue;

--
-- Name: documents tg_documents__refuse_removal; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_documents__refuse_removal BEFORE DELETE OR TRUNCATE ON core.documents FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.documents ENABLE ALWAYS TRIGGER tg_documents__refuse_removal;

--
-- Name: file_types tg_file_types__record_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_file_types__record_change AFTER INSERT OR DELETE OR UPDATE ON core.file_types FOR EACH ROW EXECUTE FUNCTION audit.tg_record_reference_change('extension');

ALTER TABLE core.file_types ENABLE ALWAYS TRIGGER tg_file_types__record_change;

--
-- Name: file_types tg_file_types__refuse_truncate; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_file_types__refuse_truncate BEFORE TRUNCATE ON core.file_types FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.file_types ENABLE ALWAYS TRIGGER tg_file_types__refuse_truncate;

--
-- Name: organisation_links tg_organisation_links__audit; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_organisation_links__audit AFTER INSERT OR UPDATE ON core.organisation_links FOR EACH ROW EXECUTE FUNCTION audit.tg_organisation_links__audit();

ALTER TABLE core.organisation_links ENABLE ALWAYS TRIGGER tg_organisation_links__audit;

--
-- Name: organisation_links tg_organisation_links__guard; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_organisation_links__guard BEFORE INSERT OR UPDATE ON core.organisation_links FOR EACH ROW EXECUTE FUNCTION core.tg_organisation_links__guard();

ALTER TABLE core.organisation_links ENABLE ALWAYS TRIGGER tg_organisation_links__guard;

--
-- Name: organisation_links tg_organisation_links__participants; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_organisation_links__participants AFTER INSERT OR UPDATE ON core.organisation_links FOR EACH ROW EXECUTE FUNCTION core.tg_organisation_links__participants();

ALTER TABLE core.organisation_links ENABLE ALWAYS TRIGGER tg_organisation_links__participants;

--
-- Name: organisation_links tg_organisation_links__reach; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_organisation_links__reach AFTER INSERT OR UPDATE ON core.organisation_links FOR EACH ROW EXECUTE FUNCTION core.tg_organisation_links__reach();

ALTER TABLE core.organisation_links ENABLE ALWAYS TRIGGER tg_organisation_links__reach;

--
-- Name: organisation_links tg_organisation_links__refuse_removal; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_organisation_links__refuse_removal BEFORE DELETE OR TRUNCATE ON core.organisation_links FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.organisation_links ENABLE ALWAYS TRIGGER tg_organisation_links__refuse_removal;

--
-- Name: status_change_particulars tg_status_change_particulars__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_status_change_particulars__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.status_change_particulars FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.status_change_particulars ENABLE ALWAYS TRIGGER tg_status_change_particulars__refuse_change;

--
-- Name: status_changes tg_status_changes__refuse_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_status_changes__refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON core.status_changes FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.status_changes ENABLE ALWAYS TRIGGER tg_status_changes__refuse_change;

--
-- Name: status_transitions tg_status_transitions__next_statuses; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_status_transitions__next_statuses AFTER INSERT OR DELETE OR UPDATE ON core.status_transitions FOR EACH STATEMENT EXECUTE FUNCTION core.tg_status_transitions__next_statuses();

ALTER TABLE core.status_transitions ENABLE ALWAYS TRIGGER tg_status_transitions__next_statuses;

--
-- Name: status_transitions tg_status_transitions__record_change; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_status_transitions__record_change AFTER INSERT OR DELETE OR UPDATE ON core.status_transitions FOR EACH ROW EXECUTE FUNCTION audit.tg_record_reference_change('from_status', 'to_status');

ALTER TABLE core.status_transitions ENABLE ALWAYS TRIGGER tg_status_transitions__record_change;

--
-- Name: status_transitions tg_status_transitions__refuse_truncate; Type: TRIGGER; Schema: core; Owner: -
--

CREATE TRIGGER tg_status_transitions__refuse_truncate BEFORE TRUNCATE ON core.status_transitions FOR EACH STATEMENT EXECUTE FUNCTION audit.tg_refuse_change();

ALTER TABLE core.status_transitions ENABLE ALWAYS TRIGGER tg_status_transitions__refuse_truncate;

--
-- Name: chains chains_case_id_fkey; Type: FK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.chains
    ADD CONSTRAINT chains_case_id_fkey FOREIGN KEY (case_id) REFERENCES core.cases(id);

--
-- Name: entries entries_case_id_fkey; Type: FK CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.entries
    ADD CONSTRAINT entries_case_id_fkey FOREIGN KEY (case_id) REFERENCES core.cases(id);

--
-- Name: claim_rules claim_rules_court_code_fkey; Type: FK CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.claim_rules
    ADD CONSTRAINT claim_rules_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: memberships memberships_court_code_fkey; Type: FK CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.memberships
    ADD CONSTRAINT memberships_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: memberships memberships_user_id_fkey; Type: FK CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(user_id);

--
-- Name: sessions sessions_court_code_fkey; Type: FK CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: assignment_particulars assignment_particulars_assignment_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.assignment_particulars
    ADD CONSTRAINT assignment_particulars_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES core.assignments(id);

--
-- Name: assignment_particulars assignment_particulars_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.assignment_particulars
    ADD CONSTRAINT assignment_particulars_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: assignments assignments_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.assignments
    ADD CONSTRAINT assignments_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: case_details case_details_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_details
    ADD CONSTRAINT case_details_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code) DEFERRABLE INITIALLY DEFERRED;

--
-- Name: case_number_gaps case_number_gaps_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_number_gaps
    ADD CONSTRAINT case_number_gaps_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: case_number_gaps case_number_gaps_restore_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_number_gaps
    ADD CONSTRAINT case_number_gaps_restore_id_fkey FOREIGN KEY (restore_id) REFERENCES audit.restores(id);

--
-- Name: case_number_series case_number_series_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_number_series
    ADD CONSTRAINT case_number_series_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: case_participants case_participants_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_participants
    ADD CONSTRAINT case_participants_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: case_reach case_reach_case_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.case_reach
    ADD CONSTRAINT case_reach_case_id_fkey FOREIGN KEY (case_id) REFERENCES core.cases(id);

--
-- Name: cases cases_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.cases
    ADD CONSTRAINT cases_court_code_fkey FOREIGN KEY (court_code) REFERENCES core.courts(code);

--
-- Name: cases cases_id_details_version_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.cases
    ADD CONSTRAINT cases_id_details_version_fkey FOREIGN KEY (id, details_version) REFERENCES core.case_details(case_id, version);

--
-- Name: cases cases_status_change_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.cases
    ADD CONSTRAINT cases_status_change_id_fkey FOREIGN KEY (status_change_id) REFERENCES core.status_changes(id);

--
-- Name: document_downloads document_downloads_document_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_downloads
    ADD CONSTRAINT document_downloads_document_id_fkey FOREIGN KEY (document_id) REFERENCES core.documents(id);

--
-- Name: document_jobs document_jobs_document_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_jobs
    ADD CONSTRAINT document_jobs_document_id_fkey FOREIGN KEY (document_id) REFERENCES core.documents(id);

--
-- Name: document_removals document_removals_document_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_removals
    ADD CONSTRAINT document_removals_document_id_fkey FOREIGN KEY (document_id) REFERENCES core.documents(id);

--
-- Name: document_texts document_texts_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_texts
    ADD CONSTRAINT document_texts_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: document_texts document_texts_document_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.document_texts
    ADD CONSTRAINT document_texts_document_id_fkey FOREIGN KEY (document_id) REFERENCES core.documents(id);

--
-- Name: documents documents_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.documents
    ADD CONSTRAINT documents_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: documents documents_document_type_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.documents
    ADD CONSTRAINT documents_document_type_fkey FOREIGN KEY (document_type) REFERENCES core.document_types(value);

--
-- Name: organisation_links organisation_links_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.organisation_links
    ADD CONSTRAINT organisation_links_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: status_change_particulars status_change_particulars_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_change_particulars
    ADD CONSTRAINT status_change_particulars_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: status_change_particulars status_change_particulars_status_change_id_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_change_particulars
    ADD CONSTRAINT status_change_particulars_status_change_id_fkey FOREIGN KEY (status_change_id) REFERENCES core.status_changes(id);

--
-- Name: status_changes status_changes_case_id_court_code_fkey; Type: FK CONSTRAINT; Schema: core; Owner: -
--

ALTER TABLE ONLY core.status_changes
    ADD CONSTRAINT status_changes_case_id_court_code_fkey FOREIGN KEY (case_id, court_code) REFERENCES core.cases(id, court_code);

--
-- Name: chains all_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY all_to_owner ON audit.chains TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON chains; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY all_to_owner ON audit.chains IS 'audit.append moves the tip of a chain.';

--
-- Name: refusals all_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY all_to_owner ON audit.refusals TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON refusals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY all_to_owner ON audit.refusals IS 'audit.explain_refusal alone writes and counts refusals, and auth.sweep removes old ones; triggers refuse all else.';

--
-- Name: anchors; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.anchors ENABLE ROW LEVEL SECURITY;

--
-- Name: chains; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.chains ENABLE ROW LEVEL SECURITY;

--
-- Name: entries; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.entries ENABLE ROW LEVEL SECURITY;

--
-- Name: anchors insert_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY insert_to_owner ON audit.anchors FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON anchors; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY insert_to_owner ON audit.anchors IS 'audit.record_anchor alone records them.';

--
-- Name: entries insert_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY insert_to_owner ON audit.entries FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY insert_to_owner ON audit.entries IS 'audit.append alone writes entries.';

--
-- Name: reference_changes insert_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY insert_to_owner ON audit.reference_changes FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON reference_changes; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY insert_to_owner ON audit.reference_changes IS 'audit.tg_record_reference_change writes as the owner.';

--
-- Name: restores insert_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY insert_to_owner ON audit.restores FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON restores; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY insert_to_owner ON audit.restores IS 'auth.after_restore alone records them.';

--
-- Name: seals insert_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY insert_to_owner ON audit.seals FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON seals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY insert_to_owner ON audit.seals IS 'audit.seal_journal alone makes them.';

--
-- Name: reference_changes; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.reference_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: refusals; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.refusals ENABLE ROW LEVEL SECURITY;

--
-- Name: restores; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.restores ENABLE ROW LEVEL SECURITY;

--
-- Name: seals; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.seals ENABLE ROW LEVEL SECURITY;

--
-- Name: entries select_own_court; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_own_court ON audit.entries FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_own_court ON audit.entries IS 'An officer, what was done in its own court, to deleted cases too.';

--
-- Name: entries select_reached; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_reached ON audit.entries FOR SELECT TO judge_legal_adviser USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = entries.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_reached ON audit.entries IS 'A judge, of the cases that it reaches.';

--
-- Name: anchors select_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_to_owner ON audit.anchors FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON anchors; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_to_owner ON audit.anchors IS 'An administrator works as the owner.';

--
-- Name: entries select_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_to_owner ON audit.entries FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_to_owner ON audit.entries IS 'audit.find_broken_chains recomputes the digests.';

--
-- Name: reference_changes select_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_to_owner ON audit.reference_changes FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON reference_changes; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_to_owner ON audit.reference_changes IS 'An administrator works as the owner.';

--
-- Name: restores select_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_to_owner ON audit.restores FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON restores; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_to_owner ON audit.restores IS 'An administrator works as the owner.';

--
-- Name: seals select_to_owner; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY select_to_owner ON audit.seals FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON seals; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON POLICY select_to_owner ON audit.seals IS 'An administrator works as the owner.';

--
-- Name: claim_rules all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.claim_rules TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON claim_rules; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.claim_rules IS 'Registrars manage the directory, and the server asks it, through functions of the owner.';

--
-- Name: home all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.home TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON home; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.home IS 'auth.check_home compares it, auth.take_mark and auth.after_restore write it.';

--
-- Name: log_in_rates all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.log_in_rates TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON log_in_rates; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.log_in_rates IS 'Functions of the owner count, and sweep.';

--
-- Name: memberships all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.memberships TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON memberships; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.memberships IS 'Registrars manage the directory, and the server asks it, through functions of the owner.';

--
-- Name: sessions all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.sessions TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON sessions; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.sessions IS 'The server opens, resumes and ends sessions through functions of the owner.';

--
-- Name: sign_ins all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.sign_ins TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON sign_ins; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.sign_ins IS 'Functions of the owner write it, auth.sweep removes what is old, and an administrator reads it as the owner; triggers refuse all else.';

--
-- Name: users all_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY all_to_owner ON auth.users TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON users; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY all_to_owner ON auth.users IS 'Registrars manage the directory, and the server asks it, through functions of the owner.';

--
-- Name: claim_rules; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.claim_rules ENABLE ROW LEVEL SECURITY;

--
-- Name: database_kind; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.database_kind ENABLE ROW LEVEL SECURITY;

--
-- Name: directory_changes; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.directory_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: home; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.home ENABLE ROW LEVEL SECURITY;

--
-- Name: database_kind insert_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY insert_to_owner ON auth.database_kind FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON database_kind; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY insert_to_owner ON auth.database_kind IS 'Functions of the owner write it.';

--
-- Name: directory_changes insert_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY insert_to_owner ON auth.directory_changes FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON directory_changes; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY insert_to_owner ON auth.directory_changes IS 'Functions of the owner write it.';

--
-- Name: log_in_rates; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.log_in_rates ENABLE ROW LEVEL SECURITY;

--
-- Name: memberships; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.memberships ENABLE ROW LEVEL SECURITY;

--
-- Name: secrets; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.secrets ENABLE ROW LEVEL SECURITY;

--
-- Name: database_kind select_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY select_to_owner ON auth.database_kind FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON database_kind; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY select_to_owner ON auth.database_kind IS 'An administrator works as the owner.';

--
-- Name: directory_changes select_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY select_to_owner ON auth.directory_changes FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON directory_changes; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY select_to_owner ON auth.directory_changes IS 'An administrator works as the owner.';

--
-- Name: secrets select_to_owner; Type: POLICY; Schema: auth; Owner: -
--

CREATE POLICY select_to_owner ON auth.secrets FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON secrets; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON POLICY select_to_owner ON auth.secrets IS 'auth.claims_prefix reads it.';

--
-- Name: sessions; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: sign_ins; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.sign_ins ENABLE ROW LEVEL SECURITY;

--
-- Name: users; Type: ROW SECURITY; Schema: auth; Owner: -
--

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

--
-- Name: assignment_particulars all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.assignment_particulars TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON assignment_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.assignment_particulars IS 'core.tg_assignments__particulars alone writes them.';

--
-- Name: case_number_series all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.case_number_series TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON case_number_series; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.case_number_series IS 'core.tg_cases__number takes the next number as the owner, core.tg_cases__tally counts.';

--
-- Name: case_participants all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.case_participants TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON case_participants; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.case_participants IS 'core.tg_assignments__participants and core.tg_organisation_links__participants alone write them.';

--
-- Name: case_reach all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.case_reach TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.case_reach IS 'core.gather_reach alone writes them, for the triggers that call it.';

--
-- Name: courts all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.courts TO casefile_owner USING (true);

--
-- Name: POLICY all_to_owner ON courts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.courts IS 'An administrator adds and renames courts; the owner''s login functions look them up.';

--
-- Name: document_types all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.document_types TO casefile_owner USING (true);

--
-- Name: POLICY all_to_owner ON document_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.document_types IS 'An administrator changes the document types.';

--
-- Name: file_types all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.file_types TO casefile_owner USING (true);

--
-- Name: POLICY all_to_owner ON file_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.file_types IS 'An administrator changes which files are allowed; core.tg_documents__number checks as the owner.';

--
-- Name: kept_answers all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.kept_answers TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON kept_answers; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.kept_answers IS 'Callers claim keys and keep answers through functions of the owner, which look at no rows but the caller''s.';

--
-- Name: next_statuses all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.next_statuses TO casefile_owner USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_owner ON next_statuses; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.next_statuses IS 'core.tg_status_transitions__next_statuses alone writes them.';

--
-- Name: status_transitions all_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_owner ON core.status_transitions TO casefile_owner USING (true);

--
-- Name: POLICY all_to_owner ON status_transitions; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_owner ON core.status_transitions IS 'An administrator changes which status may follow which.';

--
-- Name: document_jobs all_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY all_to_processor ON core.document_jobs TO document_processor USING (true) WITH CHECK (true);

--
-- Name: POLICY all_to_processor ON document_jobs; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY all_to_processor ON core.document_jobs IS 'The worker takes, gives back and ends jobs.';

--
-- Name: assignment_particulars; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.assignment_particulars ENABLE ROW LEVEL SECURITY;

--
-- Name: assignments; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.assignments ENABLE ROW LEVEL SECURITY;

--
-- Name: case_details; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.case_details ENABLE ROW LEVEL SECURITY;

--
-- Name: case_number_gaps; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.case_number_gaps ENABLE ROW LEVEL SECURITY;

--
-- Name: case_number_series; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.case_number_series ENABLE ROW LEVEL SECURITY;

--
-- Name: case_participants; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.case_participants ENABLE ROW LEVEL SECURITY;

--
-- Name: case_reach; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.case_reach ENABLE ROW LEVEL SECURITY;

--
-- Name: cases; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.cases ENABLE ROW LEVEL SECURITY;

--
-- Name: courts; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.courts ENABLE ROW LEVEL SECURITY;

--
-- Name: document_downloads; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.document_downloads ENABLE ROW LEVEL SECURITY;

--
-- Name: document_jobs; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.document_jobs ENABLE ROW LEVEL SECURITY;

--
-- Name: document_removals; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.document_removals ENABLE ROW LEVEL SECURITY;

--
-- Name: document_texts; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.document_texts ENABLE ROW LEVEL SECURITY;

--
-- Name: document_types; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.document_types ENABLE ROW LEVEL SECURITY;

--
-- Name: documents; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.documents ENABLE ROW LEVEL SECURITY;

--
-- Name: file_types; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.file_types ENABLE ROW LEVEL SECURITY;

--
-- Name: assignments insert_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_own_court ON core.assignments FOR INSERT TO hmcts_case_officer WITH CHECK ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = assignments.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY insert_own_court ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_own_court ON core.assignments IS 'An officer assigns users to the cases of its own court.';

--
-- Name: cases insert_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_own_court ON core.cases FOR INSERT TO hmcts_case_officer WITH CHECK ((court_code = ( SELECT core.claim('court_code'::text) AS claim)));

--
-- Name: POLICY insert_own_court ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_own_court ON core.cases IS 'An officer creates cases in its own court.';

--
-- Name: organisation_links insert_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_own_court ON core.organisation_links FOR INSERT TO hmcts_case_officer WITH CHECK ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = organisation_links.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY insert_own_court ON organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_own_court ON core.organisation_links IS 'An officer links organisations to the cases of its own court.';

--
-- Name: case_details insert_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_reached ON core.case_details FOR INSERT TO hmcts_case_officer WITH CHECK (true);

--
-- Name: POLICY insert_reached ON case_details; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_reached ON core.case_details IS 'An officer; at creation the case is not there yet. tg_case_details__in_use checks at the end that the case is reached and uses them.';

--
-- Name: document_downloads insert_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_reached ON core.document_downloads FOR INSERT TO casefile_caller WITH CHECK ((EXISTS ( SELECT
   FROM core.documents d
  WHERE (d.id = document_downloads.document_id)
 OFFSET 0)));

--
-- Name: POLICY insert_reached ON document_downloads; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_reached ON core.document_downloads IS 'Every user who may read the document, by the policies of core.documents.';

--
-- Name: documents insert_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_reached ON core.documents FOR INSERT TO hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter WITH CHECK ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = documents.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY insert_reached ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_reached ON core.documents IS 'Everybody but judges uploads to the cases it reaches.';

--
-- Name: case_number_gaps insert_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_owner ON core.case_number_gaps FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON case_number_gaps; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_owner ON core.case_number_gaps IS 'core.pass_over_numbers alone records them.';

--
-- Name: document_jobs insert_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_owner ON core.document_jobs FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON document_jobs; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_owner ON core.document_jobs IS 'core.tg_documents__queue alone adds jobs.';

--
-- Name: status_change_particulars insert_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_owner ON core.status_change_particulars FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON status_change_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_owner ON core.status_change_particulars IS 'core.tg_cases__history alone writes history.';

--
-- Name: status_changes insert_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_owner ON core.status_changes FOR INSERT TO casefile_owner WITH CHECK (true);

--
-- Name: POLICY insert_to_owner ON status_changes; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_owner ON core.status_changes IS 'core.tg_cases__history alone writes history.';

--
-- Name: document_removals insert_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_processor ON core.document_removals FOR INSERT TO document_processor WITH CHECK (true);

--
-- Name: POLICY insert_to_processor ON document_removals; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_processor ON core.document_removals IS 'The worker records what it removed.';

--
-- Name: document_texts insert_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY insert_to_processor ON core.document_texts FOR INSERT TO document_processor WITH CHECK (true);

--
-- Name: POLICY insert_to_processor ON document_texts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY insert_to_processor ON core.document_texts IS 'The worker alone writes texts.';

--
-- Name: kept_answers; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.kept_answers ENABLE ROW LEVEL SECURITY;

--
-- Name: next_statuses; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.next_statuses ENABLE ROW LEVEL SECURITY;

--
-- Name: organisation_links; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.organisation_links ENABLE ROW LEVEL SECURITY;

--
-- Name: courts select_any; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_any ON core.courts FOR SELECT TO casefile_caller USING (true);

--
-- Name: POLICY select_any ON courts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_any ON core.courts IS 'Everybody sees every court.';

--
-- Name: document_types select_any; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_any ON core.document_types FOR SELECT TO casefile_caller USING (true);

--
-- Name: POLICY select_any ON document_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_any ON core.document_types IS 'Everybody sees the document types.';

--
-- Name: file_types select_any; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_any ON core.file_types FOR SELECT TO casefile_caller, document_processor USING (true);

--
-- Name: POLICY select_any ON file_types; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_any ON core.file_types IS 'Everybody sees which files are allowed.';

--
-- Name: next_statuses select_any; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_any ON core.next_statuses FOR SELECT TO casefile_caller USING (true);

--
-- Name: POLICY select_any ON next_statuses; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_any ON core.next_statuses IS 'Everybody sees which status may follow which.';

--
-- Name: status_transitions select_any; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_any ON core.status_transitions FOR SELECT TO casefile_caller USING (true);

--
-- Name: POLICY select_any ON status_transitions; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_any ON core.status_transitions IS 'Everybody sees which status may follow which.';

--
-- Name: case_reach select_of_agency; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_agency ON core.case_reach FOR SELECT TO vaa_worker USING (((reached_by = ( SELECT core.claim('organisation_id'::text) AS claim)) AND (way = 'VOLUNTARY_AGENCY'::text)));

--
-- Name: POLICY select_of_agency ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_agency ON core.case_reach IS 'An agency worker, those that its agency is linked to.';

--
-- Name: case_reach select_of_applicant; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_applicant ON core.case_reach FOR SELECT TO adopter USING (((reached_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (way = 'APPLICANT'::text)));

--
-- Name: POLICY select_of_applicant ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_applicant ON core.case_reach IS 'An adopter, those in which it applies.';

--
-- Name: case_reach select_of_authority; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_authority ON core.case_reach FOR SELECT TO la_social_worker USING (((reached_by = ( SELECT core.claim('organisation_id'::text) AS claim)) AND (way = 'LOCAL_AUTHORITY'::text)));

--
-- Name: POLICY select_of_authority ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_authority ON core.case_reach IS 'and those that its local authority is linked to.';

--
-- Name: case_reach select_of_cafcass_officer; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_cafcass_officer ON core.case_reach FOR SELECT TO cafcass_officer USING (((reached_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (way = 'CAFCASS'::text)));

--
-- Name: POLICY select_of_cafcass_officer ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_cafcass_officer ON core.case_reach IS 'A Cafcass officer, those of its active assignments.';

--
-- Name: case_reach select_of_judge; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_judge ON core.case_reach FOR SELECT TO judge_legal_adviser USING (((reached_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (way = 'JUDICIAL'::text)));

--
-- Name: POLICY select_of_judge ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_judge ON core.case_reach IS 'A judge reaches the cases of its active judicial assignments.';

--
-- Name: case_reach select_of_social_worker; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_of_social_worker ON core.case_reach FOR SELECT TO la_social_worker USING (((reached_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (way = 'SOCIAL_WORKER'::text)));

--
-- Name: POLICY select_of_social_worker ON case_reach; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_of_social_worker ON core.case_reach IS 'A social worker, those of its active assignments,';

--
-- Name: assignments select_own; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own ON core.assignments FOR SELECT TO adopter USING (((user_id = ( SELECT core.claim('user_id'::text) AS claim)) AND (revoked_at IS NULL) AND (EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = assignments.case_id)
 OFFSET 0))));

--
-- Name: POLICY select_own ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own ON core.assignments IS 'An adopter sees its own active assignments and nobody else''s.';

--
-- Name: documents select_own; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own ON core.documents FOR SELECT TO adopter USING (((deleted_at IS NULL) AND (uploaded_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = documents.case_id)
 OFFSET 0))));

--
-- Name: POLICY select_own ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own ON core.documents IS 'An adopter sees what it uploaded itself.';

--
-- Name: kept_answers select_own; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own ON core.kept_answers FOR SELECT TO casefile_caller USING (((user_role = ( SELECT core.caller_role() AS caller_role)) AND (user_id = ( SELECT core.claim('user_id'::text) AS claim)) AND (EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = core.answered_case_id(kept_answers.answer)) AND (c.deleted_at IS NULL))
 OFFSET 0))));

--
-- Name: POLICY select_own ON kept_answers; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own ON core.kept_answers IS 'A caller gets its kept answers again while it reaches the case, by the policies of core.cases.';

--
-- Name: assignment_particulars select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.assignment_particulars FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON assignment_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.assignment_particulars IS 'An officer, of the cases of its own court.';

--
-- Name: assignments select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.assignments FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.assignments IS 'An officer, of the cases of its own court.';

--
-- Name: case_details select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.case_details FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON case_details; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.case_details IS 'An officer, of the cases of its own court.';

--
-- Name: case_number_gaps select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.case_number_gaps FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON case_number_gaps; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.case_number_gaps IS 'An officer, of its own court: core.tg_case_number_series__in_use runs as the user who creates a case.';

--
-- Name: case_number_series select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.case_number_series FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON case_number_series; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.case_number_series IS 'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

--
-- Name: case_participants select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.case_participants FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON case_participants; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.case_participants IS 'An officer, of the cases of its own court.';

--
-- Name: cases select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.cases FOR SELECT TO hmcts_case_officer USING ((court_code = ( SELECT core.claim('court_code'::text) AS claim)));

--
-- Name: POLICY select_own_court ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.cases IS 'An officer reaches the cases of its own court.';

--
-- Name: document_texts select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.document_texts FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON document_texts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.document_texts IS 'An officer, of the cases of its own court.';

--
-- Name: documents select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.documents FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.documents IS 'An officer reaches the documents of the cases of its own court.';

--
-- Name: organisation_links select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.organisation_links FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.organisation_links IS 'An officer, of the cases of its own court.';

--
-- Name: status_change_particulars select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.status_change_particulars FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON status_change_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.status_change_particulars IS 'An officer, of the cases of its own court.';

--
-- Name: status_changes select_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_own_court ON core.status_changes FOR SELECT TO hmcts_case_officer USING ((court_code = ANY (ARRAY[( SELECT core.claim('court_code'::text) AS claim)])));

--
-- Name: POLICY select_own_court ON status_changes; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_own_court ON core.status_changes IS 'An officer, of the cases of its own court.';

--
-- Name: assignment_particulars select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.assignment_particulars FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = assignment_particulars.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON assignment_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.assignment_particulars IS 'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

--
-- Name: assignments select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.assignments FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = assignments.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.assignments IS 'Everybody else, of the cases that it reaches; an adopter by select_own.';

--
-- Name: case_details select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.case_details FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = case_details.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON case_details; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.case_details IS 'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

--
-- Name: case_participants select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.case_participants FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = case_participants.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON case_participants; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.case_participants IS 'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

--
-- Name: cases select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.cases FOR SELECT TO casefile_professional, adopter USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = cases.id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.cases IS 'Everybody else reaches the cases of its active assignments, or of its organisation, by the policies of core.case_reach.';

--
-- Name: document_texts select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.document_texts FOR SELECT TO casefile_professional, adopter USING ((EXISTS ( SELECT
   FROM core.documents d
  WHERE (d.id = document_texts.document_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON document_texts; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.document_texts IS 'Everybody else who may read the document, by the policies of core.documents.';

--
-- Name: documents select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.documents FOR SELECT TO casefile_professional USING (((deleted_at IS NULL) AND (EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = documents.case_id)
 OFFSET 0))));

--
-- Name: POLICY select_reached ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.documents IS 'Everybody else, of the cases that it reaches.';

--
-- Name: organisation_links select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.organisation_links FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = organisation_links.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.organisation_links IS 'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

--
-- Name: status_change_particulars select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.status_change_particulars FOR SELECT TO casefile_professional USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = status_change_particulars.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON status_change_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.status_change_particulars IS 'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

--
-- Name: status_changes select_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_reached ON core.status_changes FOR SELECT TO casefile_professional, adopter USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = status_changes.case_id)
 OFFSET 0)));

--
-- Name: POLICY select_reached ON status_changes; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_reached ON core.status_changes IS 'Everybody else, of the cases that it reaches.';

--
-- Name: assignments select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.assignments FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.assignments IS 'core.ties and core.gather_participants read them.';

--
-- Name: case_details select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.case_details FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON case_details; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.case_details IS 'audit.case_image records what changed.';

--
-- Name: case_number_gaps select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.case_number_gaps FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON case_number_gaps; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.case_number_gaps IS 'For core.pass_over_numbers, and for administrators.';

--
-- Name: cases select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.cases FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.cases IS 'audit.explain_refusal tells a case out of reach from none; core.ties leaves out deleted ones.';

--
-- Name: document_jobs select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.document_jobs FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON document_jobs; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.document_jobs IS 'worker.measure_queue and worker.measure_tasks count them.';

--
-- Name: document_removals select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.document_removals FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON document_removals; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.document_removals IS 'worker.measure_tasks leaves out what is gone.';

--
-- Name: documents select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.documents FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.documents IS 'core.tg_documents__number looks for the same bytes and the last version.';

--
-- Name: organisation_links select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.organisation_links FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.organisation_links IS 'core.ties and core.gather_participants read them.';

--
-- Name: status_change_particulars select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.status_change_particulars FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON status_change_particulars; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.status_change_particulars IS 'audit.case_image records the reason.';

--
-- Name: status_changes select_to_owner; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_owner ON core.status_changes FOR SELECT TO casefile_owner USING (true);

--
-- Name: POLICY select_to_owner ON status_changes; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_owner ON core.status_changes IS 'core.tg_cases__history reads back the id that it wrote.';

--
-- Name: document_removals select_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_processor ON core.document_removals FOR SELECT TO document_processor USING (true);

--
-- Name: POLICY select_to_processor ON document_removals; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_processor ON core.document_removals IS 'worker.sweep leaves out what is gone.';

--
-- Name: documents select_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY select_to_processor ON core.documents FOR SELECT TO document_processor USING (true);

--
-- Name: POLICY select_to_processor ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY select_to_processor ON core.documents IS 'The worker scans and reads the documents of all cases.';

--
-- Name: status_change_particulars; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.status_change_particulars ENABLE ROW LEVEL SECURITY;

--
-- Name: status_changes; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.status_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: status_transitions; Type: ROW SECURITY; Schema: core; Owner: -
--

ALTER TABLE core.status_transitions ENABLE ROW LEVEL SECURITY;

--
-- Name: assignments update_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_own_court ON core.assignments FOR UPDATE TO hmcts_case_officer USING ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = assignments.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY update_own_court ON assignments; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_own_court ON core.assignments IS 'An officer revokes assignments of the cases of its own court.';

--
-- Name: cases update_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_own_court ON core.cases FOR UPDATE TO hmcts_case_officer USING ((court_code = ( SELECT core.claim('court_code'::text) AS claim)));

--
-- Name: POLICY update_own_court ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_own_court ON core.cases IS 'An officer changes the cases of its own court, within the column grants and tg_cases__guard.';

--
-- Name: documents update_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_own_court ON core.documents FOR UPDATE TO hmcts_case_officer USING ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = documents.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY update_own_court ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_own_court ON core.documents IS 'An officer deletes documents of the cases of its own court.';

--
-- Name: organisation_links update_own_court; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_own_court ON core.organisation_links FOR UPDATE TO hmcts_case_officer USING ((EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = organisation_links.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)));

--
-- Name: POLICY update_own_court ON organisation_links; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_own_court ON core.organisation_links IS 'An officer unlinks organisations from the cases of its own court.';

--
-- Name: documents update_own_upload; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_own_upload ON core.documents FOR UPDATE TO hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter USING (((upload_status = 'uploading'::core.upload_status) AND (uploaded_by = ( SELECT core.claim('user_id'::text) AS claim)) AND (EXISTS ( SELECT
   FROM core.cases c
  WHERE ((c.id = documents.case_id) AND (c.deleted_at IS NULL))
 OFFSET 0)))) WITH CHECK (true);

--
-- Name: POLICY update_own_upload ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_own_upload ON core.documents IS 'An uploader ends the upload.';

--
-- Name: cases update_reached; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_reached ON core.cases FOR UPDATE TO judge_legal_adviser USING ((EXISTS ( SELECT
   FROM core.case_reach r
  WHERE (r.case_id = cases.id)
 OFFSET 0)));

--
-- Name: POLICY update_reached ON cases; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_reached ON core.cases IS 'A judge moves the cases of its active judicial assignments.';

--
-- Name: documents update_to_processor; Type: POLICY; Schema: core; Owner: -
--

CREATE POLICY update_to_processor ON core.documents FOR UPDATE TO document_processor USING (true);

--
-- Name: POLICY update_to_processor ON documents; Type: COMMENT; Schema: core; Owner: -
--

COMMENT ON POLICY update_to_processor ON core.documents IS 'The worker records what it found, within the column grants and tg_documents__guard.';

--
-- PostgreSQL database dump complete
--

--
-- Dbmate schema migrations
--

INSERT INTO public.schema_migrations (version) VALUES
    ('20261127114033'),
    ('20261128030916'),
    ('20261128041302'),
    ('20261128041342'),
    ('20261128091808'),
    ('20261128101500'),
    ('20261128123050'),
    ('20261128140000'),
    ('20261128154327'),
    ('20261128180000'),
    ('20261128180010'),
    ('20261128180020'),
    ('20261128190737'),
    ('20261128205000'),
    ('20261128230655'),
    ('20261129031541'),
    ('20261129091712');
