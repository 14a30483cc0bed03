-- migrate:up

-- Written by scripts/gen-baseline from the sources in db/. It stands for the 32 migrations that came before it and has the
-- version of the last of them: a database that has run all of these skips it.

do $$
begin
  if exists (select from public.schema_migrations) then
    raise exception 'This database has run only some of the 32 migrations that the baseline stands for. Bring it up with those of commit 20fbd475722710a913ca7e2294402c1b090c61a3, then run this again.';
  end if;
  if current_user <> 'casefile_owner' or (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user) then
    raise exception 'All objects have to belong to casefile_owner, and this login works as %. Use the login casefile_migrator.', current_user;
  end if;
end;
$$;

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- # Schemas, and who may look into them

-- db/schemas.sql
-- The schemas, and who may look into them. What stands in them says for itself who may use it.

create schema api;
create schema core;
create schema audit;
create schema auth;
create schema worker;

comment on schema api is 'The operations: one function for each of the HTTP API. Nothing here owns data.';
comment on schema core is 'Cases, courts, assignments and their rules.';
comment on schema audit is 'What was done, and what was refused. Append-only.';
comment on schema auth is 'Sessions, and how the server becomes a caller.';
comment on schema worker is 'What the document worker does: claims documents, and records what it found.';

-- A function is executable by whom its file says, and by nobody else.
alter default privileges revoke execute on functions from public;

-- The server's login needs to see a schema to prepare a call that only its callers may execute.
grant usage on schema api, audit to casefile_caller, casefile_api;
grant usage on schema core to casefile_caller, document_processor;
grant usage on schema auth to casefile_api;
grant usage on schema worker to casefile_api, document_processor;

-- A server refuses to start on a database that lacks one of its migrations.
grant select on public.schema_migrations to casefile_api;

-- # Types

-- db/types/api.assignment.sql
create type api.assignment as (
  id uuid, case_id uuid, user_id text, assignment_type text, created_at timestamptz, created_by text
);

-- db/types/api.audit_entry.sql
create type api.audit_entry as (
  id text,
  case_id uuid,
  action text,
  actor text,
  actor_role text,
  occurred_at timestamptz,
  changes jsonb,
  request_id uuid
);

-- db/types/api.pagination.sql
create type api.pagination as (
  total bigint, page integer, page_size integer, total_pages bigint, next_cursor text
);

-- db/types/api.audit_page.sql
create type api.audit_page as (entries api.audit_entry[], pagination api.pagination);

-- db/types/api.caller.sql
-- What the operations answer with: built-in types only, so that any client reads them.

create type api.caller as (
  user_id text, username text, user_role text, court_assignment text, organisation_id text
);

comment on type api.caller is 'Who is calling. court_assignment is the court''s name.';

-- db/types/api.key_dates.sql
create type api.key_dates as (application_date timestamptz, next_hearing timestamptz);

-- db/types/api.case_permissions.sql
create type api.case_permissions as (
  can_edit boolean, can_update_status boolean, can_delete boolean, can_view_audit boolean, valid_transitions text[]
);

comment on type api.case_permissions is 'What this caller may do with this case next.';

-- db/types/api.case_record.sql
create type api.case_record as (
  id uuid,
  case_number text,
  case_type text,
  status text,
  assigned_court text,
  court_code text,
  created_by text,
  created_at timestamptz,
  updated_at timestamptz,
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

comment on type api.case_record is 'A case as its caller may see it; what it may not see is null.';

-- db/types/api.case_page.sql
create type api.case_page as (cases api.case_record[], pagination api.pagination);

-- db/types/api.status_history_entry.sql
create type api.status_history_entry as (
  from_status text, to_status text, changed_at timestamptz, changed_by text
);

-- db/types/api.case_read.sql
create type api.case_read as (case_record api.case_record, history api.status_history_entry[]);

-- db/types/api.document.sql
create type api.document as (
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
  uploaded_at timestamptz,
  version integer,
  upload_status text,
  ocr_status text,
  ocr_completed_at timestamptz,
  ocr_failure_reason text,
  virus_scan_status text,
  virus_scan_completed_at timestamptz
);

-- db/types/api.document_page.sql
create type api.document_page as (documents api.document[], pagination api.pagination);

-- db/types/api.document_type.sql
create type api.document_type as (value text, label text, help_text text);

-- db/types/api.download.sql
create type api.download as (document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, file_hash text);

comment on type api.download is 'Where the bytes of a document are, and what they are.';

-- db/types/api.greeting.sql
create type api.greeting as (message text, caller api.caller);

-- db/types/api.organisation_link.sql
create type api.organisation_link as (
  case_id uuid, organisation_id text, organisation_type text, created_at timestamptz, created_by text
);

-- db/types/api.status_change.sql
create type api.status_change as (case_record api.case_record, previous_status text);

-- db/types/api.upload.sql
create type api.upload as (document_id uuid, case_id uuid, mime_type text, size_limit bigint);

comment on type api.upload is
'An upload that has begun: where its bytes go, what they have to be, and how many there may be.';

-- db/types/api.upload_form.sql
create type api.upload_form as (case_id uuid, document_types api.document_type[], user_role text);

-- db/types/audit.action.sql
create type audit.action as enum (
  'CREATE', 'STATUS_CHANGE', 'UPDATE', 'DELETE', 'ASSIGNMENT_CREATE', 'ASSIGNMENT_REVOKE',
  'ORGANISATION_LINK', 'ORGANISATION_UNLINK', 'DOCUMENT_UPLOAD', 'DOCUMENT_DOWNLOAD', 'DOCUMENT_STATUS',
  'DOCUMENT_DELETE'
);

-- db/types/audit.refusal.sql
create type audit.refusal as (code text, message text, extra jsonb);

comment on type audit.refusal is 'NOT_FOUND or FORBIDDEN, a sentence for people, and more fields for the answer.';

-- db/types/auth.log_in.sql
create type auth.log_in as (caller api.caller, redirect_url text);

-- db/types/core.assignment_type.sql
create type core.assignment_type as enum ('JUDICIAL', 'CAFCASS', 'SOCIAL_WORKER', 'APPLICANT');

-- db/types/core.case_cursor.sql
create type core.case_cursor as (sort_key text, case_id uuid);

comment on type core.case_cursor is 'A place in an ordered list of cases.';

-- db/types/core.case_status.sql
create type core.case_status as enum (
  'APPLICATION', 'DIRECTIONS', 'CONSENT_AND_REPORTING', 'FINAL_HEARING',
  'ORDER_GRANTED', 'APPLICATION_REFUSED', 'APPLICATION_WITHDRAWN', 'ON_HOLD', 'ADJOURNED'
);

comment on type core.case_status is
'Where a case stands. core.status_transitions says what may follow; a status that nothing may follow is terminal.';

-- db/types/core.case_type.sql
create type core.case_type as enum (
  'AGENCY_ADOPTION', 'STEP_PARENT_ADOPTION', 'INTERCOUNTRY_ADOPTION', 'NON_AGENCY_ADOPTION',
  'FOSTER_TO_ADOPT', 'ADOPTION_FOLLOWING_PLACEMENT_ORDER'
);

-- db/types/core.case_filter.sql
create type core.case_filter as (
  status core.case_status, case_type core.case_type, since timestamptz, before timestamptz, case_number text
);

comment on type core.case_filter is
'Which cases a list is about; null for any. since and before bound the next hearing, or else the creation.';

-- db/types/core.ocr_status.sql
create type core.ocr_status as enum ('pending', 'processing', 'complete', 'failed', 'not-applicable');

-- db/types/core.organisation_type.sql
create type core.organisation_type as enum ('LOCAL_AUTHORITY', 'VOLUNTARY_AGENCY');

-- db/types/core.upload_status.sql
create type core.upload_status as enum ('uploading', 'complete', 'failed');

-- db/types/core.user_role.sql
create type core.user_role as enum (
  'HMCTS_CASE_OFFICER', 'JUDGE_LEGAL_ADVISER', 'CAFCASS_OFFICER', 'LA_SOCIAL_WORKER', 'VAA_WORKER', 'ADOPTER'
);

comment on type core.user_role is 'Who a caller is. The database role of the same name in lower case is what it may do.';

-- db/types/core.virus_scan_status.sql
create type core.virus_scan_status as enum ('pending', 'clean', 'infected', 'skipped');

-- db/types/worker.failed_upload.sql
create type worker.failed_upload as (document_id uuid, case_id uuid);

-- db/types/worker.job.sql
create type worker.job as (
  document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, lease uuid, attempt integer,
  needs_scan boolean, needs_reading boolean
);

comment on type worker.job is 'A document that a worker has claimed, and what it is to do with it.';

-- db/types/worker.queue_state.sql
create type worker.queue_state as (waiting bigint, oldest_seconds double precision);

comment on type worker.queue_state is 'How many documents wait for a worker, and how long the oldest has.';

-- # Tables

-- db/tables/core.courts.sql
create table core.courts (
  code text primary key constraint courts_code_is_capitals check (code ~ '^[A-Z]{2,8}$'),
  name text not null unique constraint courts_name_within_limit check (char_length(name) between 1 and 100),
  region text not null
);

comment on table core.courts is 'The family courts of England and Wales.';
comment on column core.courts.code is
'Stands in every case number of the court. Given to the court, never derived from its name: initials collide.';

-- db/tables/core.cases.sql
create table core.cases (
  id uuid primary key,
  court_code text not null references core.courts (code),
  number_year integer not null,
  number_sequence integer not null,
  case_number text not null generated always as (
    court_code || '/' || number_year::text || '/'
    || lpad(number_sequence::text, greatest(5, length(number_sequence::text)), '0')
  ) stored,
  case_type core.case_type not null,
  status core.case_status not null default 'APPLICATION',
  status_change_id bigint,
  status_reason text constraint cases_status_reason_moves_to_the_status_change check (status_reason is null),
  details_version integer not null default 1,
  next_hearing timestamptz constraint cases_next_hearing_is_a_time check (isfinite(next_hearing)),
  version integer not null default 1 constraint cases_version_positive check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint cases_case_number_key unique (court_code, number_year, number_sequence),
  constraint cases_updated_at_not_before_created_at check (updated_at >= created_at),
  constraint cases_deleted_at_after_created_at check (deleted_at >= created_at)
) with (fillfactor = 90);

comment on table core.cases is
'Adoption cases. Whoever reaches a case may read every column here; what an adopter must not see stands in side tables.';
comment on column core.cases.number_year is 'The year of Europe/London in which the case was created.';
comment on column core.cases.case_number is 'For people: BFC/2026/00001. Sort by court, year and sequence, not by this text.';
comment on column core.cases.status_change_id is 'The change that led to the present status; null before the first.';
comment on column core.cases.status_reason is
'Where an update states the reason of its status change. A trigger moves it to core.status_change_particulars, so that it is always null at rest.';
comment on column core.cases.details_version is 'The version of the case that brought its present core.case_details.';
comment on column core.cases.version is 'Moves by exactly one with every change of the case.';
comment on column core.cases.deleted_at is 'Set once, by a soft delete; nothing changes afterwards.';

-- Newest first within a court, which is how an officer's list opens, page by page or by cursor.
create index cases_court_code_created_at_id_idx on core.cases (court_code, created_at desc, id desc)
  where deleted_at is null;
-- For core.reached_case_ids: few cases are deleted.
create index cases_deleted_idx on core.cases (id) where deleted_at is not null;
-- Numbers sort as bytes here, so that those that begin alike stand side by side, whatever the collation of the database.
create index cases_court_code_case_number_idx on core.cases (court_code, (case_number collate "C"));
comment on index core.cases_court_code_case_number_idx is
'A case by the beginning of its number, among those of a court.';

-- db/tables/audit.chains.sql
create table audit.chains (
  case_id uuid primary key references core.cases (id),
  length bigint not null,
  digest bytea not null
) with (fillfactor = 90);

comment on table audit.chains is
'The tip of each case''s chain of entries. Its row orders the writers of one case, and shows when the newest entries are missing.';
comment on column audit.chains.length is 'How many entries the case has.';
comment on column audit.chains.digest is 'The digest of the newest entry.';

-- db/tables/audit.entries.sql
create table audit.entries (
  id bigint generated by default as identity primary key,
  case_id uuid not null references core.cases (id),
  entity text not null,
  entity_id text not null,
  action audit.action not null,
  actor text not null,
  actor_role text not null,
  occurred_at timestamptz not null,
  before jsonb,
  after jsonb,
  request_id uuid,
  client_address text,
  digest bytea not null constraint entries_digest_is_sha256 check (octet_length(digest) = 32)
);

comment on table audit.entries is
'One row for each change, written by triggers in the transaction of the change. Append-only.';
comment on column audit.entries.id is 'Strictly ordered within a case: taken while the case''s chain is locked.';
comment on column audit.entries.entity is 'What was changed: case, assignment or organisation.';
comment on column audit.entries.actor is 'The caller; for a change made past the server, the database login.';
comment on column audit.entries.actor_role is 'The caller''s role, or DATABASE for a change made past the server.';
comment on column audit.entries.before is 'The changed fields as they were, named as the API names them.';
comment on column audit.entries.after is 'The changed fields as they became.';
comment on column audit.entries.digest is
'SHA-256 over the digest of the case''s entry before this one and this entry: audit.find_broken_chains recomputes it.';

create index entries_case_id_id_idx on audit.entries (case_id, id);

-- db/tables/audit.refusals.sql
create table audit.refusals (
  id bigint generated always as identity primary key,
  case_id uuid,
  operation text not null,
  user_id text not null,
  user_role text not null,
  reason text not null,
  occurred_at timestamptz not null default clock_timestamp(),
  request_id uuid,
  client_address text
);

comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Append-only.';
comment on column audit.refusals.case_id is 'Null for an operation that is about no case.';
comment on column audit.refusals.reason is 'ROLE: not an operation of this role. REACH: not a case of this caller.';

create index refusals_case_id_id_idx on audit.refusals (case_id, id);
create index refusals_user_id_id_idx on audit.refusals (user_id, id);

-- db/tables/auth.sessions.sql
create table auth.sessions (
  token_sha256 bytea primary key constraint sessions_token_sha256_is_sha256 check (octet_length(token_sha256) = 32),
  user_id text not null,
  username text not null
    constraint sessions_username_within_limit check (char_length(username) <= 100)
    constraint sessions_username_trimmed check (username <> '' and username = btrim(username)),
  user_role core.user_role not null,
  court_code text references core.courts (code),
  organisation_id text
    constraint sessions_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint sessions_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null
);

comment on table auth.sessions is 'Cookie sessions.';
comment on column auth.sessions.token_sha256 is 'The token itself is with the browser alone.';
comment on column auth.sessions.expires_at is '30 minutes after the last use, moved at most once a minute.';

create index sessions_expires_at_idx on auth.sessions (expires_at);
create index sessions_court_code_idx on auth.sessions (court_code);
-- For auth.log_in, which keeps only so many.
create index sessions_user_id_user_role_idx on auth.sessions (user_id, user_role);

-- db/tables/core.assignments.sql
create table core.assignments (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  user_id text not null
    constraint assignments_user_id_within_limit check (char_length(user_id) <= 100)
    constraint assignments_user_id_trimmed check (user_id <> '' and user_id = btrim(user_id)),
  assignment_type core.assignment_type not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint assignments_revoked_at_after_created_at check (revoked_at >= created_at)
);

comment on table core.assignments is 'Ties a user to a case. Revoking keeps the row and ends the access at once.';
comment on column core.assignments.user_id is 'Case-sensitive, trimmed.';

create unique index assignments_active_key on core.assignments (case_id, user_id, assignment_type)
  where revoked_at is null;
create index assignments_user_id_assignment_type_idx on core.assignments (user_id, assignment_type, case_id)
  where revoked_at is null;
create index assignments_case_id_idx on core.assignments (case_id);

-- db/tables/core.assignment_particulars.sql
create table core.assignment_particulars (
  assignment_id uuid primary key references core.assignments (id),
  assigned_by text not null,
  revoked_by text
);

comment on table core.assignment_particulars is 'Who assigned, and who revoked: hidden from adopters.';

-- db/tables/core.case_details.sql
create table core.case_details (
  case_id uuid not null references core.cases (id) deferrable initially deferred,
  version integer not null constraint case_details_version_positive check (version > 0),
  notes text constraint case_details_notes_within_limit check (char_length(notes) <= 20000),
  internal_notes text constraint case_details_internal_notes_within_limit check (char_length(internal_notes) <= 20000),
  staff_comments text constraint case_details_staff_comments_within_limit check (char_length(staff_comments) <= 20000),
  linked_family_court_case_reference text
    constraint case_details_linked_family_court_case_reference_within_limit
    check (char_length(linked_family_court_case_reference) <= 50),
  created_by text not null,
  primary key (case_id, version)
);

comment on table core.case_details is
'What only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the case, in this order.';
comment on column core.case_details.version is 'The version of the case from which on this row holds.';
comment on column core.case_details.created_by is 'Who created the case; carried along.';

-- db/tables/core.case_number_series.sql
create table core.case_number_series (
  court_code text not null references core.courts (code),
  year integer not null,
  last_number integer not null constraint case_number_series_last_number_positive check (last_number > 0),
  case_count integer not null
    constraint case_number_series_case_count_within check (case_count between 0 and last_number),
  primary key (court_code, year)
);

comment on table core.case_number_series is
'The last case number given out, one gapless series per court and year, and how many of its cases there are. Its row is
locked until the creation or deletion commits.';
comment on column core.case_number_series.year is 'The year of Europe/London.';
comment on column core.case_number_series.case_count is 'Cases that have a number of it and are not deleted.';

-- db/tables/core.case_participants.sql
create table core.case_participants (
  case_id uuid primary key references core.cases (id),
  court_code text not null,
  applicant_ids text[] not null default '{}',
  assigned_judge text,
  organisation_ids text[]
) with (fillfactor = 90);

comment on table core.case_participants is
'Who takes part in a case now: what its active assignments and links say, gathered by their triggers for whoever reads cases.
No row for a case that nobody was ever tied to. Hidden from adopters.';
comment on column core.case_participants.court_code is 'The court of the case, which never changes. So an officer''s policy need not ask for the case.';
comment on column core.case_participants.applicant_ids is 'Users, in the order of their assignment.';
comment on column core.case_participants.assigned_judge is 'The user whose judicial assignment is the latest.';
comment on column core.case_participants.organisation_ids is 'In the order of their linking; null for none.';

-- db/tables/core.document_types.sql
create table core.document_types (
  value text primary key,
  place integer not null unique,
  label text not null,
  help_text text not null,
  description_required boolean not null default false
);

comment on table core.document_types is 'What a document can be, as a form shows it.';
comment on column core.document_types.place is 'The order in a form.';

-- db/tables/core.documents.sql
create table core.documents (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  filename text not null constraint documents_filename_trimmed check (filename <> '' and filename = btrim(filename)),
  document_type text not null references core.document_types (value),
  description text
    constraint documents_description_within_limit check (char_length(description) <= 500)
    constraint documents_description_trimmed check (description <> '' and description = btrim(description)),
  uploaded_by text not null,
  uploaded_at timestamptz not null default now(),
  upload_status core.upload_status not null default 'uploading',
  file_size bigint constraint documents_file_size_positive check (file_size > 0),
  file_hash text constraint documents_file_hash_is_sha256 check (file_hash ~ '^[0-9a-f]{64}$'),
  mime_type text,
  version integer constraint documents_version_positive check (version > 0),
  virus_scan_status core.virus_scan_status not null default 'pending',
  virus_scan_completed_at timestamptz,
  ocr_status core.ocr_status not null default 'pending',
  ocr_completed_at timestamptz,
  ocr_failure_reason text,
  deleted_at timestamptz,
  constraint documents_complete_has_all check (
    upload_status <> 'complete'
    or (file_size is not null and file_hash is not null and mime_type is not null and version is not null)
  )
);

comment on table core.documents is
'What is known of the documents of a case. Their bytes are in the document store, under the id of case and document.';
comment on column core.documents.filename is 'As uploaded. The same name again in a case is its next version.';
comment on column core.documents.file_size is 'In bytes; core.file_types has the limit.';
comment on column core.documents.file_hash is 'SHA-256, in hexadecimal; the same bytes are in a case only once.';
comment on column core.documents.mime_type is 'What the content is, not what its sender said.';
comment on column core.documents.version is 'Counts the documents of one name in a case; given at completion, never changed.';

create unique index documents_case_id_filename_version_key on core.documents (case_id, filename, version);
create unique index documents_case_id_file_hash_key on core.documents (case_id, file_hash)
  where upload_status = 'complete' and deleted_at is null;
create index documents_case_id_uploaded_at_idx on core.documents (case_id, uploaded_at desc, id desc);
create index documents_unfinished_idx on core.documents (uploaded_at) where upload_status <> 'complete';
create index documents_document_type_idx on core.documents (document_type);

-- db/tables/core.document_downloads.sql
create table core.document_downloads (
  id bigint generated always as identity primary key,
  document_id uuid not null references core.documents (id),
  downloaded_by text not null,
  downloaded_at timestamptz not null
);

comment on table core.document_downloads is 'Who has been given a document. Append-only.';

create index document_downloads_document_id_idx on core.document_downloads (document_id, id);

-- db/tables/core.document_jobs.sql
create table core.document_jobs (
  document_id uuid primary key references core.documents (id),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  lease uuid,
  leased_until timestamptz,
  last_failure text,
  queued_at timestamptz not null default now(),
  constraint document_jobs_lease_is_whole check ((lease is null) = (leased_until is null))
);

comment on table core.document_jobs is
'What the worker has still to do: to scan and to read a document. A row goes when all is done.';
comment on column core.document_jobs.run_at is 'Not before; moved with each failure.';
comment on column core.document_jobs.lease is 'Names the claim; after leased_until somebody else may take the document.';
comment on column core.document_jobs.last_failure is 'Why the attempt before failed; for ops.';
comment on column core.document_jobs.queued_at is 'Since when the document waits; never moved.';

create index document_jobs_run_at_idx on core.document_jobs (run_at);

-- db/tables/core.document_removals.sql
create table core.document_removals (
  document_id uuid primary key references core.documents (id),
  removed_at timestamptz not null default clock_timestamp()
);

comment on table core.document_removals is 'Failed uploads of which the document store holds nothing any more.';

-- db/tables/core.document_texts.sql
create table core.document_texts (
  document_id uuid primary key references core.documents (id),
  content text not null
);

comment on table core.document_texts is 'What the worker read from a document.';

-- db/tables/core.file_types.sql
create table core.file_types (
  extension text primary key constraint file_types_extension_is_lower_case check (extension = lower(extension)),
  mime_type text not null,
  is_readable boolean not null,
  size_limit bigint not null default 20971520
);

comment on table core.file_types is 'Which files are allowed, by the end of their name; the content has to be of the same type.';
comment on column core.file_types.is_readable is 'Whether the worker can read text from it (OCR).';
comment on column core.file_types.size_limit is 'In bytes.';

-- db/tables/core.kept_answers.sql
create table core.kept_answers (
  user_role core.user_role not null,
  user_id text not null,
  key text not null
    constraint kept_answers_key_within_limit check (char_length(key) <= 255)
    constraint kept_answers_key_not_empty check (key <> ''),
  court_code text,
  organisation_id text,
  request_sha256 bytea not null
    constraint kept_answers_request_sha256_is_sha256 check (octet_length(request_sha256) = 32),
  answer jsonb,
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (user_role, user_id, key)
)
-- Each row is written twice: without its answer, and with it.
with (fillfactor = 50);

comment on table core.kept_answers is
'Answers to writes that came with an Idempotency-Key, to be given again to the same caller for the same request.';
comment on column core.kept_answers.key is 'The Idempotency-Key. Each caller has keys of its own.';
comment on column core.kept_answers.court_code is 'The court that the caller had, without which it would be answered otherwise.';
comment on column core.kept_answers.organisation_id is 'The organisation that the caller had.';
comment on column core.kept_answers.request_sha256 is 'Of all that makes the request; the server says of what.';
comment on column core.kept_answers.answer is 'Null in the transaction that does the work, until it has its answer.';
comment on column core.kept_answers.expires_at is 'From then on the key is as good as new; auth.sweep removes the row.';

create index kept_answers_expires_at_idx on core.kept_answers (expires_at);

-- db/tables/core.organisation_links.sql
create table core.organisation_links (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  organisation_id text not null
    constraint organisation_links_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint organisation_links_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  organisation_type core.organisation_type not null,
  linked_at timestamptz not null default now(),
  linked_by text not null,
  unlinked_at timestamptz,
  unlinked_by text,
  constraint organisation_links_unlinked_at_after_linked_at check (unlinked_at >= linked_at),
  constraint organisation_links_unlinked_by_somebody check ((unlinked_at is null) = (unlinked_by is null))
);

comment on table core.organisation_links is
'Ties a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';
comment on column core.organisation_links.organisation_id is 'Opaque: there is no register of organisations here.';

create unique index organisation_links_active_key on core.organisation_links (case_id, organisation_id)
  where unlinked_at is null;
create index organisation_links_organisation_id_organisation_type_idx
  on core.organisation_links (organisation_id, organisation_type, case_id)
  where unlinked_at is null;
create index organisation_links_case_id_idx on core.organisation_links (case_id);

-- db/tables/core.status_changes.sql
create table core.status_changes (
  id bigint generated always as identity primary key,
  case_id uuid not null references core.cases (id),
  from_status core.case_status not null,
  to_status core.case_status not null,
  changed_at timestamptz not null
);

comment on table core.status_changes is 'The history of a case''s status, written by a trigger alone.';

create index status_changes_case_id_id_idx on core.status_changes (case_id, id);

-- db/tables/core.status_change_particulars.sql
create table core.status_change_particulars (
  status_change_id bigint primary key references core.status_changes (id),
  changed_by text not null,
  reason text constraint status_change_particulars_reason_within_limit check (char_length(reason) <= 2000)
);

comment on table core.status_change_particulars is 'Who changed a status, and why: hidden from adopters.';

-- db/tables/core.status_transitions.sql
create table core.status_transitions (
  from_status core.case_status not null,
  to_status core.case_status not null,
  roles core.user_role[] not null constraint status_transitions_roles_not_empty check (cardinality(roles) > 0),
  reason_required boolean not null,
  primary key (from_status, to_status)
);

comment on table core.status_transitions is 'Which status may follow which. A status without a row here is terminal.';
comment on column core.status_transitions.roles is 'Who may make this change.';

-- db/tables/core.cases.sql
alter table core.cases
  add constraint cases_id_details_version_fkey
  foreign key (id, details_version) references core.case_details (case_id, version);

alter table core.cases
  add constraint cases_status_change_id_fkey
  foreign key (status_change_id) references core.status_changes (id);

-- # Reference rows

-- db/reference/core.courts.csv
insert into core.courts (code, name, region) values
  ('BFC', 'Birmingham Family Court', 'Midlands'),
  ('COFC', 'Coventry Family Court', 'Midlands'),
  ('DEFC', 'Derby Family Court', 'Midlands'),
  ('LEFC', 'Leicester Family Court', 'Midlands'),
  ('LNFC', 'Lincoln Family Court', 'Midlands'),
  ('NMFC', 'Northampton Family Court', 'Midlands'),
  ('NOFC', 'Nottingham Family Court', 'Midlands'),
  ('STFC', 'Stoke-on-Trent Family Court', 'Midlands'),
  ('WOFC', 'Wolverhampton Family Court', 'Midlands'),
  ('WRFC', 'Worcester Family Court', 'Midlands'),
  ('HUFC', 'Hull Family Court', 'North East'),
  ('LDFC', 'Leeds Family Court', 'North East'),
  ('MBFC', 'Middlesbrough Family Court', 'North East'),
  ('NEFC', 'Newcastle Family Court', 'North East'),
  ('SHFC', 'Sheffield Family Court', 'North East'),
  ('YOFC', 'York Family Court', 'North East'),
  ('CAFC', 'Carlisle Family Court', 'North West'),
  ('LIFC', 'Liverpool Family Court', 'North West'),
  ('MFC', 'Manchester Family Court', 'North West'),
  ('PRFC', 'Preston Family Court', 'North West'),
  ('CFC', 'Central Family Court', 'London'),
  ('EFC', 'East London Family Court', 'London'),
  ('LFC', 'London Family Court', 'London'),
  ('WFC', 'West London Family Court', 'London'),
  ('BAFC', 'Barnet Family Court', 'London'),
  ('BRFC', 'Family Court at Brighton', 'South East'),
  ('CBFC', 'Cambridge Family Court', 'South East'),
  ('CTFC', 'Canterbury Family Court', 'South East'),
  ('CHFC', 'Chelmsford Family Court', 'South East'),
  ('GUFC', 'Guildford Family Court', 'South East'),
  ('IPFC', 'Ipswich Family Court', 'South East'),
  ('LUFC', 'Luton Family Court', 'South East'),
  ('MKFC', 'Milton Keynes Family Court', 'South East'),
  ('NRFC', 'Norwich Family Court', 'South East'),
  ('OXFC', 'Oxford Family Court', 'South East'),
  ('PBFC', 'Peterborough Family Court', 'South East'),
  ('REFC', 'Reading Family Court', 'South East'),
  ('WAFC', 'Watford Family Court', 'South East'),
  ('BMFC', 'Bournemouth Family Court', 'South West'),
  ('BSFC', 'Bristol Family Court', 'South West'),
  ('EXFC', 'Exeter Family Court', 'South West'),
  ('PLFC', 'Plymouth Family Court', 'South West'),
  ('POFC', 'Portsmouth Family Court', 'South West'),
  ('SNFC', 'Swindon Family Court', 'South West'),
  ('TRFC', 'Truro Family Court', 'South West'),
  ('CNFC', 'Caernarfon Family Court', 'Wales'),
  ('CDFC', 'Cardiff Family Court', 'Wales'),
  ('NPFC', 'Newport Family Court', 'Wales'),
  ('SWFC', 'Swansea Family Court', 'Wales'),
  ('WXFC', 'Wrexham Family Court', 'Wales');

-- db/reference/core.document_types.csv
insert into core.document_types (value, place, label, help_text, description_required) values
  ('legal-correspondence', '1', 'Legal correspondence', 'Letters and emails between the court, solicitors and the parties', 'false'),
  ('court-order', '2', 'Court order', 'Orders and directions that a court has made', 'false'),
  ('background-checks', '3', 'Background checks', 'DBS certificates and other checks of the applicants and their household', 'false'),
  ('medical-reports', '4', 'Medical reports', 'Health reports on the child or the applicants', 'false'),
  ('cafcass-reports', '5', 'Cafcass reports', 'Reports and statements by Cafcass or Cafcass Cymru', 'false'),
  ('home-study-assessment', '6', 'Home study assessment', 'The assessment of the applicants'' home and family life', 'false'),
  ('child-permanence-report', '7', 'Child permanence report', 'The local authority''s report on the child', 'false'),
  ('prospective-adopter-report', '8', 'Prospective adopter report', 'The agency''s report on the applicants', 'false'),
  ('matching-report', '9', 'Matching report', 'The adoption placement report, which proposes the match', 'false'),
  ('placement-plan', '10', 'Placement plan', 'How and when the child is placed with the applicants', 'false'),
  ('support-plan', '11', 'Support plan', 'Adoption support for the child and the family', 'false'),
  ('contact-arrangements', '12', 'Contact arrangements', 'Contact with the birth family after adoption', 'false'),
  ('identity-documents', '13', 'Identity documents', 'Birth and marriage certificates, passports', 'false'),
  ('photographs', '14', 'Photographs', 'Photographs of the child or the family', 'false'),
  ('other', '15', 'Other', 'Anything else: describe it', 'true');

-- db/reference/core.file_types.csv
insert into core.file_types (extension, mime_type, is_readable, size_limit) values
  ('pdf', 'application/pdf', 'true', '20971520'),
  ('docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'false', '20971520'),
  ('doc', 'application/msword', 'false', '20971520'),
  ('jpg', 'image/jpeg', 'true', '20971520'),
  ('jpeg', 'image/jpeg', 'true', '20971520'),
  ('png', 'image/png', 'true', '20971520'),
  ('tif', 'image/tiff', 'true', '20971520'),
  ('tiff', 'image/tiff', 'true', '20971520');

-- db/reference/core.status_transitions.csv
insert into core.status_transitions (from_status, to_status, roles, reason_required) values
  ('APPLICATION', 'DIRECTIONS', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('APPLICATION', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('APPLICATION', 'ON_HOLD', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('DIRECTIONS', 'CONSENT_AND_REPORTING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('DIRECTIONS', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('DIRECTIONS', 'ON_HOLD', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('DIRECTIONS', 'ADJOURNED', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('CONSENT_AND_REPORTING', 'FINAL_HEARING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('CONSENT_AND_REPORTING', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('CONSENT_AND_REPORTING', 'ON_HOLD', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('CONSENT_AND_REPORTING', 'ADJOURNED', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('FINAL_HEARING', 'ORDER_GRANTED', '{JUDGE_LEGAL_ADVISER}', 'false'),
  ('FINAL_HEARING', 'APPLICATION_REFUSED', '{JUDGE_LEGAL_ADVISER}', 'false'),
  ('FINAL_HEARING', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('FINAL_HEARING', 'ADJOURNED', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ON_HOLD', 'APPLICATION', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ON_HOLD', 'DIRECTIONS', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ON_HOLD', 'CONSENT_AND_REPORTING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ON_HOLD', 'FINAL_HEARING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ON_HOLD', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true'),
  ('ADJOURNED', 'DIRECTIONS', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ADJOURNED', 'CONSENT_AND_REPORTING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ADJOURNED', 'FINAL_HEARING', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'false'),
  ('ADJOURNED', 'APPLICATION_WITHDRAWN', '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}', 'true');

-- # Functions and triggers

-- db/functions/core/actor.sql
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

-- db/functions/core/attention.sql
-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language sql
stable
security invoker
as $$
  select case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal. A plain expression without settings, which
the planner copies into a query: a list asks it for each of its cases.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;

-- db/functions/core/caller.sql
-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
end;
$$;

comment on function core.caller() is 'The caller that auth.become has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;

-- db/functions/core/caller_role.sql
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case current_setting('role')
    when 'hmcts_case_officer' then 'HMCTS_CASE_OFFICER'
    when 'judge_legal_adviser' then 'JUDGE_LEGAL_ADVISER'
    when 'cafcass_officer' then 'CAFCASS_OFFICER'
    when 'la_social_worker' then 'LA_SOCIAL_WORKER'
    when 'vaa_worker' then 'VAA_WORKER'
    when 'adopter' then 'ADOPTER'
  end::core.user_role;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;

-- db/functions/core/case_filter.sql
-- Which cases a list is about
create or replace function core.case_filter(
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

comment on function core.case_filter(text, text, date, date, text) is
'The filter of a list, checked. A case number may be the beginning of one.
Errors: JCVAL an unknown word, a case number beyond its limit.';

revoke all on function core.case_filter(text, text, date, date, text) from public;
grant execute on function core.case_filter(text, text, date, date, text) to casefile_caller;

-- db/functions/core/case_record.sql
-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = force_generic_plan
-- The plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_record api.case_record;
begin
  -- What core.case_records says of many, in a plan that is half as dear for one.
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
    -- An adopter is shown itself alone.
    case
      when v_role = 'ADOPTER' then array(
        select a.user_id
        from core.assignments as a
        where a.case_id = p_case_id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
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
    row(
      has_function_privilege('api.update_case'::regproc, 'execute'),
      v.to_statuses is not null,
      has_function_privilege('api.delete_case'::regproc, 'execute'),
      has_function_privilege('api.list_case_audit'::regproc, 'execute'),
      coalesce(v.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  into v_record
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.case_participants as p on p.case_id = c.id
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where s.from_status = c.status and v_role = any (s.roles) and v_can_move
  ) as v
  where c.id = p_case_id and c.deleted_at is null;

  return v_record;
end;
$$;

comment on function core.case_record(uuid) is
'The case, redacted by the policies of the side tables; null if it is out of reach or deleted. The same as of
core.case_records, which a test holds it to.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;

-- db/functions/core/case_records.sql
-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  -- The grants are the only list of who may do what.
  v_can_edit boolean := has_function_privilege('api.update_case'::regproc, 'execute');
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_can_delete boolean := has_function_privilege('api.delete_case'::regproc, 'execute');
  v_can_audit boolean := has_function_privilege('api.list_case_audit'::regproc, 'execute');
begin
  -- Where the policy of a side table shows the caller nothing (to an adopter: no details, no particulars, no
  -- participants) the fields are simply null.
  return array(
    with transitions as materialized (
      select s.from_status, array_agg(s.to_status::text order by s.to_status) as to_statuses
      from core.status_transitions as s
      where v_role = any (s.roles) and v_can_move
      group by s.from_status
    )
    select row(
      c.id,
      c.case_number,
      c.case_type::text,
      c.status::text,
      (select t.name from core.courts as t where t.code = c.court_code),
      c.court_code,
      d.created_by,
      c.created_at,
      c.updated_at,
      c.version,
      -- An adopter is shown itself alone.
      case
        when v_role = 'ADOPTER' then array(
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
      row(
        v_can_edit, v.to_statuses is not null, v_can_delete, v_can_audit, coalesce(v.to_statuses, '{}')
      )::api.case_permissions,
      d.case_id is null
    )::api.case_record
    from unnest(p_case_ids) with ordinality as i (case_id, place)
    -- Case by case: joined, the planner would read all that the caller reaches.
    cross join lateral (select * from core.cases as k where k.id = i.case_id and k.deleted_at is null offset 0) as c
    left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
    left join core.case_participants as p on p.case_id = c.id
    left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
    left join transitions as v on v.from_status = c.status
    order by i.place
  );
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach and deleted
ones are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;

-- db/functions/core/count_cases.sql
-- How many cases somebody reaches
create or replace function core.count_cases()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count; everybody else reaches cases by name.
  return coalesce(
    (select sum(s.case_count) from core.case_number_series as s),
    (select count(distinct r.case_id) from unnest(core.reached_case_ids()) as r (case_id))
  );
end;
$$;

comment on function core.count_cases() is
'How many cases are within reach: those of a court by the tallies of core.case_number_series, and no case is read for it.';

revoke all on function core.count_cases() from public;
grant execute on function core.count_cases() to casefile_caller;

-- db/functions/core/count_filtered_cases.sql
-- How many cases a filter finds
create or replace function core.count_filtered_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan, and an index serves what is.
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and (p_filter.status is null or c.status = p_filter.status)
      and (p_filter.case_type is null or c.case_type = p_filter.case_type)
      and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
      and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
      and (
        p_filter.case_number is null
        or c.case_number collate "C" >= p_filter.case_number
        and c.case_number collate "C" < p_filter.case_number || chr(1114111) -- begins with it
      )
  );
end;
$$;

comment on function core.count_filtered_cases(core.case_filter) is 'How many cases within reach the filter finds.';

revoke all on function core.count_filtered_cases(core.case_filter) from public;
grant execute on function core.count_filtered_cases(core.case_filter) to casefile_caller;

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

-- db/functions/core/find_case.sql
-- A case within the caller's reach
create or replace function core.find_case(p_case_id uuid)
returns core.cases
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function core.find_case(uuid) is
'The case, if the caller reaches it and it is not deleted.
Errors: JCMIS no case within reach.';

revoke all on function core.find_case(uuid) from public;
grant execute on function core.find_case(uuid) to casefile_caller;

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

-- db/functions/core/gather_participants.sql
-- Who takes part in cases
create or replace function core.gather_participants(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
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

comment on function core.gather_participants(uuid[]) is
'Writes into core.case_participants what the active assignments and links of the cases say: applicants and organisations in the
order in which they came, the judge who was assigned last. For triggers, and for whoever has disabled them.';

revoke all on function core.gather_participants(uuid[]) from public;

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

-- db/functions/core/new_id.sql
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
        and (p_filter.status is null or c.status = p_filter.status)
        and (p_filter.case_type is null or c.case_type = p_filter.case_type)
        and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
        and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
        and (
          p_filter.case_number is null
          or c.case_number collate "C" >= p_filter.case_number
          and c.case_number collate "C" < p_filter.case_number || chr(1114111) -- begins with it
        )
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

-- db/functions/core/organisation_link.sql
-- A link of an organisation, as an answer shows it
create or replace function core.organisation_link(p_link core.organisation_links)
returns api.organisation_link
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_link.case_id, p_link.organisation_id, p_link.organisation_type::text, p_link.linked_at, p_link.linked_by
  )::api.organisation_link;
end;
$$;

comment on function core.organisation_link(core.organisation_links) is 'The link in the words of the API.';

revoke all on function core.organisation_link(core.organisation_links) from public;
grant execute on function core.organisation_link(core.organisation_links) to casefile_caller;

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

-- db/functions/core/pagination.sql
-- Where a page stands in its list
create or replace function core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text)
returns api.pagination
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor
  )::api.pagination;
end;
$$;

comment on function core.pagination(bigint, integer, integer, text) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none.';

revoke all on function core.pagination(bigint, integer, integer, text) from public;
grant execute on function core.pagination(bigint, integer, integer, text) to casefile_caller;

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

comment on function core.permit_transition(core.case_status, text, text) is
'The status to move to, if core.status_transitions allows this caller to.
Errors: JCTRM terminal status; JCSTA not allowed from here; JCROL not for this role; JCREA reason required.';

revoke all on function core.permit_transition(core.case_status, text, text) from public;
grant execute on function core.permit_transition(core.case_status, text, text)
  to hmcts_case_officer, judge_legal_adviser;

-- db/functions/core/reached_case_ids.sql
-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the claims look as if they made a difference.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there were few memberships.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_assignment_type core.assignment_type := case v_role
    when 'JUDGE_LEGAL_ADVISER' then 'JUDICIAL'
    when 'CAFCASS_OFFICER' then 'CAFCASS'
    when 'LA_SOCIAL_WORKER' then 'SOCIAL_WORKER'
    when 'ADOPTER' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'LA_SOCIAL_WORKER' then 'LOCAL_AUTHORITY'
    when 'VAA_WORKER' then 'VOLUNTARY_AGENCY'
  end;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = current_setting('casefile.user_id', true)
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = current_setting('casefile.organisation_id', true)
        and l.unlinked_at is null
        and l.organisation_type = v_organisation_type
        and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null)
    );
  end if;

  return v_case_ids;
end;
$$;

comment on function core.reached_case_ids() is
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. None for
an officer, who reaches a whole court. For policies, evaluated once for a table: on core.cases as = any ((select ...)::uuid[]), by
which an index finds all of them; on side tables as in (select unnest(...)), a hashed filter, by which it does not: rows are
found by what the query asks for, however many cases somebody reaches.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;

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
        and (p_filter.status is null or c.status = p_filter.status)
        and (p_filter.case_type is null or c.case_type = p_filter.case_type)
        and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
        and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
        and (
          p_filter.case_number is null
          or c.case_number collate "C" >= p_filter.case_number
          and c.case_number collate "C" < p_filter.case_number || chr(1114111) -- begins with it
        )
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

-- db/functions/core/status_history.sql
-- How a case came to its status
create or replace function core.status_history(p_case_id uuid)
returns api.status_history_entry[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(
      array_agg(
        row(s.from_status::text, s.to_status::text, s.changed_at, p.changed_by)::api.status_history_entry order by s.id
      ),
      '{}'
    )
    from core.status_changes as s
    left join core.status_change_particulars as p on p.status_change_id = s.id
    where s.case_id = p_case_id
  );
end;
$$;

comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing.';

revoke all on function core.status_history(uuid) from public;
grant execute on function core.status_history(uuid) to casefile_caller;

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

revoke all on function core.tg_assignments__guard() from public;

create trigger tg_assignments__guard
before insert or update on core.assignments
for each row execute function core.tg_assignments__guard();
alter table core.assignments enable always trigger tg_assignments__guard;

-- db/functions/core/tg_assignments__participants.sql
-- Who applies in a case, and who judges it
create or replace function core.tg_assignments__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_assignments__participants() is
'Gathers them anew when an applicant or a judge comes or goes. core.tg_assignments__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_assignments__participants() from public;

create trigger tg_assignments__participants
after insert or update on core.assignments
for each row when (new.assignment_type in ('APPLICANT', 'JUDICIAL'))
execute function core.tg_assignments__participants();
alter table core.assignments enable always trigger tg_assignments__participants;

-- db/functions/core/tg_assignments__particulars.sql
-- Who assigned, and who revoked
create or replace function core.tg_assignments__particulars()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into core.assignment_particulars (assignment_id, assigned_by)
    values (new.id, core.actor());
  else
    update core.assignment_particulars
    set revoked_by = core.actor()
    where assignment_id = new.id;
  end if;

  return null;
end;
$$;

comment on function core.tg_assignments__particulars() is
'Keeps the names of those who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

revoke all on function core.tg_assignments__particulars() from public;

create trigger tg_assignments__particulars
after insert or update on core.assignments
for each row execute function core.tg_assignments__particulars();
alter table core.assignments enable always trigger tg_assignments__particulars;

-- db/functions/core/tg_case_details__in_use.sql
-- No details that their case does not use
create or replace function core.tg_case_details__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.id = new.case_id and c.details_version >= new.version
  ) then
    raise exception using
      errcode = 'JCFIX',
      message = 'New details come with an update of their case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_details__in_use() is
'At the end of the transaction the case must use its new details, so that they are versioned and audited with it.
Errors: JCFIX they are not used, or the case is not within reach.';

revoke all on function core.tg_case_details__in_use() from public;

create constraint trigger tg_case_details__in_use
after insert on core.case_details
deferrable initially deferred
for each row execute function core.tg_case_details__in_use();
alter table core.case_details enable always trigger tg_case_details__in_use;

-- db/functions/core/tg_case_details__stamp.sql
-- Which version new details belong to, and who created their case
create or replace function core.tg_case_details__stamp()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Locked before its details, as api.update_case does.
  select * into v_case
  from core.cases as c
  where c.id = new.case_id
  for no key update;

  new.version := coalesce(v_case.version + 1, 1);
  new.created_by := coalesce(
    (select d.created_by from core.case_details as d where d.case_id = v_case.id and d.version = v_case.details_version),
    core.actor()
  );
  return new;
end;
$$;

comment on function core.tg_case_details__stamp() is
'New details take effect with the next version of their case, and remember its creator.';

revoke all on function core.tg_case_details__stamp() from public;

create trigger tg_case_details__stamp
before insert on core.case_details
for each row execute function core.tg_case_details__stamp();
alter table core.case_details enable always trigger tg_case_details__stamp;

-- db/functions/core/tg_case_number_series__in_use.sql
-- No number without its case
create or replace function core.tg_case_number_series__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number was taken for no case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'At the end of the transaction the number is that of a case: an insert that came to nothing (on conflict do nothing) would
leave a gap.
Errors: JCFIX it is not.';

revoke all on function core.tg_case_number_series__in_use() from public;

create constraint trigger tg_case_number_series__in_use
after insert or update of last_number on core.case_number_series
deferrable initially deferred
for each row execute function core.tg_case_number_series__in_use();
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;

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

revoke all on function core.tg_cases__guard() from public;

create trigger tg_cases__guard
before insert or update on core.cases
for each row execute function core.tg_cases__guard();
alter table core.cases enable always trigger tg_cases__guard;

-- db/functions/core/tg_cases__history.sql
-- The history of a case's status
create or replace function core.tg_cases__history()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into core.status_changes (case_id, from_status, to_status, changed_at)
  values (new.id, old.status, new.status, new.updated_at)
  returning id into new.status_change_id;

  insert into core.status_change_particulars (status_change_id, changed_by, reason)
  values (new.status_change_id, core.actor(), core.trimmed(new.status_reason));

  new.status_reason := null;
  return new;
end;
$$;

comment on function core.tg_cases__history() is
'Writes the change of status, and moves its reason to where adopters do not see it. Definer: callers may not write history.';

revoke all on function core.tg_cases__history() from public;

-- After tg_cases__guard: triggers fire in the order of their names.
create trigger tg_cases__history
before update on core.cases
for each row when (new.status <> old.status)
execute function core.tg_cases__history();
alter table core.cases enable always trigger tg_cases__history;

-- db/functions/core/tg_cases__number.sql
-- The number of a new case
create or replace function core.tg_cases__number()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.number_year := extract(year from now() at time zone 'Europe/London');

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  values (new.court_code, new.number_year, 1, 1)
  on conflict (court_code, year) do update set last_number = s.last_number + 1, case_count = s.case_count + 1
  returning s.last_number into new.number_sequence;

  return new;
end;
$$;

comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and holds its row until the creation commits: no gap, no repeat.
Definer, and a trigger: callers may not move a series.';

revoke all on function core.tg_cases__number() from public;

-- The last of the triggers before an insert, so that the series is locked as late as possible.
create trigger tg_cases__number
before insert on core.cases
for each row execute function core.tg_cases__number();
alter table core.cases enable always trigger tg_cases__number;

-- db/functions/core/tg_cases__tally.sql
-- How many cases a series has
create or replace function core.tg_cases__tally()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update core.case_number_series as s
  set case_count = s.case_count - 1
  where s.court_code = new.court_code and s.year = new.number_year;

  return null;
end;
$$;

comment on function core.tg_cases__tally() is
'Counts a deleted case out of its series; core.tg_cases__number counts it in. No case comes back: core.tg_cases__guard.
Definer, and a trigger: callers may not move a series.';

revoke all on function core.tg_cases__tally() from public;

create trigger tg_cases__tally
after update on core.cases
for each row when (old.deleted_at is null and new.deleted_at is not null)
execute function core.tg_cases__tally();
alter table core.cases enable always trigger tg_cases__tally;

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

revoke all on function core.tg_organisation_links__guard() from public;

create trigger tg_organisation_links__guard
before insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__guard();
alter table core.organisation_links enable always trigger tg_organisation_links__guard;

-- db/functions/core/tg_organisation_links__participants.sql
-- Which organisations take part in a case
create or replace function core.tg_organisation_links__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_organisation_links__participants() is
'Gathers them anew when an organisation comes or goes. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_organisation_links__participants() from public;

create trigger tg_organisation_links__participants
after insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__participants();
alter table core.organisation_links enable always trigger tg_organisation_links__participants;

-- db/functions/core/trimmed.sql
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

-- db/functions/core/valid_transitions.sql
-- What a caller may do next with a case in each status
create or replace function core.valid_transitions()
returns table (from_status core.case_status, to_statuses text[])
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
begin
  return query
  select t.from_status, array_agg(t.to_status::text order by t.to_status)
  from core.status_transitions as t
  where v_role = any (t.roles)
  group by t.from_status;
end;
$$;

comment on function core.valid_transitions() is
'The statuses to which this caller may move a case, for each status that has any.';

revoke all on function core.valid_transitions() from public;
grant execute on function core.valid_transitions() to casefile_caller;

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

comment on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) is
'For the audit triggers alone, which run as the owner: nobody else may execute it.';

revoke all on function audit.append(uuid, text, text, audit.action, jsonb, jsonb) from public;

-- db/functions/audit/case_image.sql
-- A case as the audit trail records it
create or replace function audit.case_image(p_case core.cases)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function audit.case_image(core.cases) is
'Every field of a case that can change, and those that it was created with, named as the API names them. Times in UTC.';

revoke all on function audit.case_image(core.cases) from public;

-- db/functions/audit/changed_fields.sql
-- The fields of one document that differ from another
create or replace function audit.changed_fields(p_of jsonb, p_against jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from jsonb_each(p_of) as f
    where f.value is distinct from p_against -> f.key
  );
end;
$$;

comment on function audit.changed_fields(jsonb, jsonb) is 'What of the first document is not the same in the second.';

revoke all on function audit.changed_fields(jsonb, jsonb) from public;

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

-- db/functions/audit/entry_digest.sql
-- The digest that chains an audit entry to the one before
create or replace function audit.entry_digest(p_previous bytea, p_entry audit.entries)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
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
end;
$$;

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest.';

revoke all on function audit.entry_digest(bytea, audit.entries) from public;

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

-- db/functions/audit/find_broken_chains.sql
-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
  with entries as (
    select
      e.case_id,
      e.id,
      e.digest,
      audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
      row_number() over (partition by e.case_id order by e.id desc) as from_end,
      count(*) over (partition by e.case_id) as length
    from audit.entries as e
    where p_case_id is null or e.case_id = p_case_id
  )
  select e.case_id, e.id, 'changed, or an entry before it is missing'
  from entries as e
  where e.digest <> e.expected
  union all
  select c.case_id, e.id, 'entries are missing at the end'
  from audit.chains as c
  left join entries as e on e.case_id = c.case_id and e.from_end = 1
  where (p_case_id is null or c.case_id = p_case_id)
    and (e.length is distinct from c.length or e.digest <> c.digest)
  union all
  select c.id, null, 'without any audit entry'
  from core.cases as c
  where (p_case_id is null or c.id = p_case_id)
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries whose digest is not that of their contents and predecessor, of one case or of all; no row when
all is as it was written.';

revoke all on function audit.find_broken_chains(uuid) from public;

-- db/functions/audit/tg_assignments__audit.sql
-- The audit of every change of an assignment
create or replace function audit.tg_assignments__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function audit.tg_assignments__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

revoke all on function audit.tg_assignments__audit() from public;

create trigger tg_assignments__audit
after insert or update on core.assignments
for each row execute function audit.tg_assignments__audit();
alter table core.assignments enable always trigger tg_assignments__audit;

-- db/functions/audit/tg_cases__audit.sql
-- The audit of every change of a case
create or replace function audit.tg_cases__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function audit.tg_cases__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

revoke all on function audit.tg_cases__audit() from public;

create trigger tg_cases__audit
after insert or update on core.cases
for each row execute function audit.tg_cases__audit();
alter table core.cases enable always trigger tg_cases__audit;

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

create trigger tg_documents__audit
after insert or update on core.documents
for each row execute function audit.tg_documents__audit();
alter table core.documents enable always trigger tg_documents__audit;

-- db/functions/audit/tg_organisation_links__audit.sql
-- The audit of every change of an organisation link
create or replace function audit.tg_organisation_links__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function audit.tg_organisation_links__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

revoke all on function audit.tg_organisation_links__audit() from public;

create trigger tg_organisation_links__audit
after insert or update on core.organisation_links
for each row execute function audit.tg_organisation_links__audit();
alter table core.organisation_links enable always trigger tg_organisation_links__audit;

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
create trigger tg_entries__refuse_change
before update or delete or truncate on audit.entries
for each statement execute function audit.tg_refuse_change();
alter table audit.entries enable always trigger tg_entries__refuse_change;

create trigger tg_refusals__refuse_change
before update or delete or truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_change;

create trigger tg_status_changes__refuse_change
before update or delete or truncate on core.status_changes
for each statement execute function audit.tg_refuse_change();
alter table core.status_changes enable always trigger tg_status_changes__refuse_change;

create trigger tg_status_change_particulars__refuse_change
before update or delete or truncate on core.status_change_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.status_change_particulars enable always trigger tg_status_change_particulars__refuse_change;

create trigger tg_case_details__refuse_change
before update or delete or truncate on core.case_details
for each statement execute function audit.tg_refuse_change();
alter table core.case_details enable always trigger tg_case_details__refuse_change;

create trigger tg_document_downloads__refuse_change
before update or delete or truncate on core.document_downloads
for each statement execute function audit.tg_refuse_change();
alter table core.document_downloads enable always trigger tg_document_downloads__refuse_change;

create trigger tg_document_texts__refuse_change
before update or delete or truncate on core.document_texts
for each statement execute function audit.tg_refuse_change();
alter table core.document_texts enable always trigger tg_document_texts__refuse_change;

create trigger tg_document_removals__refuse_change
before update or delete or truncate on core.document_removals
for each statement execute function audit.tg_refuse_change();
alter table core.document_removals enable always trigger tg_document_removals__refuse_change;

-- These change, by their rules, but are never removed.
create trigger tg_cases__refuse_removal
before delete or truncate on core.cases
for each statement execute function audit.tg_refuse_change();
alter table core.cases enable always trigger tg_cases__refuse_removal;

create trigger tg_assignments__refuse_removal
before delete or truncate on core.assignments
for each statement execute function audit.tg_refuse_change();
alter table core.assignments enable always trigger tg_assignments__refuse_removal;

create trigger tg_assignment_particulars__refuse_removal
before delete or truncate on core.assignment_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__refuse_removal;

create trigger tg_organisation_links__refuse_removal
before delete or truncate on core.organisation_links
for each statement execute function audit.tg_refuse_change();
alter table core.organisation_links enable always trigger tg_organisation_links__refuse_removal;

create trigger tg_chains__refuse_removal
before delete or truncate on audit.chains
for each statement execute function audit.tg_refuse_change();
alter table audit.chains enable always trigger tg_chains__refuse_removal;

create trigger tg_documents__refuse_removal
before delete or truncate on core.documents
for each statement execute function audit.tg_refuse_change();
alter table core.documents enable always trigger tg_documents__refuse_removal;

-- db/functions/auth/become.sql
-- Become a caller until the end of the transaction
create or replace function auth.become(
  p_role text,
  p_user_id text,
  p_court_code text,
  p_organisation_id text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction.
  perform
    set_config('casefile.user_id', p_user_id, true),
    set_config('casefile.court_code', coalesce(p_court_code, ''), true),
    set_config('casefile.organisation_id', coalesce(p_organisation_id, ''), true),
    set_config('casefile.request_id', coalesce(p_request_id::text, ''), true),
    set_config('casefile.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true),
    set_config('role', lower(p_role), true);
end;
$$;

comment on function auth.become(text, text, text, text, uuid, text) is
'Takes on the caller''s database role and claims. Policies and triggers read them as casefile.* settings.';

revoke all on function auth.become(text, text, text, text, uuid, text) from public;
grant execute on function auth.become(text, text, text, text, uuid, text) to casefile_api;

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  -- Not in the query, for the same reason: there is an index on this, too.
  if v_session.expires_at > now() then
    return v_session;
  end if;

  return null;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none. Definer: the server may not read the table.';

revoke all on function auth.find_session(bytea) from public;
grant execute on function auth.find_session(bytea) to casefile_api;

-- db/functions/auth/get_session.sql
-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.caller
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    return null;
  end if;

  if v_session.expires_at < now() + interval '29 minutes' then
    perform auth.touch_session(p_token_sha256);
  end if;

  return auth.session_caller(v_session);
end;
$$;

comment on function auth.get_session(bytea) is
'The caller of a session; null when there is none. Definer: the server may not read the table.';

revoke all on function auth.get_session(bytea) from public;
grant execute on function auth.get_session(bytea) to casefile_api;

-- db/functions/auth/is_safe_return_url.sql
-- Whether a login may send the browser there
create or replace function auth.is_safe_return_url(p_url text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_url ~ '^/(?![/\\])[^\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$$;

comment on function auth.is_safe_return_url(text) is
'A path of this site: never another host, which //host and /\host would be to a browser.';

revoke all on function auth.is_safe_return_url(text) from public;

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each login, until the next analyze. For the same reason
-- the order is by the time that remains: there is an index on expires_at, too.
set enable_seqscan = off
as $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 = any (array(
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and o.user_role = p_user_role
      order by o.expires_at - now() desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

comment on function auth.limit_sessions(text, core.user_role) is
'Of the sessions of one user in one role, ends those that would expire first, so that they are twenty with the one to come.
Logins at the very same time may each leave one more, until the next.';

revoke all on function auth.limit_sessions(text, core.user_role) from public;

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
  v_username text := core.trimmed(p_username);
  v_court_name text := core.trimmed(p_court_assignment);
  v_session auth.sessions;
begin
  if v_username is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    perform core.refuse_field('role', 'Invalid role selected');
  end if;

  if v_court_name is not null then
    v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
    if v_session.court_code is null then
      perform core.refuse_field('courtAssignment', 'Unknown court');
    end if;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  perform auth.limit_sessions(v_username, p_role::core.user_role);

  insert into auth.sessions (token_sha256, user_id, username, user_role, court_code, organisation_id, expires_at)
  values (
    p_token_sha256, v_username, v_username, p_role::core.user_role, v_session.court_code,
    core.trimmed(p_organisation_id), now() + interval '30 minutes'
  )
  returning * into v_session;

  return row(
    auth.session_caller(v_session),
    case
      when auth.is_safe_return_url(p_return_url) then p_return_url
      when v_session.user_role = 'ADOPTER' then '/my-cases'
      else '/dashboard'
    end
  )::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session, and ends the one that the browser had, and those that auth.limit_sessions says. Definer: the server may
not write the table.
Errors: JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;

-- db/functions/auth/log_out.sql
-- POST /api/auth/logout
create or replace function auth.log_out(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.sessions where token_sha256 = p_token_sha256;
$$;

comment on function auth.log_out(bytea) is
'Ends a session at once, if there is one. Definer: the server may not write the table.';

revoke all on function auth.log_out(bytea) from public;
grant execute on function auth.log_out(bytea) to casefile_api;

-- db/functions/auth/resume.sql
-- Become the caller of a session
create or replace function auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  perform auth.become(
    v_session.user_role::text, v_session.user_id, v_session.court_code, v_session.organisation_id,
    p_request_id, p_client_address
  );

  return v_session.expires_at < now() + interval '29 minutes';
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the role and claims of the session''s caller; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one.';

revoke all on function auth.resume(bytea, uuid, text) from public;
grant execute on function auth.resume(bytea, uuid, text) to casefile_api;

-- db/functions/auth/session_caller.sql
-- Who a session belongs to
create or replace function auth.session_caller(p_session auth.sessions)
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function auth.session_caller(auth.sessions) is 'The caller of a session, as an answer shows it.';

revoke all on function auth.session_caller(auth.sessions) from public;

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

revoke all on function auth.sweep(integer) from public;
grant execute on function auth.sweep(integer) to casefile_api;

-- db/functions/auth/touch_session.sql
-- Move the expiry of a session that is in use
create or replace function auth.touch_session(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions
  set expires_at = now() + interval '30 minutes'
  where token_sha256 = p_token_sha256 and expires_at > now();
$$;

comment on function auth.touch_session(bytea) is
'30 minutes from now. An expired session stays expired. Definer: the server may not write the table.';

revoke all on function auth.touch_session(bytea) from public;
grant execute on function auth.touch_session(bytea) to casefile_api;

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

-- db/functions/worker/measure_queue.sql
-- How much work waits
create or replace function worker.measure_queue()
returns worker.queue_state
language sql
stable
security definer
set search_path = ''
as $$
  select row(count(*), coalesce(extract(epoch from now() - min(j.queued_at)), 0))::worker.queue_state
  from core.document_jobs as j
  where j.leased_until is null or j.leased_until < now();
$$;

comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has; those that a worker has at the moment do not
wait. Reads the queue alone. Definer: the server, which reports it, may not read the table.';

revoke all on function worker.measure_queue() from public;
grant execute on function worker.measure_queue() to casefile_api;

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
  v_court_code text := nullif(current_setting('casefile.court_code', true), '');
  v_organisation_id text := nullif(current_setting('casefile.organisation_id', true), '');
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

revoke all on function api.claim_key(text, bytea) from public;
grant execute on function api.claim_key(text, bytea) to casefile_caller;

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
  v_assignment core.assignments;
begin
  insert into core.assignments (case_id, user_id, assignment_type)
  values (v_case.id, v_user_id, v_assignment_type)
  on conflict (case_id, user_id, assignment_type) where revoked_at is null do nothing
  returning * into v_assignment;

  if not found then
    raise exception using errcode = 'JCDUP', message = 'This user is already assigned to the case in this way';
  end if;

  return row(
    v_assignment.id, v_assignment.case_id, v_assignment.user_id, v_assignment.assignment_type::text,
    v_assignment.created_at, core.actor()
  )::api.assignment;
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Ties a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no or unknown type; 23514 a user id beyond
its limit; JCDUP already assigned.';

revoke all on function api.create_assignment(uuid, text, text) from public;
grant execute on function api.create_assignment(uuid, text, text) to hmcts_case_officer;

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
  v_court_code text := nullif(current_setting('casefile.court_code', true), '');
begin
  if v_court_code is null then
    perform core.refuse_field('courtAssignment', 'A case is created in the court of its officer, and none is assigned to you');
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, v_case_type, p_next_hearing);

  return core.case_record(v_id);
end;
$$;

comment on function api.create_case(text, text, text, text, text, timestamptz) is
'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, no court; 23514 a text beyond its limit.';

revoke all on function api.create_case(text, text, text, text, text, timestamptz) from public;
grant execute on function api.create_case(text, text, text, text, text, timestamptz) to hmcts_case_officer;

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

-- db/functions/api/get_admin_only.sql
-- GET /api/admin-only
create or replace function api.get_admin_only()
returns api.greeting
language sql
stable
security invoker
set search_path = ''
as $$
  select row('You are signed in as a case officer', core.caller())::api.greeting;
$$;

comment on function api.get_admin_only() is
'Tells a case officer who it is.
Errors: 42501 not for this role.';

revoke all on function api.get_admin_only() from public;
grant execute on function api.get_admin_only() to hmcts_case_officer;

-- db/functions/api/get_case.sql
-- GET /api/cases/{id}
create or replace function api.get_case(p_case_id uuid)
returns api.case_read
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_record api.case_record := core.case_record(p_case_id);
begin
  if v_record.id is null then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row(v_record, core.status_history(p_case_id))::api.case_read;
end;
$$;

comment on function api.get_case(uuid) is
'A case with the history of its status.
Errors: JCMIS no case within reach.';

revoke all on function api.get_case(uuid) from public;
grant execute on function api.get_case(uuid) to casefile_caller;

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

-- db/functions/api/get_protected.sql
-- GET /api/protected
create or replace function api.get_protected()
returns api.greeting
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row('You are signed in', core.caller())::api.greeting;
end;
$$;

comment on function api.get_protected() is
'Tells a caller who it is.';

revoke all on function api.get_protected() from public;
grant execute on function api.get_protected() to casefile_caller;

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

revoke all on function api.keep_answer(text, anyelement) from public;
grant execute on function api.keep_answer(text, anyelement) to casefile_caller;

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
  v_link core.organisation_links;
begin
  insert into core.organisation_links (case_id, organisation_id, organisation_type)
  values (v_case.id, v_organisation_id, v_organisation_type)
  on conflict (case_id, organisation_id) where unlinked_at is null do nothing
  returning * into v_link;

  if not found then
    raise exception using errcode = 'JCDUP', message = 'This organisation is already linked to the case';
  end if;

  return core.organisation_link(v_link);
end;
$$;

comment on function api.link_organisation(uuid, text, text) is
'Ties an organisation to a case: its workers reach the case from now on.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, no or unknown type; 23514 an
organisation id beyond its limit; JCDUP already linked.';

revoke all on function api.link_organisation(uuid, text, text) from public;
grant execute on function api.link_organisation(uuid, text, text) to hmcts_case_officer;

-- db/functions/api/list_assignments.sql
-- GET /api/cases/{id}/assignments
create or replace function api.list_assignments(p_case_id uuid)
returns api.assignment[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select row(a.id, a.case_id, a.user_id, a.assignment_type::text, a.created_at, p.assigned_by)::api.assignment
    from core.assignments as a
    left join core.assignment_particulars as p on p.assignment_id = a.id
    where a.case_id = v_case.id and a.revoked_at is null
    order by a.created_at, a.id
  );
end;
$$;

comment on function api.list_assignments(uuid) is
'The active assignments of a case; to an adopter, its own.
Errors: JCMIS no case within reach.';

revoke all on function api.list_assignments(uuid) from public;
grant execute on function api.list_assignments(uuid) to casefile_caller;

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
  v_filter core.case_filter := core.case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
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

comment on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) is
'The cases within reach, newest first and 20 a page unless told otherwise; by page number, or by the cursor of the page before.
Errors: JCVAL an unknown word, no such page, a cursor that is none.';

revoke all on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) from public;
grant execute on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text)
  to casefile_caller;

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

-- db/functions/api/list_organisations.sql
-- GET /api/cases/{id}/organisations
create or replace function api.list_organisations(p_case_id uuid)
returns api.organisation_link[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return coalesce(
    (
      select array_agg(core.organisation_link(l) order by l.linked_at, l.id)
      from core.organisation_links as l
      where l.case_id = v_case.id and l.unlinked_at is null
    ),
    '{}'
  );
end;
$$;

comment on function api.list_organisations(uuid) is
'The organisations linked to a case.
Errors: 42501 not for this role; JCMIS no case within reach.';

revoke all on function api.list_organisations(uuid) from public;
grant execute on function api.list_organisations(uuid)
  to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker;

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

comment on function api.revoke_assignment(uuid, uuid) is
'Ends an assignment, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCNIL no such active assignment of the case.';

revoke all on function api.revoke_assignment(uuid, uuid) from public;
grant execute on function api.revoke_assignment(uuid, uuid) to hmcts_case_officer;

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

revoke all on function api.unlink_organisation(uuid, text) from public;
grant execute on function api.unlink_organisation(uuid, text) to hmcts_case_officer;

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

-- # Policies and privileges

-- db/policies/audit.chains.sql
-- The tips of the chains: for audit.append alone.

alter table audit.chains enable row level security;
alter table audit.chains force row level security;

create policy all_to_owner on audit.chains for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on audit.chains is 'audit.append moves the tip of a chain.';

revoke all on audit.chains from public;

-- db/policies/audit.entries.sql
-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on audit.entries is
'An officer, of the cases of its own court, deleted ones too.';

create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;

-- db/policies/audit.refusals.sql
-- The security audit: written by audit.explain_refusal, read by DBAs.

alter table audit.refusals enable row level security;
alter table audit.refusals force row level security;

create policy insert_to_owner on audit.refusals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.refusals is 'audit.explain_refusal alone writes refusals.';

revoke all on audit.refusals from public;

-- db/policies/auth.sessions.sql
-- Sessions: for the definer functions of auth alone.

alter table auth.sessions enable row level security;
alter table auth.sessions force row level security;

create policy all_to_owner on auth.sessions for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.sessions is 'The server opens, resumes and ends sessions through functions of the owner.';

revoke all on auth.sessions from public;

-- db/policies/core.assignment_particulars.sql
-- Who assigned and who revoked: for everybody who reaches the case, but adopters.

alter table core.assignment_particulars enable row level security;
alter table core.assignment_particulars force row level security;

create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));
comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

create policy all_to_owner on core.assignment_particulars for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.assignment_particulars is 'core.tg_assignments__particulars alone writes them.';

revoke all on core.assignment_particulars from public;
grant select on core.assignment_particulars to casefile_caller;

-- db/policies/core.assignments.sql
-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

create policy select_to_owner on core.assignments for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

create policy insert_own_court on core.assignments for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.assignments is 'An officer revokes assignments of the cases of its own court.';

revoke all on core.assignments from public;
grant select on core.assignments to casefile_caller;
grant insert (case_id, user_id, assignment_type), update (revoked_at) on core.assignments to hmcts_case_officer;

-- db/policies/core.case_details.sql
-- The details of a case: for everybody who reaches it, but adopters.

alter table core.case_details enable row level security;
alter table core.case_details force row level security;

create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy insert_reached on core.case_details for insert
to hmcts_case_officer
with check (true);
comment on policy insert_reached on core.case_details is
'An officer; at creation the case is not there yet. tg_case_details__in_use checks at the end that the case is reached and uses them.';

create policy select_to_owner on core.case_details for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_details is 'audit.case_image records what changed.';

revoke all on core.case_details from public;
grant select on core.case_details
  to casefile_caller;
grant insert (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  on core.case_details to hmcts_case_officer;

-- db/policies/core.case_number_series.sql
-- Number series: core.tg_cases__number and core.tg_cases__tally move them. Their tallies are for whoever reaches all
-- cases of a court.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is
'core.tg_cases__number takes the next number as the owner, core.tg_cases__tally counts.';

revoke all on core.case_number_series from public;
grant select on core.case_number_series to casefile_caller;

-- db/policies/core.case_participants.sql
-- Who takes part in a case: for everybody who reaches it, but adopters.

alter table core.case_participants enable row level security;
alter table core.case_participants force row level security;

create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

create policy select_reached on core.case_participants for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy all_to_owner on core.case_participants for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_participants is
'core.tg_assignments__participants and core.tg_organisation_links__participants alone write them.';

revoke all on core.case_participants from public;
grant select on core.case_participants to casefile_caller;

-- db/policies/core.cases.sql
-- Who reaches a case. Settings and memberships stand in scalar sub-selects, so that they are evaluated once
-- for a table in a statement, and not for each row, and an index finds the rows.

alter table core.cases enable row level security;
alter table core.cases force row level security;

-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

create policy select_reached on core.cases for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

create policy select_to_owner on core.cases for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.reached_case_ids leaves out deleted ones.';

create policy insert_own_court on core.cases for insert
to hmcts_case_officer
with check (court_code = (select current_setting('casefile.court_code', true)));
comment on policy insert_own_court on core.cases is 'An officer creates cases in its own court.';

create policy update_own_court on core.cases for update
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court; what of them, the column grants and tg_cases__guard say.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (id = any ((select core.reached_case_ids())::uuid[]));
comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

revoke all on core.cases from public;
grant select on core.cases to casefile_caller;
grant insert (id, court_code, case_type, next_hearing) on core.cases to hmcts_case_officer;
grant update (status, status_reason) on core.cases to hmcts_case_officer, judge_legal_adviser;
grant update (next_hearing, details_version, deleted_at) on core.cases to hmcts_case_officer;

-- db/policies/core.courts.sql
-- Courts are no secret.

alter table core.courts enable row level security;
alter table core.courts force row level security;

create policy select_any on core.courts for select
to casefile_caller, casefile_owner
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court; the owner''s login functions too.';

revoke all on core.courts from public;
grant select on core.courts to casefile_caller;

-- db/policies/core.document_downloads.sql
-- Downloads: written by whoever downloads, read by nobody; the audit trail has them.

alter table core.document_downloads enable row level security;
alter table core.document_downloads force row level security;

create policy insert_reached on core.document_downloads for insert
to casefile_caller
with check (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy insert_reached on core.document_downloads is 'Whoever may read the document, by the policies of core.documents.';

revoke all on core.document_downloads from public;
grant insert (document_id) on core.document_downloads to casefile_caller;

-- db/policies/core.document_jobs.sql
-- The queue: for the worker, for the trigger that fills it, and for who measures it.

alter table core.document_jobs enable row level security;
alter table core.document_jobs force row level security;

create policy all_to_processor on core.document_jobs for all
to document_processor
using (true)
with check (true);
comment on policy all_to_processor on core.document_jobs is 'The worker takes, gives back and ends jobs.';

create policy insert_to_owner on core.document_jobs for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.document_jobs is 'core.tg_documents__queue alone adds jobs.';

create policy select_to_owner on core.document_jobs for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.document_jobs is 'worker.measure_queue counts them.';

revoke all on core.document_jobs from public;
grant select, delete on core.document_jobs to document_processor;
grant update (attempts, run_at, lease, leased_until, last_failure) on core.document_jobs to document_processor;

-- db/policies/core.document_removals.sql
-- What the store holds no more: for the worker.

alter table core.document_removals enable row level security;
alter table core.document_removals force row level security;

create policy select_to_processor on core.document_removals for select
to document_processor
using (true);
comment on policy select_to_processor on core.document_removals is 'worker.sweep leaves out what is gone.';

create policy insert_to_processor on core.document_removals for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_removals is 'The worker says what it removed.';

revoke all on core.document_removals from public;
grant select, insert (document_id) on core.document_removals to document_processor;

-- db/policies/core.document_texts.sql
-- The text of a document: for everybody who may read the document.

alter table core.document_texts enable row level security;
alter table core.document_texts force row level security;

create policy select_reached on core.document_texts for select
to casefile_caller
using (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy select_reached on core.document_texts is 'Whoever may read the document, by the policies of core.documents.';

create policy insert_to_processor on core.document_texts for insert
to document_processor
with check (true);
comment on policy insert_to_processor on core.document_texts is 'The worker alone writes texts.';

revoke all on core.document_texts from public;
grant select on core.document_texts to casefile_caller;
grant insert (document_id, content) on core.document_texts to document_processor;

-- db/policies/core.document_types.sql
-- What a document can be is no secret.

alter table core.document_types enable row level security;
alter table core.document_types force row level security;

create policy select_any on core.document_types for select
to casefile_caller
using (true);
comment on policy select_any on core.document_types is 'Everybody sees what a document can be.';

revoke all on core.document_types from public;
grant select on core.document_types to casefile_caller;

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';

create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.documents is 'An officer deletes documents of the cases of its own court.';

revoke all on core.documents from public;
grant select on core.documents to casefile_caller, document_processor;
grant insert (case_id, filename, document_type, description) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (upload_status, file_size, file_hash, mime_type) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (deleted_at) on core.documents to hmcts_case_officer;
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason) on core.documents to document_processor;

-- db/policies/core.file_types.sql
-- Which files are allowed is no secret.

alter table core.file_types enable row level security;
alter table core.file_types force row level security;

create policy select_any on core.file_types for select
to casefile_caller, document_processor, casefile_owner
using (true);
comment on policy select_any on core.file_types is 'Everybody sees which files are allowed; core.tg_documents__number checks as the owner.';

revoke all on core.file_types from public;
grant select on core.file_types to casefile_caller, document_processor;

-- db/policies/core.kept_answers.sql
-- Kept answers: for api.claim_key, api.keep_answer and auth.sweep alone. They hold what a caller was told of a case.

alter table core.kept_answers enable row level security;
alter table core.kept_answers force row level security;

create policy all_to_owner on core.kept_answers for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';

revoke all on core.kept_answers from public;

-- db/policies/core.organisation_links.sql
-- Organisation links: for everybody who reaches the case, but adopters.

alter table core.organisation_links enable row level security;
alter table core.organisation_links force row level security;

create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy select_to_owner on core.organisation_links for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

create policy insert_own_court on core.organisation_links for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;

-- db/policies/core.status_change_particulars.sql
-- Who changed a status and why: for everybody who reaches the case, but adopters.

alter table core.status_change_particulars enable row level security;
alter table core.status_change_particulars force row level security;

create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.status_changes as s where s.id = status_change_id offset 0));
comment on policy select_reached on core.status_change_particulars is
'Whoever reaches the case, by the policies of core.status_changes. None for adopters: that is their redaction.';

create policy select_to_owner on core.status_change_particulars for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_change_particulars is 'audit.case_image records the reason.';

create policy insert_to_owner on core.status_change_particulars for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_change_particulars is 'core.tg_cases__history alone writes history.';

revoke all on core.status_change_particulars from public;
grant select on core.status_change_particulars to casefile_caller;

-- db/policies/core.status_changes.sql
-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

create policy select_to_owner on core.status_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_changes is 'core.tg_cases__history reads back the id that it wrote.';

create policy insert_to_owner on core.status_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_changes is 'core.tg_cases__history alone writes history.';

revoke all on core.status_changes from public;
grant select on core.status_changes to casefile_caller;

-- db/policies/core.status_transitions.sql
-- What may follow what is no secret.

alter table core.status_transitions enable row level security;
alter table core.status_transitions force row level security;

create policy select_any on core.status_transitions for select
to casefile_caller
using (true);
comment on policy select_any on core.status_transitions is 'Everybody sees which status may follow which.';

revoke all on core.status_transitions from public;
grant select on core.status_transitions to casefile_caller;

-- migrate:down

do $$
begin
  if current_setting('fsync') = 'on' then
    raise exception 'This would drop all cases. The way back of the baseline is for clusters that are thrown away (fsync = off).';
  end if;
end;
$$;

drop schema api, auth, audit, core, worker cascade;
revoke select on public.schema_migrations from casefile_api;
alter default privileges grant execute on functions to public;
-- Else the next migration up would be refused, as it looks as if only some had been applied.
delete from public.schema_migrations where version < '20261127114033';
