-- migrate:up

-- Written by scripts/gen-migration: what changed in the sources in db/.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function core.known_word(text, text, text[]);
drop function core.page_size(integer, integer, integer);
drop function core.refuse_field(text, text);
drop function core.required_text(text, text);

-- db/types/api.caller.sql
comment on type api.caller is 'The caller. court_assignment is the court''s name.';

-- db/types/api.case_permissions.sql
comment on type api.case_permissions is 'The caller''s current rights to the case.';

-- db/types/api.case_record.sql
comment on type api.case_record is 'A case, as far as the caller may see it; everything else is null.';

-- db/types/api.court.sql
create type api.court as (code text, name text, region text);

-- db/types/api.document_type.sql
alter type api.document_type add attribute description_required boolean;

-- db/types/api.download.sql
comment on type api.download is 'The location and type of a document''s bytes.';

-- db/types/api.file_type.sql
create type api.file_type as (extension text, mime_type text, size_limit bigint);

-- db/types/api.membership.sql
comment on type api.membership is 'A role of a user. court_assignment is the court''s name.';

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

-- db/types/api.session.sql
alter type api.session add attribute ends_at timestamptz;
comment on type api.session is 'A session''s user, when it expires if it is not used, when it ends in any case, and the user''s other memberships.';

-- db/types/api.upload.sql
comment on type api.upload is
'An upload that has begun: where its bytes go, their required type, and their maximum number.';

-- db/types/audit.journal.sql
comment on type audit.journal is
'The tables that audit.seals chains, in the order of sealing. Journals whose writers may delay it come first.';

-- db/types/auth.directory_difference.sql
comment on type auth.directory_difference is 'A change that a line of a file makes in the directory.';

-- db/types/auth.directory_entry.sql
comment on type auth.directory_entry is 'A user with one membership; court is the court''s name.';

-- db/types/auth.log_in.sql
alter type auth.log_in add attribute expires_at timestamptz;
alter type auth.log_in add attribute ends_at timestamptz;

-- db/types/auth.restore.sql
comment on type auth.restore is 'The result of auth.after_restore. is_new is false if it had been done before, and nothing has happened since.';

-- db/types/auth.sign_in.sql
comment on type auth.sign_in is 'The session that was opened, or the reason why none was. A refusal is not an error, so that its record is kept.';

-- db/types/core.case_count.sql
comment on type core.case_count is 'The number of cases; with is_minimum, there are more.';

-- db/types/core.case_status.sql
comment on type core.case_status is
'The stage of a case. core.status_transitions says which status may follow; a status that no other may follow is terminal.';

-- db/types/core.case_filter.sql
comment on type core.case_filter is
'The filter of a list; null for all. since and before limit the next hearing, or the creation without one.';

-- db/types/core.field_error.sql
create type core.field_error as (field text, code text, message text);

comment on type core.field_error is
'An error in a field of a request: its name in the API, a word for programs (src/field_error.rs), a sentence for people.';

-- db/types/core.page_cursor.sql
comment on type core.page_cursor is 'A position in an ordered list: of cases, documents or entries of the audit.';

-- db/types/core.user_role.sql
comment on type core.user_role is 'The role of a caller. The database role of the same name in lower case has its privileges.';

-- db/types/worker.job.sql
comment on type worker.job is 'A document that a worker has claimed, and its task.';

-- db/types/worker.queue_state.sql
comment on type worker.queue_state is 'How many documents wait for a worker, and how long the oldest has waited.';

-- db/types/worker.task_state.sql
comment on type worker.task_state is 'How many documents wait for one kind of work, and how long the oldest has waited.';

-- db/tables/audit.anchors.sql
comment on table audit.anchors is
'Each anchor of the audit trail that was taken. The signed anchor is in a file elsewhere; this only records it. Append-only.';
comment on column audit.anchors.digest is 'SHA-256 over its header, which is the signed part.';

-- db/tables/core.courts.sql
comment on column core.courts.code is
'The beginning of every case number of the court. Assigned, and never derived from the name, because initials collide.';

-- db/tables/core.cases.sql
comment on table core.cases is
'Adoption cases. A caller who reaches a case may read every column here; what an adopter must not see is in side tables.';
comment on column core.cases.status_change_id is 'The change that led to the current status; null before the first.';

comment on column core.cases.status_reason is
'An update states the reason of its status change here. A trigger moves it to core.status_change_particulars, so that a stored row
always has null.';
comment on column core.cases.details_version is 'The version of the case that introduced its current core.case_details.';
comment on column core.cases.deleted_at is 'Set once, by a soft delete; the row never changes afterwards.';

comment on column core.cases.status_place is
'For filters and sorting. Under row-level security, only leakproof operators can use an index: those of numbers, texts and times,
but not those of an enum.';
comment on column core.cases.case_type_place is 'For filters.';
comment on column core.cases.attention_place is 'For sorting: the sooner the next hearing, the greater.';
comment on column core.cases.scheduled_at is 'The next hearing, or the creation if none is fixed; for filters by date.';

-- db/tables/core.cases_court_code_case_number_idx.sql
comment on index core.cases_court_code_case_number_idx is
'Numbers are sorted as bytes, so that those with the same beginning are adjacent in any collation of the database.';

-- db/tables/audit.entries.sql
comment on column audit.entries.entity is 'The thing changed: case, assignment or organisation.';
comment on column audit.entries.actor is 'The caller; for a change made without the server, the database login.';
comment on column audit.entries.actor_role is 'The caller''s role, or DATABASE for a change made without the server.';

comment on column audit.entries.digest is
'SHA-256 over the digest of the case''s previous entry and this entry. audit.find_broken_chains recomputes it.';

comment on column audit.entries.court_code is
'The court of the case at the time, whose officers read it. Not part of the digest in the first form; audit.find_faults compares it
with the case.';
comment on column audit.entries.digest_form is 'The form of the digest, for audit.entry_digest; 1 for entries from before 0.7.0.';

-- db/tables/audit.reference_changes.sql
comment on table audit.reference_changes is
'Each change of a reference row (courts, status transitions, document types, file types), written by a trigger. Append-only. Rows
shipped with a new database are not recorded.';

-- db/tables/audit.refusals.sql
comment on column audit.refusals.times is 'How often it happened within a minute of occurred_at; the other columns describe the first time.';

-- db/tables/audit.restores.sql
comment on column audit.restores.number_gap is 'How many numbers each series passed over, beyond the last number known to be issued: see core.case_number_gaps.';

-- db/tables/audit.seals.sql
comment on table audit.seals is
'Chains the rows of journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal covers the rows since the previous one. Append-only.';
comment on column audit.seals.last_id is 'The last row that it covers; the first is the one after the previous seal''s last.';
comment on column audit.seals.newest_at is 'When the last of its rows was written. Sign-ins and refusals may be removed two years later.';
comment on column audit.seals.form is 'The form of content and digest; there is one so far.';
comment on column audit.seals.digest is 'SHA-256 over the digest of the previous seal and this seal.';

-- db/tables/auth.claim_rules.sql
comment on table auth.claim_rules is
'A user who signs in with this value at this path of the claims (a string, or an array that contains it) has this membership for
that session. Ending a rule keeps the row.';

-- db/tables/auth.database_kind.sql
comment on table auth.database_kind is 'The purpose of this database, marked once, when it is created. Append-only; at most one row.';

-- db/tables/auth.home.sql
comment on table auth.home is
'Where this database lives: one row. Servers serve it only there, so that a copy is not mistaken for the original.';

-- db/tables/auth.log_in_rates.sql
comment on table auth.log_in_rates is 'How many log-ins one network has begun recently, at all servers together.';
comment on column auth.log_in_rates.client is 'The network, as the server states it: an address of IPv4, or a /48 of IPv6.';

-- db/tables/auth.users.sql
comment on table auth.users is
'The users who may sign in. The provider says who a person is (issuer and subject); this row says which user that is here. Rows are
never removed; users are disabled.';
comment on column auth.users.user_id is 'The name in cases, assignments and the audit trail.';
comment on column auth.users.name is 'For display.';

comment on column auth.users.tokens_valid_from is
'When all sessions of the user were ended: tokens issued before open no session. Null: all tokens do.';

-- db/tables/auth.memberships.sql
comment on table auth.memberships is 'A role of a user, with the court or organisation that the role needs. Ending a membership keeps the row.';

-- db/tables/auth.secrets.sql
comment on table auth.secrets is
'Secrets that only the owner may know. claims_prefix: the beginning of the names of the settings that hold a caller''s claims.';

-- db/tables/auth.sessions.sql
comment on table auth.sessions is 'The sessions of signed-in users, by a cookie or by a verified bearer token.';
comment on column auth.sessions.token_sha256 is 'Only the client has the token itself.';
comment on column auth.sessions.user_role is 'Null until a user with several memberships has chosen one.';

comment on column auth.sessions.expires_at is
'30 minutes after the last use, moved at most once a minute, and never beyond ends_at. A bearer''s does not move.';
comment on column auth.sessions.membership_id is 'The membership, or the claim rule, that opened it.';
comment on column auth.sessions.ends_at is '12 hours after it was opened, even if it is in use; for a bearer, when the token expires.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each sign-in, successful or refused, with the issuer and subject of its claims and the user. Never a token. The same refusal has
at most one row a minute. Kept for two years, and until an anchor contains them.';
comment on column auth.sign_ins.user_id is 'Null if the directory does not know the user.';

-- db/tables/core.assignments.sql
comment on table core.assignments is 'Gives a user access to a case. Revoking keeps the row and ends the access at once.';

-- db/tables/core.assignment_particulars.sql
comment on table core.assignment_particulars is 'The users who assigned and revoked; hidden from adopters.';

-- db/tables/core.case_details.sql
comment on table core.case_details is
'Details that only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the
case, in this order.';
comment on column core.case_details.version is 'The version of the case from which this row applies.';
comment on column core.case_details.created_by is 'The user who created the case; copied to each row.';

-- db/tables/core.case_number_gaps.sql
comment on table core.case_number_gaps is
'Numbers that are not used, because a case lost by a restore may have them. Append-only.';

-- db/tables/core.case_number_series.sql
comment on table core.case_number_series is
'The last case number of each court and year, a series without gaps, and how many of its cases exist. Its row is locked until the
creation or deletion commits.';
comment on column core.case_number_series.case_count is 'Cases with a number of this series that are not deleted.';

-- db/tables/core.case_participants.sql
comment on table core.case_participants is
'The current participants of a case, gathered from its active assignments and links by their triggers, for reads of cases. No row
for a case that never had any. Hidden from adopters.';
comment on column core.case_participants.applicant_ids is 'Users, in the order of assignment.';

-- db/tables/core.case_reach.sql
comment on table core.case_reach is
'The users and organisations that reach a case by name, from the active assignments and links of cases that are not deleted. Only
their triggers write it. A social worker may reach a case in two ways: by an assignment, and by the link of the local authority.';

comment on column core.case_reach.way is
'The type of assignment or organisation. The policies use each type for one role.';
comment on column core.case_reach.reached_by is 'The assigned user, or the linked organisation.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes; lists show the newest first.';

-- db/tables/core.document_types.sql
comment on table core.document_types is 'The document types, as a form shows them.';

-- db/tables/core.documents.sql
comment on table core.documents is
'The details of the documents of a case. Their bytes are in the document store, under the id of case and document.';
comment on column core.documents.mime_type is 'The type of the content, not what the sender stated.';
comment on column core.documents.ocr_page_count is 'The number of pages; known once it has been read.';
comment on column core.documents.ocr_pages_read is 'The number of pages in its text. The others could not be read, or were too many.';
comment on column core.documents.version is 'Counts the documents with one name on one side of a case; assigned at completion, under the lock of the case, and never changed.';

-- db/tables/core.document_downloads.sql
comment on table core.document_downloads is 'The downloads of documents. Append-only.';

comment on column core.document_downloads.found_damaged is
'The download failed: the bytes in the document store are missing, or not those that were stored.';

-- db/tables/core.document_jobs.sql
comment on table core.document_jobs is
'The remaining work of the worker: documents to scan and to read. A row is removed when its work is done.';
comment on column core.document_jobs.run_at is 'The earliest time of the next attempt; moved with each failure.';
comment on column core.document_jobs.lease is 'Identifies the claim. After leased_until, another worker may take the document.';
comment on column core.document_jobs.last_failure is 'Why the previous attempt failed; for operators.';
comment on column core.document_jobs.queued_at is 'When the document was queued; never changed.';

-- db/tables/core.document_removals.sql
comment on table core.document_removals is 'Failed uploads whose bytes were removed from the document store.';

-- db/tables/core.document_texts.sql
comment on table core.document_texts is 'The text that the worker read from a document.';

-- db/tables/core.file_types.sql
comment on table core.file_types is 'The allowed files, by the extension of their name; the content must have the same type.';

-- db/tables/core.kept_answers.sql
comment on table core.kept_answers is
'Answers to writes with an Idempotency-Key, which the same caller gets again for the same request.';
comment on column core.kept_answers.key is 'The Idempotency-Key. Each caller has its own keys.';
comment on column core.kept_answers.court_code is 'The court that the caller had; with another court, the answer could differ.';
comment on column core.kept_answers.request_sha256 is 'SHA-256 over the request; the server decides over which parts.';
comment on column core.kept_answers.answer is 'Null in the transaction that does the work, until the answer is there.';
comment on column core.kept_answers.expires_at is 'From then on the key counts as new; auth.sweep removes the row.';

-- db/tables/core.next_statuses.sql
comment on table core.next_statuses is
'The statuses to which each role may move a case, gathered from core.status_transitions by its trigger, for reads of cases. No row
if there is none.';

-- db/tables/core.organisation_links.sql
comment on table core.organisation_links is
'Links a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';

-- db/tables/core.status_changes.sql
comment on table core.status_changes is 'The history of a case''s status. Only a trigger writes it.';

-- db/tables/core.status_change_particulars.sql
comment on table core.status_change_particulars is 'The user who changed a status, and the reason; hidden from adopters.';

-- db/tables/core.status_transitions.sql
comment on table core.status_transitions is 'The allowed changes of status. A status without a row here is terminal.';
comment on column core.status_transitions.roles is 'The roles that may make this change.';

-- db/functions/core/attention_place.sql
-- How urgent a case is, as a sort key
create or replace function core.attention_place(p_next_hearing timestamptz)
returns bigint
language sql
immutable
security invoker
as $$
  -- In milliseconds before 1970. Without a hearing, less than for any possible time.
  select coalesce(-floor(extract(epoch from p_next_hearing at time zone 'UTC') * 1000)::bigint, -10000000000000000);
$$;

comment on function core.attention_place(timestamptz) is
'The sooner the next hearing, the greater; lowest without a hearing. core.cases.attention_place is computed from it, so its result
for a time never changes.';

-- db/functions/core/case_type_place.sql
comment on function core.case_type_place(core.case_type) is
'The place of a type in core.case_type, from 1. core.cases.case_type_place is computed from it, so its result for a type never
changes.';

-- db/functions/core/status_place.sql
comment on function core.status_place(core.case_status) is
'The place of a status in core.case_status, from 1. core.cases.status_place is computed from it, so its result for a status never
changes.';

-- db/functions/core/actor.sql
comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done without the server.
Errors: JCSES a caller role without a session.';

-- db/functions/core/actor_role.sql
comment on function core.actor_role() is
'The caller''s role; DOCUMENT_PROCESSOR for the worker; DATABASE for work done without the server.';

-- db/functions/core/answered_case_id.sql
comment on function core.answered_case_id(jsonb) is
'The case of a kept answer, which is a case or belongs to one; null for an answer about no case.';

-- db/functions/core/assignment_records.sql
comment on function core.assignment_records() is
'All active assignments within reach; without who assigned where core.assignment_particulars shows the caller nothing. The planner
inlines it into the calling query.';

-- db/functions/core/attention.sql
comment on function core.attention(timestamptz) is
'overdue if the next hearing is past, approaching within 7 days, otherwise normal. A plain expression without settings, so that the
planner inlines it: lists evaluate it for each case.';

-- db/functions/core/caller_role.sql
comment on function core.caller_role() is
'The caller''s role; null for work done without the server. Reads the setting and not current_user, which is the owner inside a
definer function. The planner inlines it into the calling query.';

-- db/functions/core/case_records.sql
-- Cases, as their caller sees them
create or replace function core.case_records()
returns setof api.case_record
language sql
stable
security invoker
as $$
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

comment on function core.case_records() is
'All cases within reach, as their caller may see them, redacted by the policies of the side tables. The planner inlines it into the
calling query, which says which cases: where id = ..., or a join to the ids of a page.';

-- db/functions/core/check_cursor.sql
-- Whether a cursor is valid
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
'The error of a cursor that core.read_cursor cannot read; null if it is valid, or null.';
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

  -- A path, a control character, or a mark that reverses the writing direction to hide the true ending.
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
'The error of a file name, or of the type that it stands for; null if it is valid.';
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
'The error of a text with more characters than the limit, which its table has as well; null if it is valid, or null.';
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
'The error of a name with a control, bidirectional, zero-width or other invisible character, not in NFC, or with more than 100
characters; null if it is valid, or null. Otherwise, names that look the same could be different people.';
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
'The error of a wrong page number; null if it is valid, or null.';
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
'The error of a wrong page size; null if it is valid, or null.';
revoke all on function core.check_page_size(integer) from public;
grant execute on function core.check_page_size(integer) to casefile_caller;

-- db/functions/core/check_required.sql
-- Whether a text is present
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
'The error of a required text that is missing or only white space; null if it is valid.';
revoke all on function core.check_required(text, text) from public;
grant execute on function core.check_required(text, text) to casefile_caller;

-- db/functions/core/check_time.sql
-- Whether a year has four digits
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
'The error of a time, infinity included, whose year does not have four digits; null if it is valid, or null.';
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
'The error of a text that is none of these words; null if it is valid, or null.';
revoke all on function core.check_word(text, text, text[]) from public;
grant execute on function core.check_word(text, text, text[]) to casefile_caller;

-- db/functions/core/claim.sql
-- A claim of the caller's session
create or replace function core.claim(p_name text)
returns text
language plpgsql
stable
security definer
-- A search path would cost more than the rest, and policies call this six times for one case. Instead, all names are
-- qualified, operators too.
as $$
begin
  return pg_catalog.current_setting(
    auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
      pg_catalog.current_setting('role'),
    true
  );
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the current role; empty or null if the
session lacks it, or without a session. For policies, in a scalar sub-select. Definer: only the owner knows the names of the
settings that auth.claim_session has set, so that nobody becomes a caller by setting them.';

-- db/functions/core/count_cases.sql
-- The number of cases, by status, type and days
create or replace function core.count_cases(p_filter core.case_filter)
returns core.case_count
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
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

comment on function core.count_cases(core.case_filter) is
'How many cases are within reach, filtered by status, type and dates if stated. Counts up to core.most_counted. The number for a
whole court comes from the tallies of core.case_number_series, without reading a case. For a filter by case number, see
core.count_filtered_cases.';

-- db/functions/core/count_filtered_cases.sql
comment on function core.count_filtered_cases(core.case_filter) is
'How many cases within reach the filter finds, up to core.most_counted.';

-- db/functions/core/document_records.sql
comment on function core.document_records() is
'All documents within reach whose upload is complete and that are not deleted. The planner inlines it into the calling query.';

-- db/functions/core/file_type.sql
-- The type of a file, by its name
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
'The type of file by the extension of a name; null if there is no such type. core.check_file_name tells whether the name is valid.';

-- db/functions/core/find_number_faults.sql
comment on function core.find_number_faults() is
'For DBAs: the series of case numbers that have a gap without a record in core.case_number_gaps, or that do not match their cases.
No row if all is well.';

-- db/functions/core/find_reach_faults.sql
-- Whether the reach of cases matches their ties
create or replace function core.find_reach_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, problem text)
language sql
stable
security invoker
set search_path = ''
-- Reads case by case: the planner does not know how few cases there will be.
set enable_hashjoin = off
set enable_mergejoin = off
as $$
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

comment on function core.find_reach_faults(uuid, uuid) is
'For DBAs, for the cases between two ids: rows in which core.case_reach differs from assignments and links. No row if all is well.';

-- db/functions/core/fits_filter.sql
comment on function core.fits_filter(core.cases, core.case_filter) is
'Whether a filter finds a case. A plain expression of leakproof operators without settings, so that the planner inlines it and can
use an index.';

-- db/functions/core/gather_participants.sql
-- Gather the participants of cases
create or replace function core.gather_participants(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Otherwise each call would be planned anew, because a plan for one case looks much cheaper.
set plan_cache_mode = force_generic_plan
-- The kept plan must be good even if the tables were almost empty when it was made.
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
'Writes core.case_participants from the active assignments and links of the cases: applicants and organisations in the order of
assignment, and the judge who was assigned last. For triggers, and for use after changes with triggers disabled.';

-- db/functions/core/gather_reach.sql
comment on function core.gather_reach(uuid[]) is
'Writes core.case_reach from core.ties, for the given cases. For triggers, and for use after changes with triggers disabled.';

-- db/functions/core/is_normal.sql
-- Whether a text is in the form that comparisons use
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

  -- PostgreSQL 12 cannot tell. It accepts only characters that have one form: Latin, punctuation, Chinese, emoji.
  return p_text !~ E'[^\u0001-\u02FF\u2010-\u2027\u2030-\u205E\u4E00-\u9FFF\U0001F300-\U0001FAFF]';
end;
$$;

comment on function core.is_normal(text) is
'Whether the text is in NFC. On PostgreSQL 12, which has no function for it, also false for texts that cannot be checked.';

-- db/functions/core/known_time.sql
-- A time whose year has four digits
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

comment on function core.known_time(text, timestamptz) is
'The time, if its year is from 1 to 9999, because readers of JSON need four digits; null stays null.
Errors: JCVAL another time, infinity included.';

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
      message = 'Somebody else has changed the case. Read it again',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

comment on function core.lock_case(uuid, integer, integer[]) is
'The current case, locked until the end of the transaction, if its version is the stated one, or one of several. Null states none.
Errors: JCMIS no case within reach; JCVER stale version.';

-- db/functions/core/most_counted.sql
comment on function core.most_counted() is
'The number up to which a list counts the matches of a filter: counting costs time for each case, and few users read that many
pages.';

-- db/functions/core/newest_cases.sql
-- A page of cases, newest first
create or replace function core.newest_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- One plan serves all pages: along the index of a court, or through the few cases that the caller reaches. Without a known
-- limit, the planner would sort a whole court.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
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

comment on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases within reach, filtered by status, type and dates if stated, newest first, each with the cursor of the page after it.
p_has_many: expect many of them. For a filter by case number, see core.sorted_cases.';

-- db/functions/core/newest_records.sql
-- A page of all cases, newest first, as their caller may see them
create or replace function core.newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer)
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
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

comment on function core.newest_records(core.page_cursor, bigint, integer) is
'The cases within reach, newest first, in the words of the API. With a filter, see core.newest_cases.';

-- db/functions/core/newest_scheduled_cases.sql
-- A page of a court's cases of some days, newest first
create or replace function core.newest_scheduled_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
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

comment on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases of a court whose next hearing (or creation, without a hearing) is within the dates of the filter, with its status and
type, newest first, each with the cursor of the page after it. p_has_many: expect many of them.';

-- db/functions/core/nfc.sql
comment on function core.nfc(text) is
'The text in NFC, for names from before NFC was required. On PostgreSQL 12, which has no function for it, the text unchanged.';

-- db/functions/core/organisation_link_records.sql
comment on function core.organisation_link_records() is
'All active links within reach. The planner inlines it into the calling query.';

-- db/functions/core/pagination.sql
comment on function core.pagination(bigint, integer, integer, text, boolean) is
'The pagination of an answer; the cursor is null on the last page, and for a list without cursors. The total is exact, or a
minimum.';

-- db/functions/core/pass_over_numbers.sql
-- Skip numbers that lost cases may have
create or replace function core.pass_over_numbers(p_marked jsonb, p_since timestamptz, p_gap integer, p_restore_id bigint)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
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

comment on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) is
'Moves the series of every court, for the years since then, so many numbers beyond the last known one, in this database or in the
mark. core.case_number_gaps records the numbers passed over. Returns how many series. Only for the owner.';

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

comment on function core.permit_transition(core.case_status, text, text) is
'The status to move to, if core.status_transitions allows this caller to choose it.
Errors: JCTRM terminal status; JCSTA not allowed from here; JCROL not for this role; JCREA reason required.';

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

-- db/functions/core/reached_case_ids.sql
comment on function core.reached_case_ids() is
'The ids of all cases that core.case_reach has for the caller; null for an officer, who reaches a court. Lists in an order other
than newest first start from them.';

-- db/functions/core/read_case_filter.sql
-- The filter of a list
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

comment on function core.read_cursor(text, text, text) is
'The position that core.write_cursor wrote; null for no cursor, and for one of another list or order.';

-- db/functions/core/refuse.sql
-- Refuse wrong fields of a request
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

-- db/functions/core/side_of.sql
-- The side of a user in a case
create or replace function core.side_of(p_case_id uuid, p_user_id text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function core.side_of(uuid, text) is
'ADOPTER for the applicants of the case, otherwise PROFESSIONALS. Each side has its own versions, because an adopter may not see
those of professionals.';

-- db/functions/core/sorted_cases.sql
-- A page of cases, in any order
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- A custom plan drops unused conditions and orders. An index matches the others.
set plan_cache_mode = force_custom_plan
as $$
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

comment on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean) is
'The cases within reach that the filter finds, by number, status (in the order of a case''s life), attention (highest for the
soonest hearing) or creation, each with the cursor of the page after it. p_has_many: expect many of them. It is planned for each
call; core.newest_cases is not.';

-- db/functions/core/status_history.sql
comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing. The planner
inlines it into the calling query.';

-- db/functions/core/take_key.sql
-- Take an Idempotency-Key for a request
create or replace function core.take_key(p_key text, p_request_sha256 bytea)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function core.take_key(text, bytea) is
'True if the key is new: it then belongs to the caller until the end of the transaction. False if the same request has its answer
already. Definer: nothing else may write keys.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its limit.';

-- db/functions/core/tg_assignments__guard.sql
-- Rules for every write of an assignment
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function core.tg_assignments__guard() is
'Sets the times and the court of the case; allows no change of an assignment except revoking it.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

-- db/functions/core/tg_assignments__participants.sql
comment on function core.tg_assignments__participants() is
'Gathers the participants again when an applicant or a judge is assigned or revoked. core.tg_assignments__guard has locked the
case, so that none are missed. Definer: callers may not write them.';

-- db/functions/core/tg_assignments__particulars.sql
comment on function core.tg_assignments__particulars() is
'Stores the users who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

-- db/functions/core/tg_assignments__reach.sql
comment on function core.tg_assignments__reach() is
'Gathers core.case_reach again when a user is assigned or revoked. core.tg_assignments__guard has locked the case, so that nobody
is missed. Definer: callers may not write it.';

-- db/functions/core/tg_case_details__in_use.sql
-- The case must use its new details
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
      message = 'New details need an update of their case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_details__in_use() is
'Checks at the end of the transaction that the case uses its new details, so that they are versioned and audited with it.
Errors: JCFIX they are not used, or the case is not within reach.';

-- db/functions/core/tg_case_details__stamp.sql
-- The version, court and case creator of new details
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
  ) and not exists (
    select from core.case_number_gaps as g
    where g.court_code = new.court_code and g.year = new.year and g.last_number = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number can be taken only for a new case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'Checks at the end of the transaction that the number is that of a case, or the last of a gap left by a restore. An insert that was
skipped (on conflict do nothing) would leave a gap.
Errors: JCFIX it is not.';

-- db/functions/core/tg_cases__guard.sql
-- Rules for every write of a case
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

comment on function core.tg_cases__guard() is
'Checks the transition, its role and its reason; moves the version by one; sets the times; refuses undelete.
Errors: those of core.permit_transition; JCVAL a hearing outside the years 1 to 9999; JCMIS no longer within reach; JCFIX a change
that no caller may make.';

-- db/functions/core/tg_cases__number.sql
comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and locks its row until the creation commits: no gaps and no repeats. Definer, and a
trigger: callers may not move a series.';

-- db/functions/core/tg_cases__reach.sql
comment on function core.tg_cases__reach() is
'Removes a deleted case from core.case_reach. Definer: callers may not write it.';

-- db/functions/core/tg_cases__tally.sql
comment on function core.tg_cases__tally() is
'Counts a deleted case out of its series; core.tg_cases__number counts it in. core.tg_cases__guard refuses undelete. Definer, and a
trigger: callers may not move a series.';

-- db/functions/core/tg_document_downloads__stamp.sql
comment on function core.tg_document_downloads__stamp() is
'Sets user and time.';

-- db/functions/core/tg_document_removals__guard.sql
-- Rules for every record of a removal from the document store
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
    raise exception using errcode = 'JCFIX', message = 'Only the remains of an upload can be removed';
  end if;

  return new;
end;
$$;

comment on function core.tg_document_removals__guard() is
'Allows removals only of what worker.sweep names: failed uploads that no worker has claimed.
Errors: JCFIX another document.';

-- db/functions/core/tg_document_texts__guard.sql
-- Rules for every write of a document's text
create or replace function core.tg_document_texts__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function core.tg_document_texts__guard() is
'Allows a text only for a document that is claimed now. Sets the case and its court.
Errors: JCVAL more than 20 MiB; JCLEA it is not claimed, or the claim has ended.';

-- db/functions/core/tg_documents__guard.sql
-- Rules for every write of a document
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

comment on function core.tg_documents__guard() is
'Sets user, time and the court of the case; allows each status to move forward once and a failed reading to begin again, and no
other change.
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

comment on function core.tg_documents__number() is
'Numbers the versions of a name, for each side, without gap or repeat, and refuses bytes that are in the case already. Definer: it
must see documents that the caller may not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

-- db/functions/core/tg_documents__queue.sql
comment on function core.tg_documents__queue() is
'Queues a completed document, or one to be read again, for the worker, which listens on the channel document_jobs. Definer: callers
may not touch the queue.';

-- db/functions/core/tg_organisation_links__guard.sql
-- Rules for every write of an organisation link
create or replace function core.tg_organisation_links__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function core.tg_organisation_links__guard() is
'Sets user, time and the court of the case; allows no change of a link except unlinking.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

-- db/functions/core/tg_organisation_links__participants.sql
comment on function core.tg_organisation_links__participants() is
'Gathers the participants again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

-- db/functions/core/tg_organisation_links__reach.sql
comment on function core.tg_organisation_links__reach() is
'Gathers core.case_reach again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none is missed. Definer: callers may not write it.';

-- db/functions/core/tg_status_transitions__next_statuses.sql
comment on function core.tg_status_transitions__next_statuses() is
'Keeps core.next_statuses in step. Definer: nothing else writes it.';

-- db/functions/core/ties.sql
-- The users and organisations of a case
create or replace function core.ties()
returns table (case_id uuid, way text, reached_by text, created_at timestamptz)
language sql
stable
security invoker
-- Without a search path, so that it is inlined into queries for some cases.
as $$
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

-- db/functions/core/trimmed.sql
comment on function core.trimmed(text) is 'The text without the white space around it; null if nothing is left.';

-- db/functions/core/write_cursor.sql
comment on function core.write_cursor(core.page_cursor, text, text) is
'An opaque text for URLs that contains a position in one order of a list.';

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

-- db/functions/audit/changed_fields.sql
comment on function audit.changed_fields(jsonb, jsonb) is 'The fields of the first document that differ in the second.';

-- db/functions/audit/changed_tips.sql
comment on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) is
'The cases between two ids that are new, gone or changed since an anchor whose tips are given. A length is null if there is no
trail, or was none.';

-- db/functions/audit/client_address.sql
comment on function audit.client_address() is
'The address that the server states, or null. A caller who can run SQL could state anything, so only as many characters are kept as
an address can have.';

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

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the previous digest and every column of the entry except its own digest, in the form that the entry names. In the
second form, different entries have different digests. The first form, of entries from before 0.7.0, also leaves out the court.
Null for an unknown form.';

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
$$;

comment on function audit.explain_refusal(text, uuid) is
'Explains why an operation was refused: whether the case or document exists, or the role may not use the operation. Records the
denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation; JCSES a caller role without a session.';

-- db/functions/audit/find_broken_chains.sql
comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries of one case, or of all, whose digest does not match their contents and predecessor. No row if all are as
they were written.';

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- The planner expects too few last entries, and would search all of them for each chain.
set enable_nestloop = off
as $$
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
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected
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

comment on function audit.find_broken_links(uuid, uuid) is
'The findings of audit.find_broken_chains for the cases between two ids; null stands for the first or the last case.';

-- db/functions/audit/find_broken_seals.sql
comment on function audit.find_broken_seals(jsonb) is
'For DBAs: the seals whose rows or position in the chain differ from what was sealed; all seals, or those after the given numbers
({"auth.sign_ins": 1440}). The rows of refusals and sign-ins that may have been removed after two years are not read.';

-- db/functions/audit/find_departures.sql
-- Whether the trails still match an anchor
create or replace function audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
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

comment on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) is
'For the cases between two ids, compared with the tips of an anchor: trails that are gone, shorter, or rewritten; and the findings
of audit.find_faults for cases that are new or changed since. No row of other cases is read, unless more than a hundred have
changed.';

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, for the cases between two ids: the findings of audit.find_broken_links and audit.find_unrecorded, trails without a case,
versions that are not the number of audited changes plus one, and entries of another court.';

-- db/functions/audit/find_seal_departures.sql
comment on function audit.find_seal_departures(text[], bigint[], bytea[]) is
'The newest seals of an anchor (as audit.journal_tips returned them) that are gone or different now.';

-- db/functions/audit/find_unrecorded.sql
-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- One case is best read by indexes, and many by hash joins.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.before, e.after
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
    -- Events must be in both places equally often.
    happened as (
      select s.case_id, 'status changed to ' || s.to_status as what
      from core.status_changes as s
      where s.case_id between p_from and p_to
      union all
      select d.case_id, 'document ' || d.id || ' downloaded'
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s %s: %s as %s', a.id, h.what, a.user_id, a.assignment_type)
      from core.assignments as a
      cross join lateral (select 'made' as what union all select 'revoked' where a.revoked_at is not null) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s: %s as %s', h.what, l.organisation_id, l.organisation_type)
      from core.organisation_links as l
      cross join lateral (select 'linked' as what union all select 'unlinked' where l.unlinked_at is not null) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case e.action
          when 'STATUS_CHANGE' then 'status changed to ' || (e.after ->> 'status')
          when 'DOCUMENT_DOWNLOAD' then 'document ' || e.entity_id || ' downloaded'
          when 'ASSIGNMENT_CREATE' then
            format('assignment %s made: %s as %s', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when 'ASSIGNMENT_REVOKE' then
            format('assignment %s revoked: %s as %s', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when 'ORGANISATION_LINK' then format('organisation linked: %s as %s', e.entity_id, e.after ->> 'organisationType')
          when 'ORGANISATION_UNLINK' then format('organisation unlinked: %s as %s', e.entity_id, e.before ->> 'organisationType')
        end as what
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

comment on function audit.find_unrecorded(uuid, uuid) is
'For DBAs, for the cases between two ids: fields of cases and documents, texts and removals that differ from their last entry;
changes of status, downloads, assignments and links that are more or fewer than the trail records.';

-- db/functions/audit/hold_journal.sql
comment on function audit.hold_journal(audit.journal) is
'Locks a journal until the end of the transaction, so that no row with an id lower than a sealed one appears later. For
audit.seal_journal only.';

-- db/functions/audit/last_expired.sql
comment on function audit.last_expired(audit.journal) is
'The last row of the last seal whose rows are all older than two years and that the newest anchor contains; null if there is none.
For auth.sweep.';

-- db/functions/audit/record_anchor.sql
comment on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) is
'Records an anchor once it is safe elsewhere. From then on, the refusals and sign-ins that it contains may be removed after two
years. This is all that casefile_backup can write; hence definer.';

-- db/functions/audit/record_refusal.sql
-- Record a denied access
create or replace function audit.record_refusal(p_case_id uuid, p_operation text, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it until the next analyze, or sort all of the user's rows.
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

comment on function audit.record_refusal(uuid, text, text) is
'Appends to audit.refusals. The same refusal within a minute (user, role, operation, case, reason, address) is counted in one row,
because a refused program may try again endlessly. Simultaneous refusals may each have a row. For audit.explain_refusal only,
which runs as the owner.';

-- db/functions/audit/seal_digest.sql
comment on function audit.seal_digest(bytea, audit.seals) is
'SHA-256 over the previous digest and every column of the seal except its own digest, in PostgreSQL''s binary form of a row.';

-- db/functions/audit/seal_journal.sql
-- Chain the rows of a journal since its last seal
create or replace function audit.seal_journal(p_journal audit.journal, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Each journal is a different table; a custom plan reads only that one.
set plan_cache_mode = force_custom_plan
as $$
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

comment on function audit.seal_journal(audit.journal, integer) is
'Seals at most so many rows, if there are any; returns how many. Writers of the journal wait meanwhile. For audit.seal_journals
only, which runs as the owner.';

-- db/functions/audit/seal_journals.sql
-- Chain the new rows of all journals
create or replace function audit.seal_journals(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '200ms'
as $$
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

comment on function audit.seal_journals(integer) is
'Makes at most one seal in each journal, of at most so many rows; returns the size of the largest. If that is the limit, there is
more to do. The server calls it every minute. Definer: the server may not read or write the tables.';

-- db/functions/audit/sealed_rows.sql
-- The rows of a journal, as a seal has them
create or replace function audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint)
returns table (id bigint, occurred_at timestamptz, content bytea)
language sql
stable
security invoker
-- Without a search path, so that it is inlined into queries that each read one journal.
as $$
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

comment on function audit.sealed_rows(audit.journal, bigint, bigint) is
'The rows after one id up to another, each with all columns in PostgreSQL''s binary form of a row, in which different rows have
different bytes.';

-- db/functions/audit/tg_assignments__audit.sql
comment on function audit.tg_assignments__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

-- db/functions/audit/tg_cases__audit.sql
comment on function audit.tg_cases__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

-- db/functions/audit/tg_document_downloads__audit.sql
comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download, including those that found damaged bytes. Definer: nothing else may write entries.';

-- db/functions/audit/tg_document_removals__audit.sql
comment on function audit.tg_document_removals__audit() is
'Writes one entry for each document whose bytes are gone. Definer: nothing else may write entries.';

-- db/functions/audit/tg_document_texts__audit.sql
comment on function audit.tg_document_texts__audit() is
'Writes one entry for each text, with its SHA-256 and never the text itself. Definer: nothing else may write entries.';

-- db/functions/audit/tg_documents__audit.sql
comment on function audit.tg_documents__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

-- db/functions/audit/tg_keep_two_years.sql
-- Keep rows for two years
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
      message = format('%s of %s is refused: its rows are kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

comment on function audit.tg_keep_two_years() is
'Refuses the removal of a row less than two years old, also to the owner and superusers. auth.sweep removes older rows.
Errors: JCAPP too early.';

-- db/functions/audit/tg_organisation_links__audit.sql
comment on function audit.tg_organisation_links__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

-- db/functions/audit/tg_record_reference_change.sql
comment on function audit.tg_record_reference_change() is
'Records a change of a reference row, which is shipped and which an administrator may change. Its arguments are the columns of the
primary key. Definer: nobody else writes audit.reference_changes.';

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
  -- Compares whole rows, so that later columns are protected as well.
  old.times := old.times + 1;

  if new is distinct from old then
    raise exception using errcode = 'JCAPP', message = 'Only the count of a recorded refusal can change';
  end if;

  return new;
end;
$$;

comment on function audit.tg_refusals__guard() is
'Allows a refusal to be counted once more, and refuses every other change, also to the owner and superusers.
Errors: JCAPP another change.';

-- db/functions/audit/tg_refuse_change.sql
-- Keep rows as they were written
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
    message = format('%s of %s is refused: this table keeps what was recorded', tg_op, tg_relid::regclass);
end;
$$;

comment on function audit.tg_refuse_change() is
'Refuses what its triggers name (UPDATE, DELETE, TRUNCATE), also to the owner and superusers, until they remove the triggers.
Errors: JCAPP append-only.';

-- db/functions/auth/add_claim_rule.sql
comment on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) is
'Adds a rule that gives a membership to every user with a value in the claims. Court and organisation are fixed, or come from a
claim. Returns the rule''s id.
Errors: JCVAL unknown role or court.';

-- db/functions/auth/add_membership.sql
comment on function auth.add_membership(text, text, text, text) is
'Gives a user a membership; the court by name or code. Returns its id.
Errors: JCVAL unknown role or court.';

-- db/functions/auth/add_user.sql
comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it only through functions.
Errors: those of core.plain_name.';

-- db/functions/auth/after_restore.sql
-- Make a restored database ready to be served
create or replace function auth.after_restore(p_mark jsonb, p_gap integer, p_anyway boolean)
returns auth.restore
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
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

comment on function auth.after_restore(jsonb, integer, boolean) is
'After a restore from a dump, a recovery to a moment, or for a copy with a life of its own: ends all sessions and keys, moves each
number series beyond any number that may have been issued, records this in audit.restores, and records where the database lives
now. Done once. Use `p_anyway` if nothing indicates a restore. Only for the owner.
Errors: JCFIX nothing indicates a restore.';

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

comment on function auth.change_membership(bytea, bytea, text, text, text) is
'Opens a session in another membership of the same user, with the same end, and ends the previous session. The court is given by
name or code. Court and organisation may be left out if one membership fits. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role, a name beyond its limit; JCNOM not a membership of this user; JCMNY several fit.';

-- db/functions/auth/change_user.sql
comment on function auth.change_user(text, text, text, text, boolean) is
'Changes the stated fields of a user; null keeps a field. Every change ends the user''s sessions.
Errors: JCNIL no such user.';

-- db/functions/auth/check_home.sql
comment on function auth.check_home(jsonb) is
'Compares this database with the mark in the document store (null: there is none). CLUSTER: it was restored or copied to another
cluster; LOST: it lacks the newest entry that a server has seen, so it was restored to an earlier moment; STORE: the store belongs
to another database, or has lost the mark that it had. Null: all is well. Definer: a server may not read the tables.';

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
'The error of a role that is missing or unknown; null if it is valid.';
revoke all on function auth.check_role(text) from public;

-- db/functions/auth/claim_session.sql
-- Set the claims of a session's caller
create or replace function auth.claim_session(p_token_sha256 bytea, p_reads boolean)
returns text
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function auth.claim_session(bytea, boolean) is
'Sets what core.claim reads, until the end of the transaction, and moves the session''s expiry if that is due. Returns the database
role. Definer: the server may not read the table, nor know the names of these settings.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

-- db/functions/auth/claims_prefix.sql
-- The prefix of the settings that hold a caller's claims
create or replace function auth.claims_prefix()
returns text
language plpgsql
-- The secret never changes. The plan of the one expression that calls this contains it, and a connection reads the table only
-- once.
immutable
security invoker
set search_path = ''
as $$
begin
  -- A plan contains the result, so a printed plan would show it.
  if current_setting('debug_print_plan') <> 'off' then
    raise exception using errcode = 'JCSES', message = 'No requests are served while debug_print_plan is on';
  end if;

  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database. Knowing it is enough to act as any user. For auth.claim_session and core.claim only.
Errors: JCSES a plan that contains it would be shown.';

-- db/functions/auth/count_log_in.sql
-- Count a log-in that begins, unless there were too many
create or replace function auth.count_log_in(p_client text, p_per_minute integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it for each log-in, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function auth.count_log_in(text, integer) is
'Counts a log-in and returns null if the client has begun fewer than p_per_minute within a minute; otherwise returns the seconds
until one more may begin. All servers count together. Definer: the server may not write the table.';

-- db/functions/auth/end_membership.sql
comment on function auth.end_membership(uuid) is
'Ends a membership and its sessions.
Errors: JCNIL no such active membership.';

-- db/functions/auth/end_sessions.sql
-- End all sessions of somebody
create or replace function auth.end_sessions(p_user_id text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; returns how many. Tokens issued until now open no new session. A user whom the directory does not
know may have sessions of the mock. Definer: a registrar may not write the tables.
Errors: JCNIL no such user.';

-- db/functions/auth/find_court.sql
comment on function auth.find_court(text) is
'The code of the court with that name or code; null if none is stated or there is no such court.';

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
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

-- db/functions/auth/find_user.sql
comment on function auth.find_user(jsonb, boolean) is
'The user with the issuer and subject of these claims; null for none. If adding users is allowed, a missing user is added, with the
subject as user id, unless another user has that id. Locks the row: disabling the user waits for the sign-in and ends its session,
or the sign-in waits and is refused. Two sign-ins of one user take turns.';

-- db/functions/auth/get_session.sql
-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.session
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

comment on function auth.get_session(bytea) is
'A session, with its user''s memberships; null if there is none. Definer: the server may not read the table.';

-- db/functions/auth/import_contradiction.sql
comment on function auth.import_contradiction(jsonb) is
'Line and field of a row that contradicts an earlier row about the same user; null for none. Otherwise the last row would win, and
each import of the file would change the user again.';

-- db/functions/auth/import_directory.sql
-- Take over a file of users and memberships
create or replace function auth.import_directory(p_rows jsonb, p_dry_run boolean)
returns setof auth.directory_difference
language plpgsql
volatile
security definer
set search_path = ''
-- Tables grow while their plans are kept: a plan for small tables would read all users for each row.
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

comment on function auth.import_directory(jsonb, boolean) is
'Changes the directory to match the rows of a file, one for each membership of a user: line, userId, issuer, subject, name,
enabled, role, court, organisationId. For the users that it names, the file is complete: their other memberships end. Other users
stay unchanged. Returns the differences; a dry run returns the same and changes nothing. A long file may come in pieces if all
rows of a user are in one piece.
Errors: JCVAL a row that is refused, with field and line.';

-- db/functions/auth/import_endings.sql
comment on function auth.import_endings(jsonb) is
'Ends those memberships of the users in these rows that the rows do not list; returns them.';

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

comment on function auth.import_membership(jsonb) is
'Adds the membership of a row, if its user does not have it; returns the difference, null for none.
Errors: JCVAL unknown role or court, or none where there is a court or an organisation.';

-- db/functions/auth/import_problem.sql
comment on function auth.import_problem(text, text, text) is
'An error of a row, in the words of the file.';

-- db/functions/auth/import_user.sql
-- The user of one row of a file
create or replace function auth.import_user(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function auth.import_user(jsonb) is
'Adds or changes the user of a row; returns the difference, null for none. Empty fields of the row change nothing.';

-- db/functions/auth/is_issued_since.sql
-- Whether a token was issued since its user's sessions were ended
create or replace function auth.is_issued_since(p_claims jsonb, p_since timestamptz)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
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

comment on function auth.is_issued_since(jsonb, timestamptz) is
'Whether a token was issued after that time, by the claim iat, which providers give in whole seconds. A token of the same second
counts as older, so a user who signs in again within that second must do so twice. The time is by the provider''s clock: if it is
ahead of ours, tokens from shortly before may pass. A token without iat counts as older; without a time, every token passes.';

-- db/functions/auth/is_safe_return_url.sql
comment on function auth.is_safe_return_url(text) is
'Whether it is a path on this site. Browsers read //host and /\host as another host.';

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

comment on function auth.known_court(text) is
'The same as auth.find_court, but a court that is stated must exist.
Errors: JCVAL there is no such court.';

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

-- db/functions/auth/landing_page.sql
comment on function auth.landing_page(text, core.user_role) is
'The page that the browser came from, if it is safe; otherwise the first page of the role.';

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each login, until the next analyze.
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
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

comment on function auth.limit_sessions(text, core.user_role) is
'Keeps a user to twenty sessions in one role, including the next one: ends those that would expire first. Simultaneous logins may
each leave one more, until the next login.';

-- db/functions/auth/list_claim_rules.sql
comment on function auth.list_claim_rules() is
'The active rules.';

-- db/functions/auth/list_directory.sql
comment on function auth.list_directory() is
'Every user with their active memberships; a user without any has a row as well.';

-- db/functions/auth/list_memberships.sql
comment on function auth.list_memberships(text, jsonb) is
'The active memberships of a user, and those that active claim rules gave (auth.match_claims), with the rule''s id as their id. A
membership that is both in the directory and claimed appears once.';

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

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session for any user name, in a database marked LOCAL or TEST, and ends the browser''s previous one. A user whom the
directory knows in this role gets the court and organisation from there, unless stated. Definer: the server may not write the
table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court, a text beyond its limit.';

-- db/functions/auth/log_in_with_claims.sql
-- Open a session through the claims of an identity provider
create or replace function auth.log_in_with_claims(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_claims jsonb,
  p_kind text,
  p_membership_id uuid,
  p_expires_at timestamptz,
  p_adds_users boolean,
  p_return_url text,
  p_request_id uuid,
  p_client_address text
)
returns auth.sign_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) is
'Opens a session for the user whom verified claims name, and ends the browser''s previous one. The membership is the named one, or
the only one. A user with several gets a cookie session without a role, and then chooses one. A refusal is an answer, so that its
record is committed: JCUNK unknown user; JCOFF disabled; JCEND a token from before all sessions of the user were ended; JCNOM no
membership, or not this one; JCMNY several and none chosen. The session ends at p_expires_at, or 12 hours from now. Definer: the
server may not read the directory, nor write sessions.';

-- db/functions/auth/log_out_provider.sql
comment on function auth.log_out_provider(text, text, text) is
'Ends the sessions that a provider says have ended: those of its session if it names one, otherwise those of the subject. Returns
how many. A bearer token that is still valid opens another session, because its provider has not withdrawn it; auth.end_sessions
stops it. Definer: the server may not write the table.';

-- db/functions/auth/look_at_replication.sql
-- The state of a standby, or of a primary's standbys
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: its position, whether it is paused, and its name at the primary.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|\s)application_name=(\S+)'),
        substring(r.conninfo from '(?:^|\s)fallback_application_name=(\S+)')
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
        where c.setting like 'synchronous\_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

comment on function auth.look_at_replication() is
'For the server, which reads from standbys only while every commit waits until they have applied it. Definer: the views of
replication show their rows only to members of pg_read_all_stats.';

-- db/functions/auth/mark_database.sql
-- Say what this database is for
create or replace function auth.mark_database(p_kind text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if exists (select from core.cases) or exists (select from auth.database_kind) then
    raise exception using errcode = 'JCFIX', message = 'A database can be marked only once, and only before it has cases';
  end if;

  insert into auth.database_kind (kind) values (p_kind);
end;
$$;

comment on function auth.mark_database(text) is
'Marks a database as LOCAL, TEST, DEV or PROD: once, while it has no cases. Only for the owner. The mock opens sessions only in a
database marked LOCAL or TEST.
Errors: JCFIX there are cases, or it is marked already.';

-- db/functions/auth/match_claims.sql
comment on function auth.match_claims(jsonb) is
'The memberships that claim rules give for these claims, in the form of auth.list_memberships. A rule whose court or organisation
comes from a claim gives none if the claim names none. Locks those rules, so that ending a rule waits, and then finds the session.';

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

comment on function auth.may_be_user_id(text) is
'Whether the provider''s name for a user can be the user id here, unchanged.';

-- db/functions/auth/memberships_detail.sql
comment on function auth.memberships_detail(text, jsonb) is
'DETAIL of an error JCMNY: the user''s memberships, in the spelling of the API.';

-- db/functions/auth/open_session.sql
comment on function auth.open_session(auth.sessions, uuid, text) is
'Opens a session, records it, and ends those that auth.limit_sessions selects. It ends after 12 hours unless stated.';

-- db/functions/auth/record_sign_in.sql
-- Keep what became of a sign-in
create or replace function auth.record_sign_in(
  p_session auth.sessions,
  p_outcome text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it for each refusal, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function auth.record_sign_in(auth.sessions, text, uuid, text) is
'Appends to auth.sign_ins. A refusal is recorded only if the same one (issuer, subject, kind, outcome, address) was not recorded
within the last minute, because a refused program may try again endlessly. Simultaneous refusals may each be recorded.';

-- db/functions/auth/refusal_message.sql
-- Why somebody may not sign in, for people
create or replace function auth.refusal_message(p_code text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_code
    when 'JCUNK' then 'Casefile does not know you. Ask a registrar to add you.'
    when 'JCOFF' then 'Your access has been turned off. Ask a registrar.'
    when 'JCEND' then 'This token was issued before all your sessions were ended. Get a new one from the identity provider.'
    when 'JCNOM' then 'You do not have this membership. Ask a registrar.'
    when 'JCMNY' then 'You have several memberships. Choose one.'
  end;
$$;

-- db/functions/auth/resume.sql
-- Become the caller of a session
create or replace function auth.resume(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_reads boolean default false
)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function auth.resume(bytea, uuid, text, boolean) is
'Sets the database role and the claims of the session''s caller until the end of the transaction. Policies and triggers read the
claims with core.claim. Returns the role. For an operation that only reads, makes the transaction read-only.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

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

comment on function auth.sweep(integer) is
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins from over two years ago that an anchor
contains; of each, at most the limit. Returns the largest of these numbers. If that is the limit, there is more to do. Definer:
the server may not write the tables.';

-- db/functions/auth/take_mark.sql
-- How far this database has come
create or replace function auth.take_mark()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
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

-- db/functions/auth/tg_claim_rules__end_sessions.sql
comment on function auth.tg_claim_rules__end_sessions() is
'Ends the sessions that a changed rule opened. A sign-in locks the rules that it reads (auth.match_claims). Definer: a registrar
may not write sessions.';

-- db/functions/auth/tg_memberships__end_sessions.sql
-- A membership that ends, or changes, ends its sessions
create or replace function auth.tg_memberships__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    -- A sign-in that read the old membership holds this lock until it has committed its session.
    perform from auth.users as u where u.user_id = old.user_id for no key update;
    delete from auth.sessions where user_id = old.user_id and membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_memberships__end_sessions() is
'Ends the sessions that a changed membership opened, including those of a running sign-in. Definer: a registrar may not write
sessions.';

-- db/functions/auth/tg_record_directory_change.sql
comment on function auth.tg_record_directory_change() is
'Records a change of the directory. Its arguments are the kind of thing that changes, and the column of its id. Definer: nobody
else writes auth.directory_changes.';

-- db/functions/auth/tg_users__end_sessions.sql
comment on function auth.tg_users__end_sessions() is
'Ends the sessions of a changed user. A sign-in holds the lock of the row (auth.find_user), so that no session is missed. Definer:
a registrar may not write sessions.';

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
  set expires_at = least(now() + interval '30 minutes', ends_at)
  -- Does not wait for a lock: its holder is moving the expiry or ending the session.
  where token_sha256 = (
    select s.token_sha256
    from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.expires_at > now() and s.expires_at < s.ends_at
    for no key update skip locked
  );
$$;

comment on function auth.touch_session(bytea) is
'Moves a session''s expiry to 30 minutes from now, or to its end if that is sooner. A bearer''s expiry is its end already. An
expired session stays expired. Definer: the server may not write the table.';

-- db/functions/worker/check_home.sql
comment on function worker.check_home(jsonb) is
'auth.check_home, for the worker: on a restored database, the worker would remove documents that the database does not know.
Definer: the worker may not look into auth.';

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

comment on function worker.claim_document(integer, text) is
'The next document to scan ("scan") or read ("read"), for this worker only, until the lease ends; null if there is none. If no task
is named, scanning comes first. A killed worker''s document is claimed again after its lease, five times in all; then worker.sweep
gives it up.
Errors: JCFIX another task.';

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

  -- An unscanned document stays unscanned and is never served. A deleted one does not change.
  update core.documents as d
  set ocr_status = 'failed', ocr_failure_reason = coalesce(v_job.last_failure, 'The document could not be processed')
  where d.id = p_document_id and d.deleted_at is null and d.ocr_status in ('pending', 'processing');
end;
$$;

comment on function worker.give_up(uuid) is
'Ends the work on a document as failed. worker.read_again starts it again.';

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
    raise exception using errcode = 'JCLEA', message = 'This worker has lost its claim on the document';
  end if;
end;
$$;

-- db/functions/worker/measure_queue.sql
comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has waited; claimed documents do not count. Reads only
the queue. Definer: the server, which reports it, may not read the table. For servers up to 0.4.0; see worker.measure_tasks.';

-- db/functions/worker/measure_tasks.sql
comment on function worker.measure_tasks() is
'How many documents wait for scanning, for reading, and for removal after a failed upload; and for how many seconds the oldest of
each has waited. Claimed documents do not count. Definer: the server, which reports it, may not read the tables.';

-- db/functions/worker/read_again.sql
comment on function worker.read_again(uuid[]) is
'Queues these documents, or all, if their reading failed; returns them. One that was never scanned is scanned first.';

-- db/functions/worker/record_failure.sql
-- Record a failed attempt
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

comment on function worker.record_failure(uuid, uuid, text, boolean, boolean) is
'Gives the document back, to be tried again after a delay that doubles with each attempt, up to a minute. After the fifth failure,
or a final one, gives it up.
Errors: JCLEA the claim is lost.';

-- db/functions/worker/record_removal.sql
comment on function worker.record_removal(uuid) is
'Records a removal, so that worker.sweep does not name the document again.';

-- db/functions/worker/record_scan.sql
-- Record the virus scan
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

comment on function worker.record_scan(uuid, uuid, text) is
'Records clean, infected or skipped, and ends the claim. A readable document then waits for the next claim. Returns false, because
workers of 0.3 ask whether to read it themselves.
Errors: JCFIX no outcome; JCLEA the claim is lost.';

-- db/functions/worker/record_text.sql
-- Record the text of a document
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

  -- Locks the document before the audit chain, as everything else does.
  update core.documents
  set ocr_status = 'complete', ocr_page_count = p_page_count, ocr_pages_read = p_pages_read
  where id = p_document_id;

  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
  delete from core.document_jobs where document_id = p_document_id;
end;
$$;

comment on function worker.record_text(uuid, uuid, text, integer, integer) is
'Stores the text and how many pages it is from; ends the work on the document.
Errors: JCLEA the claim is lost.';

-- db/functions/worker/sweep.sql
-- End unfinished work
create or replace function worker.sweep(p_upload_seconds integer default 3600)
returns setof worker.failed_upload
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function worker.sweep(integer) is
'Ends abandoned uploads, and documents that failed too often. Returns failed uploads whose bytes must be removed from the document
store; worker.record_removal records that.';

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

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to the same request, while the caller reaches the case. Null if the key is new: the key then
belongs to the caller until the end of the transaction, and api.keep_answer must follow. A rollback frees the key.
Errors: JCMIS the case is not within reach any more; JCKEY another request, or the caller''s court or organisation is another;
23514 an empty key, or one beyond its limit.';

-- db/functions/api/complete_upload.sql
-- Complete an upload
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

comment on function api.complete_upload(uuid, bigint, text, text) is
'Ends an upload whose bytes are all stored: fixes size, hash, type and version number, and hands the document to the worker.
Errors: 42501 not for this role; JCNIL no upload of the caller under way; JCSAM the same bytes are in the case already; JCVAL an
empty file, one that is too large, or content that is not what the name says.';

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
      message = 'This user already has this assignment to the case',
      detail = '{"reason": "ALREADY_ASSIGNED"}';
  end if;

  return (select r from core.assignment_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_assignment(uuid, text, text) is
'Assigns a user to a case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no user, no valid user id, no or unknown type;
JCDUP already assigned.';

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

comment on function api.create_case(text, text, text, text, text, timestamptz) is
'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, a text beyond its limit, a time in no year that can be written, no court.';

-- db/functions/api/delete_case.sql
comment on function api.delete_case(uuid, integer, integer[]) is
'Deletes a case softly: after that, only the audit trail shows it.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';

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

comment on function api.download_document(uuid) is
'Returns where the bytes of a document are. The download is recorded before any of them are sent.
Errors: JCMIS no document within reach; JCINF infected; JCUNS not scanned yet.';

-- db/functions/api/get_admin_only.sql
comment on function api.get_admin_only() is
'Returns the caller, for case officers.
Errors: 42501 not for this role.';

-- db/functions/api/get_document.sql
comment on function api.get_document(uuid) is
'The details of a document.
Errors: JCMIS no document within reach.';

-- db/functions/api/get_protected.sql
comment on function api.get_protected() is
'Returns the caller.';

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
'The values that requests and answers use, and which status may follow which. Definer: the server calls it without a session.';
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

comment on function api.get_upload_form(uuid) is
'The document types for an upload form.
Errors: 42501 not for this role; JCMIS no case within reach.';

-- db/functions/api/keep_answer.sql
-- Keep the answer to a write under its Idempotency-Key
create or replace function api.keep_answer(p_key text, p_answer anyelement)
returns anyelement
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function api.keep_answer(text, anyelement) is
'Keeps an answer, which api.claim_key returns later, and returns it. Definer: nothing else may read or write kept answers.
Errors: JCVAL more than 1 MiB; JCKEY the caller has not claimed the key, or has its answer already.';

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
'Links an organisation to a case. From now on, its workers reach the case.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL no organisation, no valid organisation id, no or
unknown type; JCDUP already linked.';

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

comment on function api.list_case_audit(uuid, integer, integer, text) is
'The audit trail of a case, newest first, 50 a page by default; by page number, or by the cursor of the previous page.
Errors: JCMIS no case within reach; 42501 not for this role; JCVAL no such page, a cursor that is none.';

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
-- One plan serves all pages. It must be good even if it was made while the tables were almost empty.
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

comment on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) is
'The cases within reach, newest first and 20 a page by default; by page number, or by the cursor of the previous page.
Errors: JCVAL an unknown word, no such page, a cursor that is none.';

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
'Every family court, by name. Definer: the server calls it without a session.';
revoke all on function api.list_courts() from public;
grant execute on function api.list_courts() to casefile_api;

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
  perform core.refuse(core.check_length('filename', p_filename, 255));

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

comment on function api.list_documents(uuid, text, text, text, integer, integer, text) is
'The documents of a case, newest first; to an adopter, its own. Without paging arguments all of them, up to 1,000; otherwise by
page number, 20 a page by default, or by the cursor of the previous page.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page, a cursor that is none, a user id beyond its limit.';

-- db/functions/api/report_damage.sql
comment on function api.report_damage(uuid) is
'Records that a download failed because the bytes in the document store are missing or damaged.
Errors: JCMIS no document within reach.';

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
  perform core.refuse(core.check_length('organisationId', p_organisation_id, 100));

  update core.organisation_links
  set unlinked_at = now()
  where case_id = v_case.id and organisation_id = core.trimmed(p_organisation_id) and unlinked_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'Organisation not found', detail = '{"reason": "ORGANISATION_NOT_LINKED"}';
  end if;
end;
$$;

comment on function api.unlink_organisation(uuid, text) is
'Ends the link of an organisation to a case, and the access that it gave, at once.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL an organisation id beyond
its limit; JCNIL not linked to the case.';

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
'Begins an upload: the document has the status uploading before its first byte is stored. Its bytes go to the document store; then
api.complete_upload or api.fail_upload ends the upload.
Errors: 42501 not for this role; JCMIS no case within reach; JCVAL a file name or type that is not allowed, a description that is
missing or too long.';

-- db/functions/request/upload_document.sql
-- Written by scripts/gen-migration
create or replace function request.upload_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  -- The upload that it begins has ended, and its answer is kept.
  if p_key is not null and api.claim_key(p_key, p_request_sha256) is not null then
    return null;
  end if;

  return api.upload_document(p_case_id, p_filename, p_document_type, p_description);
end;
$$;

-- db/policies/core.assignments.sql
comment on policy select_to_owner on core.assignments is 'core.ties and core.gather_participants read them.';

-- db/policies/core.case_number_gaps.sql
comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use runs as the user who creates a case.';

-- db/policies/core.cases.sql
comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court, within the column grants and tg_cases__guard.';

-- db/policies/core.document_downloads.sql
comment on policy insert_reached on core.document_downloads is 'Every user who may read the document, by the policies of core.documents.';

-- db/policies/core.document_removals.sql
comment on policy insert_to_processor on core.document_removals is 'The worker records what it removed.';

-- db/policies/core.document_types.sql
comment on policy select_any on core.document_types is 'Everybody sees the document types.';
comment on policy all_to_owner on core.document_types is 'An administrator changes the document types.';

-- db/policies/core.documents.sql
comment on policy update_to_processor on core.documents is 'The worker records what it found, within the column grants and tg_documents__guard.';
comment on policy update_own_upload on core.documents is 'An uploader ends the upload.';

-- db/policies/core.kept_answers.sql
comment on policy select_own on core.kept_answers is
'A caller gets its kept answers again while it reaches the case, by the policies of core.cases.';

-- db/policies/core.organisation_links.sql
comment on policy select_to_owner on core.organisation_links is 'core.ties and core.gather_participants read them.';

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

-- db/types/api.caller.sql
comment on type api.caller is 'Who is calling. court_assignment is the court''s name.';

-- db/types/api.case_permissions.sql
comment on type api.case_permissions is 'What this caller may do with this case next.';

-- db/types/api.case_record.sql
comment on type api.case_record is 'A case as its caller may see it; what it may not see is null.';

-- db/types/api.document_type.sql
alter type api.document_type drop attribute description_required;

-- db/types/api.download.sql
comment on type api.download is 'Where the bytes of a document are, and what they are.';

-- db/types/api.upload.sql
comment on type api.upload is
'An upload that has begun: where its bytes go, what they have to be, and how many there may be.';

-- db/types/auth.log_in.sql
alter type auth.log_in drop attribute expires_at;
alter type auth.log_in drop attribute ends_at;

-- db/types/core.case_status.sql
comment on type core.case_status is
'Where a case stands. core.status_transitions says what may follow; a status that nothing may follow is terminal.';

-- db/types/core.case_filter.sql
comment on type core.case_filter is
'Which cases a list is about; null for any. since and before bound the next hearing, or else the creation.';

-- db/types/core.user_role.sql
comment on type core.user_role is 'Who a caller is. The database role of the same name in lower case is what it may do.';

-- db/types/worker.job.sql
comment on type worker.job is 'A document that a worker has claimed, and what it is to do with it.';

-- db/types/worker.queue_state.sql
comment on type worker.queue_state is 'How many documents wait for a worker, and how long the oldest has.';

-- db/types/api.membership.sql
comment on type api.membership is 'What somebody may be here. court_assignment is the court''s name.';

-- db/types/api.session.sql
alter type api.session drop attribute ends_at;
comment on type api.session is 'Whose session it is, until when, and what else its user may be.';

-- db/types/auth.directory_difference.sql
comment on type auth.directory_difference is 'What a line of a file changes in the directory.';

-- db/types/auth.directory_entry.sql
comment on type auth.directory_entry is 'A user with one of its memberships; court is the court''s name.';

-- db/types/auth.sign_in.sql
comment on type auth.sign_in is 'The session that was opened, or why none was: a refusal is no error, so that its record is kept.';

-- db/types/core.page_cursor.sql
comment on type core.page_cursor is 'A place in an ordered list: of cases, documents or entries of the audit.';

-- db/types/auth.restore.sql
comment on type auth.restore is 'What auth.after_restore has done; is_new is false where it had been done before, and nothing has happened since.';

-- db/types/worker.task_state.sql
comment on type worker.task_state is 'How many documents wait for one kind of work, and how long the oldest has.';

-- db/types/core.case_count.sql
comment on type core.case_count is 'How many cases there are; or is_minimum, and there are more.';

-- db/types/audit.journal.sql
comment on type audit.journal is
'The tables that audit.seals chains, in the order in which they are sealed: those first whose writers may keep it waiting.';

-- db/tables/core.courts.sql
comment on column core.courts.code is
'Stands in every case number of the court. Given to the court, never derived from its name: initials collide.';

-- db/tables/core.cases.sql
comment on table core.cases is
'Adoption cases. Whoever reaches a case may read every column here; what an adopter must not see stands in side tables.';
comment on column core.cases.status_change_id is 'The change that led to the present status; null before the first.';

comment on column core.cases.status_reason is
'Where an update states the reason of its status change. A trigger moves it to core.status_change_particulars, so that it is always null at rest.';
comment on column core.cases.details_version is 'The version of the case that brought its present core.case_details.';
comment on column core.cases.deleted_at is 'Set once, by a soft delete; nothing changes afterwards.';

comment on column core.cases.status_place is
'To filter and sort by. Under row-level security an index serves only operators that PostgreSQL knows to be leakproof: those of numbers, texts and times, and not those of an enum.';
comment on column core.cases.case_type_place is 'To filter by.';
comment on column core.cases.attention_place is 'To sort by: the greater, the sooner the next hearing.';
comment on column core.cases.scheduled_at is 'The next hearing, or the creation where none is fixed: what the dates of a filter are about.';

-- db/tables/audit.entries.sql
comment on column audit.entries.entity is 'What was changed: case, assignment or organisation.';
comment on column audit.entries.actor is 'The caller; for a change made past the server, the database login.';
comment on column audit.entries.actor_role is 'The caller''s role, or DATABASE for a change made past the server.';

comment on column audit.entries.digest is
'SHA-256 over the digest of the case''s entry before this one and this entry: audit.find_broken_chains recomputes it.';

comment on column audit.entries.court_code is
'The court of the case at the time, whose officers read it. In the first form no part of the digest; audit.find_faults compares it
with the case.';
comment on column audit.entries.digest_form is 'In which form audit.entry_digest makes the digest; 1 for entries from before 0.7.0.';

-- db/tables/audit.refusals.sql
comment on column audit.refusals.times is 'How often, within a minute of occurred_at; the other columns are of the first time.';

-- db/tables/auth.sessions.sql
comment on table auth.sessions is 'Who is signed in: by a cookie, or by a bearer token that has been verified.';
comment on column auth.sessions.token_sha256 is 'The token itself is with the client alone.';

comment on column auth.sessions.expires_at is
'30 minutes after the last use, moved at most once a minute, and never beyond ends_at; that of a bearer stands still.';
comment on column auth.sessions.user_role is 'Null until somebody with several memberships has chosen one.';
comment on column auth.sessions.membership_id is 'The membership, or the claim rule, that it was opened by.';
comment on column auth.sessions.ends_at is 'However much it is used: 12 hours after it was opened; for a bearer, when the token ends.';

-- db/tables/core.assignments.sql
comment on table core.assignments is 'Ties a user to a case. Revoking keeps the row and ends the access at once.';

-- db/tables/core.assignment_particulars.sql
comment on table core.assignment_particulars is 'Who assigned, and who revoked: hidden from adopters.';

-- db/tables/core.case_details.sql
comment on table core.case_details is
'What only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the case, in this order.';
comment on column core.case_details.version is 'The version of the case from which on this row holds.';
comment on column core.case_details.created_by is 'Who created the case; carried along.';

-- db/tables/core.case_number_series.sql
comment on table core.case_number_series is
'The last case number given out, one gapless series per court and year, and how many of its cases there are. Its row is
locked until the creation or deletion commits.';
comment on column core.case_number_series.case_count is 'Cases that have a number of it and are not deleted.';

-- db/tables/core.case_participants.sql
comment on table core.case_participants is
'Who takes part in a case now: what its active assignments and links say, gathered by their triggers for whoever reads cases.
No row for a case that nobody was ever tied to. Hidden from adopters.';
comment on column core.case_participants.applicant_ids is 'Users, in the order of their assignment.';

-- db/tables/core.document_types.sql
comment on table core.document_types is 'What a document can be, as a form shows it.';

-- db/tables/core.documents.sql
comment on table core.documents is
'What is known of the documents of a case. Their bytes are in the document store, under the id of case and document.';
comment on column core.documents.mime_type is 'What the content is, not what its sender said.';
comment on column core.documents.version is 'Counts the documents of one name on one side of a case; given at completion, behind the case''s lock, never changed.';
comment on column core.documents.ocr_page_count is 'How many pages it has; known once it has been read.';
comment on column core.documents.ocr_pages_read is 'Of how many pages its text is: the others could not be read, or were too many.';

-- db/tables/core.document_downloads.sql
comment on table core.document_downloads is 'Who has been given a document. Append-only.';

comment on column core.document_downloads.found_damaged is
'Nothing was given: the bytes in the document store are gone, or not those that were stored.';

-- db/tables/core.document_jobs.sql
comment on table core.document_jobs is
'What the worker has still to do: to scan and to read a document. A row goes when all is done.';
comment on column core.document_jobs.run_at is 'Not before; moved with each failure.';
comment on column core.document_jobs.lease is 'Names the claim; after leased_until somebody else may take the document.';
comment on column core.document_jobs.last_failure is 'Why the attempt before failed; for ops.';
comment on column core.document_jobs.queued_at is 'Since when the document waits; never moved.';

-- db/tables/core.document_removals.sql
comment on table core.document_removals is 'Failed uploads of which the document store holds nothing any more.';

-- db/tables/core.document_texts.sql
comment on table core.document_texts is 'What the worker read from a document.';

-- db/tables/core.file_types.sql
comment on table core.file_types is 'Which files are allowed, by the end of their name; the content has to be of the same type.';

-- db/tables/core.kept_answers.sql
comment on table core.kept_answers is
'Answers to writes that came with an Idempotency-Key, to be given again to the same caller for the same request.';
comment on column core.kept_answers.key is 'The Idempotency-Key. Each caller has keys of its own.';
comment on column core.kept_answers.court_code is 'The court that the caller had, without which it would be answered otherwise.';
comment on column core.kept_answers.request_sha256 is 'Of all that makes the request; the server says of what.';
comment on column core.kept_answers.answer is 'Null in the transaction that does the work, until it has its answer.';
comment on column core.kept_answers.expires_at is 'From then on the key is as good as new; auth.sweep removes the row.';

-- db/tables/core.organisation_links.sql
comment on table core.organisation_links is
'Ties a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';

-- db/tables/core.status_changes.sql
comment on table core.status_changes is 'The history of a case''s status, written by a trigger alone.';

-- db/tables/core.status_change_particulars.sql
comment on table core.status_change_particulars is 'Who changed a status, and why: hidden from adopters.';

-- db/tables/core.status_transitions.sql
comment on table core.status_transitions is 'Which status may follow which. A status without a row here is terminal.';
comment on column core.status_transitions.roles is 'Who may make this change.';

-- db/tables/audit.reference_changes.sql
comment on table audit.reference_changes is
'Each change of a reference row (courts, status transitions, document types, file types), written by a trigger. Append-only.
Rows that are shipped with a new database are no change.';

-- db/tables/auth.claim_rules.sql
comment on table auth.claim_rules is
'Whoever signs in with the value at the path of its claims (a string, or an array with that string in it) has this membership, as long
as that session lasts. Ending a rule keeps the row.';

-- db/tables/auth.database_kind.sql
comment on table auth.database_kind is 'What this database is for, marked once, when it is made. Append-only; one row at most.';

-- db/tables/auth.users.sql
comment on table auth.users is
'Who may sign in. The provider says who somebody is (issuer and subject), this row which user that is here. Never removed: disabled.';
comment on column auth.users.user_id is 'As cases, assignments and the audit name it.';
comment on column auth.users.name is 'To show.';

comment on column auth.users.tokens_valid_from is
'When all sessions of the user were ended; a token that was made out before opens none. Null: all do.';

-- db/tables/auth.memberships.sql
comment on table auth.memberships is 'What somebody is here: a role, with the court or organisation that goes with it. Ending one keeps the row.';

-- db/tables/auth.secrets.sql
comment on table auth.secrets is
'What nobody but the owner may know. claims_prefix: what the names of the settings begin with that hold a caller''s claims.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Kept for two years, and until an anchor has them.';
comment on column auth.sign_ins.user_id is 'Null for somebody whom the directory does not know.';

-- db/tables/audit.restores.sql
comment on column audit.restores.number_gap is 'How many numbers each series passed over, beyond what is known to be issued: core.case_number_gaps.';

-- db/tables/auth.home.sql
comment on table auth.home is
'Where this database lives: one row. A server serves it there alone, so that a copy is not taken for the database that it was made of.';

-- db/tables/auth.log_in_rates.sql
comment on table auth.log_in_rates is 'How often log-ins were begun from one network lately, at all servers together.';
comment on column auth.log_in_rates.client is 'The network as the server tells it: an address of IPv4, or a /48 of IPv6.';

-- db/tables/core.case_number_gaps.sql
comment on table core.case_number_gaps is
'Numbers that no case of this database has, as a case that a restore has lost may have them. Append-only.';

-- db/tables/core.case_reach.sql
comment on table core.case_reach is
'Who reaches a case by name: what its active assignments and links say, of cases that are not deleted. Written by their triggers alone.
A case may be reached in two ways: by a social worker''s own assignment, and by the link of its authority.';

comment on column core.case_reach.way is
'By which type of assignment or of organisation: each counts for one role alone, as the policies say.';
comment on column core.case_reach.reached_by is 'The user who is assigned, or the organisation that is linked.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes: a list of them opens with the newest.';

-- db/tables/core.cases_court_code_case_number_idx.sql
comment on index core.cases_court_code_case_number_idx is
'Numbers sort as bytes here, so that those that begin alike stand side by side, whatever the collation of the database.';

-- db/tables/core.next_statuses.sql
comment on table core.next_statuses is
'To which statuses a caller of each role may move a case: what core.status_transitions says, gathered by its trigger for whoever reads
cases. No row where there is none.';

-- db/tables/audit.anchors.sql
comment on table audit.anchors is
'Each anchor that was taken of the audit trail: it stands signed in a file elsewhere, and here is only that it was taken. Append-only.';
comment on column audit.anchors.digest is 'SHA-256 over its header, which is what is signed.';

-- db/tables/audit.seals.sql
comment on table audit.seals is
'What chains the rows of the journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal has the rows that came after the one before it. Append-only.';
comment on column audit.seals.last_id is 'The last row that it has; the first is the one after the last of the seal before.';
comment on column audit.seals.newest_at is 'When the last of its rows was written: those of sign-ins and refusals may go two years later.';
comment on column audit.seals.form is 'In which form content and digest are made; there is one so far.';
comment on column audit.seals.digest is 'SHA-256 over the digest of the seal before this one and this seal.';

-- db/functions/core/actor.sql
comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done past the server.
Errors: JCSES a caller role without a session.';

-- db/functions/core/actor_role.sql
comment on function core.actor_role() is
'The caller''s role; DOCUMENT_PROCESSOR for the worker; DATABASE for work done past the server.';

-- db/functions/core/attention.sql
comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal. A plain expression without settings, which
the planner copies into a query: a list asks it for each of its cases.';

-- db/functions/core/caller_role.sql
comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.
Becomes a part of the query that asks it.';

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
        coalesce((select n.to_statuses from core.next_statuses as n where n.from_status = p_from and n.user_role = core.caller_role()), '{}')
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

-- db/functions/core/reached_case_ids.sql
comment on function core.reached_case_ids() is
'All that core.case_reach says of the caller; null for an officer, who reaches a court. A list in another order than newest first begins with them.';

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

-- db/functions/core/tg_assignments__guard.sql
-- What must hold for an assignment, whoever writes it
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
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
    raise exception using errcode = 'JCFIX', message = 'An assignment can be revoked once, and not changed';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

comment on function core.tg_assignments__guard() is
'Stamps the times and the court of the case; allows no change of an assignment but revoking it.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

-- db/functions/core/tg_assignments__participants.sql
comment on function core.tg_assignments__participants() is
'Gathers them anew when an applicant or a judge comes or goes. core.tg_assignments__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

-- db/functions/core/tg_assignments__particulars.sql
comment on function core.tg_assignments__particulars() is
'Keeps the names of those who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

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

-- db/functions/core/tg_case_details__stamp.sql
-- Which version and court new details belong to, and who created their case
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

  -- Before the case is there: that of its officer, or what somebody without a session says.
  new.court_code := coalesce(v_case.court_code, nullif(core.claim('court_code'), ''), new.court_code);
  new.version := coalesce(v_case.version + 1, 1);
  new.created_by := coalesce(
    (select d.created_by from core.case_details as d where d.case_id = v_case.id and d.version = v_case.details_version),
    core.actor()
  );
  return new;
end;
$$;

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
  ) and not exists (
    select from core.case_number_gaps as g
    where g.court_code = new.court_code and g.year = new.year and g.last_number = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number was taken for no case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'At the end of the transaction the number is that of a case: an insert that came to nothing (on conflict do nothing) would
leave a gap. Or it is the last of a gap that a restore has left.
Errors: JCFIX it is not.';

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

-- db/functions/core/tg_cases__number.sql
comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and holds its row until the creation commits: no gap, no repeat.
Definer, and a trigger: callers may not move a series.';

-- db/functions/core/tg_cases__tally.sql
comment on function core.tg_cases__tally() is
'Counts a deleted case out of its series; core.tg_cases__number counts it in. No case comes back: core.tg_cases__guard.
Definer, and a trigger: callers may not move a series.';

-- db/functions/core/tg_document_downloads__stamp.sql
comment on function core.tg_document_downloads__stamp() is
'Stamps who and when.';

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

comment on function core.tg_documents__number() is
'Numbers the versions of a name, on each side for itself, without gap or repeat, and refuses bytes that are in the case already. Definer: it has to
see the documents that the caller does not.
Errors: JCVAL an empty file, one that is too large or not what its name says; JCSAM the same bytes.';

-- db/functions/core/tg_documents__queue.sql
comment on function core.tg_documents__queue() is
'Hands a completed document, and one that is to be read again, to the worker, which listens on the channel document_jobs.
Definer: callers may not touch the queue.';

-- db/functions/core/tg_organisation_links__guard.sql
-- What must hold for an organisation link, whoever writes it
create or replace function core.tg_organisation_links__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
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
    raise exception using errcode = 'JCFIX', message = 'An organisation can be unlinked once, and its link not changed';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

comment on function core.tg_organisation_links__guard() is
'Stamps who, when and the court of the case; allows no change of a link but unlinking.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

-- db/functions/core/tg_organisation_links__participants.sql
comment on function core.tg_organisation_links__participants() is
'Gathers them anew when an organisation comes or goes. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

-- db/functions/core/trimmed.sql
comment on function core.trimmed(text) is 'The text without the white space around it; null when nothing is left.';

-- db/functions/core/fits_filter.sql
comment on function core.fits_filter(core.cases, core.case_filter) is
'Whether a filter finds a case. A plain expression of leakproof operators without settings, which the planner copies into a
query, so that an index serves what is asked for.';

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

-- db/functions/core/claim.sql
-- What the session says of the caller at work
create or replace function core.claim(p_name text)
returns text
language plpgsql
stable
security definer
-- No search path of its own, which would cost more than the rest: policies call this six times for one case. All names are
-- qualified instead, operators too.
as $$
begin
  return pg_catalog.current_setting(
    auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
      pg_catalog.current_setting('role'),
    true
  );
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the role at work; empty or null for one that
it has not, and for no session. For policies, in a scalar sub-select. Definer: what auth.claim_session has set has a name that only the
owner knows, so that nobody becomes a caller by setting it.';

-- db/functions/core/answered_case_id.sql
comment on function core.answered_case_id(jsonb) is
'The case of what api.keep_answer kept: a case, or what belongs to one; null for an answer about none.';

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

-- db/functions/core/nfc.sql
comment on function core.nfc(text) is
'The text in NFC, for names that were kept before they had to be. On PostgreSQL 12, which has no word for it, the text as it is.';

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

comment on function core.tg_document_texts__guard() is
'The worker writes the text of a document that is claimed at the moment, and no other. Stamps the case and its court.
Errors: JCVAL more than 20 MiB; JCLEA it is not claimed, or the claim has ended.';

-- db/functions/core/write_cursor.sql
comment on function core.write_cursor(core.page_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';

-- db/functions/core/find_number_faults.sql
comment on function core.find_number_faults() is
'For DBAs: the series of case numbers that have a gap which core.case_number_gaps does not know, or stand elsewhere than their cases. No
row when all is well.';

-- db/functions/core/pass_over_numbers.sql
-- Numbers that lost cases may have are given to no other
create or replace function core.pass_over_numbers(p_marked jsonb, p_since timestamptz, p_gap integer, p_restore_id bigint)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_count integer;
begin
  if p_gap = 0 then return 0; end if;

  -- Of a year that was over at p_since, no number was issued later. A series that is not there may have begun since.
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
  -- Here, and not at the end of the transaction, when a migrator's sessions have row_security = off.
  set constraints core.tg_case_number_series__in_use immediate;
  set constraints core.tg_case_number_series__in_use deferred;

  return v_count;
end;
$$;

comment on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) is
'Moves the series of every court, of the years since then, so many numbers beyond the last one that is known: of this database, or by
the mark. core.case_number_gaps has what was passed over. How many series. The owner''s alone.';

-- db/functions/core/ties.sql
-- Who is tied to a case by name
create or replace function core.ties()
returns table (case_id uuid, way text, reached_by text, created_at timestamptz)
language sql
stable
security invoker
-- No search path of its own: so it becomes a part of its callers' queries, which ask for some cases.
as $$
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

-- db/functions/core/gather_reach.sql
comment on function core.gather_reach(uuid[]) is
'Writes into core.case_reach what core.ties says of the cases. For triggers, and for whoever has disabled them.';

-- db/functions/core/tg_assignments__reach.sql
comment on function core.tg_assignments__reach() is
'Gathers anew who reaches the case when somebody is assigned or revoked. core.tg_assignments__guard has locked the case,
so that nobody is missed. Definer: callers may not write it.';

-- db/functions/core/tg_organisation_links__reach.sql
comment on function core.tg_organisation_links__reach() is
'Gathers anew who reaches the case when an organisation comes or goes. core.tg_organisation_links__guard has locked the case,
so that none is missed. Definer: callers may not write it.';

-- db/functions/core/tg_cases__reach.sql
comment on function core.tg_cases__reach() is
'Nobody is left who reaches a case by name, once it is deleted. Definer: callers may not write it.';

-- db/functions/core/status_place.sql
comment on function core.status_place(core.case_status) is
'The place of a status in core.case_status, from 1. core.cases.status_place is made of it: what it says of a status never changes.';

-- db/functions/core/case_type_place.sql
comment on function core.case_type_place(core.case_type) is
'The place of a type in core.case_type, from 1. core.cases.case_type_place is made of it: what it says of a type never changes.';

-- db/functions/core/attention_place.sql
-- How much attention a case wants, to sort by
create or replace function core.attention_place(p_next_hearing timestamptz)
returns bigint
language sql
immutable
security invoker
as $$
  -- In milliseconds before 1970. Without a hearing it is less than that of any time there is.
  select coalesce(-floor(extract(epoch from p_next_hearing at time zone 'UTC') * 1000)::bigint, -10000000000000000);
$$;

comment on function core.attention_place(timestamptz) is
'The sooner the next hearing, the greater; least where none is fixed. core.cases.attention_place is made of it: what it says of a time never changes.';

-- db/functions/core/assignment_records.sql
comment on function core.assignment_records() is
'All active assignments within reach; without who assigned where core.assignment_particulars shows the caller nothing. Becomes a part of
the query that asks it.';

-- db/functions/core/case_records.sql
-- What a case looks like to its caller
create or replace function core.case_records()
returns setof api.case_record
language sql
stable
security invoker
as $$
  -- Where the policy of a side table shows the caller nothing (to an adopter: no details, no particulars, no
  -- participants) the fields are simply null.
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
    -- The grants are the only list of who may do what. Asked once for all cases.
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

comment on function core.case_records() is
'All cases within reach, as their caller may see them, redacted by the policies of the side tables. It becomes a part of the query that
asks it, which says of which cases: where id = ..., or a join to the ids of a page.';

-- db/functions/core/count_cases.sql
-- How many cases there are, of a status, a type and days
create or replace function core.count_cases(p_filter core.case_filter)
returns core.case_count
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
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
    -- By name. A case that somebody reaches in two ways counts once.
    if not (p_filter is null) then
      return core.count_filtered_cases(p_filter);
    end if;

    v_organisation_id := nullif(core.claim('organisation_id'), '');
    -- Whoever is called like its organisation counts once.
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
  -- A court's, by a statement for each index.
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

comment on function core.count_cases(core.case_filter) is
'How many cases are within reach, of a status, a type and days if the filter names any; no further than core.most_counted, but for
those of a whole court, which the tallies of core.case_number_series tell, and no case is read for it.
core.count_filtered_cases is for numbers.';

-- db/functions/core/count_filtered_cases.sql
comment on function core.count_filtered_cases(core.case_filter) is
'How many cases within reach the filter finds, no further than core.most_counted.';

-- db/functions/core/document_records.sql
comment on function core.document_records() is
'All documents within reach whose upload is complete and that are not deleted. Becomes a part of the query that asks it.';

-- db/functions/core/find_reach_faults.sql
-- Whether those reach a case by name who are tied to it
create or replace function core.find_reach_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, problem text)
language sql
stable
security invoker
set search_path = ''
-- Case by case: how few cases are asked for is not known when this is planned.
set enable_hashjoin = off
set enable_mergejoin = off
as $$
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

comment on function core.find_reach_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: where core.case_reach is not what assignments and links say. No row when all is well.';

-- db/functions/core/most_counted.sql
comment on function core.most_counted() is
'To how many a list counts the cases that a filter finds: counting costs by the case, and beyond some pages nobody reads on.';

-- db/functions/core/newest_cases.sql
-- A page of cases, newest first
create or replace function core.newest_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
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
  -- Bounds that always hold where there is no cursor, so that with one and without the index is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
  v_page core.page_cursor[];
begin
  if core.caller_role() <> 'HMCTS_CASE_OFFICER' then
    -- By name. A case that somebody reaches in two ways comes once.
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
  -- A court's, by a statement for each index.
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

comment on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases within reach, of a status, a type and days if the filter names any, newest first, each with the cursor of the page after
it. p_has_many says that these are not few. core.sorted_cases is for numbers.';

-- db/functions/core/newest_records.sql
-- A page of all cases, newest first, as their caller may see them
create or replace function core.newest_records(p_after core.page_cursor, p_offset bigint, p_limit integer)
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  -- The page and what it shows in one query: half as dear as one after the other. This is how every list opens.
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

  -- By name. A case that somebody reaches in two ways comes once.
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

comment on function core.newest_records(core.page_cursor, bigint, integer) is
'The cases within reach, newest first, in the words of the API. core.newest_cases is for those that a filter finds.';

-- db/functions/core/newest_scheduled_cases.sql
-- A page of a court's cases of some days, newest first
create or replace function core.newest_scheduled_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.newest_cases.
set plan_cache_mode = force_generic_plan
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_since timestamptz := coalesce(p_filter.since, '-infinity');
  v_before timestamptz := coalesce(p_filter.before, 'infinity');
  -- One bound, from which the index is read: a second one would be looked at entry by entry.
  v_first timestamptz := least(v_created_at, v_before);
  v_first_id uuid := case when v_created_at < v_before then v_id else '00000000-0000-0000-0000-000000000000' end;
  v_without_hearing bigint := core.attention_place(null);
  -- The sooner, the greater.
  v_most bigint := case when p_filter.since is null then 9223372036854775807 else core.attention_place(p_filter.since) end;
  v_least bigint := core.attention_place(p_filter.before);
  v_status_place smallint := core.status_place(p_filter.status);
  v_case_type_place smallint := core.case_type_place(p_filter.case_type);
begin
  -- Where many are of days that have not passed, the newest of all are among them.
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

  -- Those without a hearing lie in the order of their creation, which is what their days are about. Those with one are
  -- read by its days, and sorted.
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

comment on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) is
'The cases of a court whose next hearing, or creation where none is fixed, is on the days of the filter, and of its status and
type, newest first, each with the cursor of the page after it. p_has_many says that these are not few.';

-- db/functions/core/organisation_link_records.sql
comment on function core.organisation_link_records() is
'All links within reach that hold. Becomes a part of the query that asks it.';

-- db/functions/core/pagination.sql
comment on function core.pagination(bigint, integer, integer, text, boolean) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none. The total is exact, or a minimum.';

-- db/functions/core/sorted_cases.sql
-- A page of cases, in any order
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer,
  p_has_many boolean default false
)
returns core.page_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
-- What is not asked for is no part of the plan: what is left of conditions and order is what an index has.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_reached uuid[] := core.reached_case_ids();
  v_order text := p_sort_by || ' ' || p_sort_order;
  -- Every key ends with the time of creation. The case number's year and sequence are numbers, whatever their length.
  v_key text := left(p_after.sort_key, -26);
  v_created_at timestamptz := right(p_after.sort_key, 26)::timestamp at time zone 'UTC';
  v_id uuid := p_after.id;
  v_court_code text := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 1) end;
  v_year integer := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 2) end;
  v_sequence integer := case p_sort_by when 'caseNumber' then split_part(v_key, '  ', 3) end;
  v_status_place smallint := case p_sort_by when 'status' then v_key end;
  v_attention_place bigint := case p_sort_by when 'attention' then ceil((v_key::numeric - 1e13) * 1000) end;
begin
  -- Keys are written for the page alone, and columns read that the order needs.
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
        -- Many: along the index of the order. The planner cannot tell how many numbers of one court begin alike, and so shall
        -- not see it.
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
        -- Few: all of them, by the index of the filter. It is never true, which the planner does not know.
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

comment on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean) is
'The cases within reach that the filter finds, by number, status (in the order of a case''s life), attention (the soonest hearing
has the most) or creation, each with the cursor of the page after it. p_has_many says that these are not few. It is planned anew each time, which core.newest_cases is not.';

-- db/functions/core/status_history.sql
comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing. Becomes a part of the
query that asks it.';

-- db/functions/core/tg_status_transitions__next_statuses.sql
comment on function core.tg_status_transitions__next_statuses() is
'Keeps core.next_statuses in step. Definer: nobody else writes there.';

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

-- db/functions/audit/changed_fields.sql
comment on function audit.changed_fields(jsonb, jsonb) is 'What of the first document is not the same in the second.';

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
  if p_entry.digest_form = 2 then
    -- PostgreSQL's binary form of a row: of each field its type, its length (-1 for null), its bytes. Times are in microseconds.
    return sha256(record_send(row(
      p_entry.digest_form, p_previous, p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text,
      p_entry.actor, p_entry.actor_role, p_entry.occurred_at, p_entry.before, p_entry.after, p_entry.request_id,
      p_entry.client_address, p_entry.court_code
    )));
  elsif p_entry.digest_form = 1 then
    -- In which a time before Christ is as one after, and null as the null of JSON.
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

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest, in the form that the entry names. Entries that differ
have different digests in the second form; the first, of entries from before 0.7.0, leaves out the court as well. Null for a form that there is not.';

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

comment on function audit.explain_refusal(text, uuid) is
'After an operation found no case or document within reach, or was not the caller''s at all: tells whether there is one, and
records the denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation; JCSES a caller role without a session.';

-- db/functions/audit/find_broken_chains.sql
comment on function audit.find_broken_chains(uuid) is
'For DBAs: the entries whose digest is not that of their contents and predecessor, of one case or of all; no row when
all is as it was written.';

-- db/functions/audit/tg_assignments__audit.sql
comment on function audit.tg_assignments__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

-- db/functions/audit/tg_cases__audit.sql
comment on function audit.tg_cases__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

-- db/functions/audit/tg_document_downloads__audit.sql
comment on function audit.tg_document_downloads__audit() is
'Writes one entry for each download, and for each that found the bytes damaged. Definer: nobody may write entries but this.';

-- db/functions/audit/tg_documents__audit.sql
comment on function audit.tg_documents__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

-- db/functions/audit/tg_organisation_links__audit.sql
comment on function audit.tg_organisation_links__audit() is
'Writes one entry for each change, whoever makes it and however. Definer: nobody may write entries but this.';

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

-- db/functions/audit/tg_record_reference_change.sql
comment on function audit.tg_record_reference_change() is
'Records a change of a row that is shipped and that an administrator may change. Its arguments are the columns of the primary key.
Definer: nobody else writes audit.reference_changes.';

-- db/functions/audit/client_address.sql
comment on function audit.client_address() is
'The address that the server states, or null. A caller with SQL of its own could state anything: no more of it is kept than any
address has.';

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

-- db/functions/audit/tg_document_removals__audit.sql
comment on function audit.tg_document_removals__audit() is
'Writes one entry for each document whose bytes are gone. Definer: nobody may write entries but this.';

-- db/functions/audit/tg_document_texts__audit.sql
comment on function audit.tg_document_texts__audit() is
'Writes one entry for each text, with its SHA-256 and never the text itself. Definer: nobody may write entries but this.';

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

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
begin
  -- In PL/pgSQL, so that a session that asks of one case after the other plans once.
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
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected
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

comment on function audit.find_broken_links(uuid, uuid) is
'What audit.find_broken_chains finds, of the cases from one id to another; null is the first, or the last of all.';

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- In PL/pgSQL, so that a session that asks of one case after the other plans once.
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

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, audit.find_unrecorded, trails without their
case, versions that are not one more than the changes audited, and entries of another court.';

-- db/functions/audit/changed_tips.sql
comment on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) is
'Of the cases from one id to another, with the tips that an anchor has of these: which have come, gone, or been written to since. A length is
null where there is no trail, or was none.';

-- db/functions/audit/find_broken_seals.sql
comment on function audit.find_broken_seals(jsonb) is
'For DBAs: the seals whose rows or whose place in their chain are not as they were sealed, of all seals or of those after the numbers
that are given ({"auth.sign_ins": 1440}). The rows of refusals and sign-ins that may have been removed after two years are not read.';

-- db/functions/audit/find_departures.sql
-- Whether the trails still have what an anchor has of them
create or replace function audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with changed as materialized (
    select * from audit.changed_tips(p_from, p_to, p_case_ids, p_lengths, p_digests)
  ),
  -- One case costs as much as thirty that are read along their ids: it is not the rows, but a plan for each.
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

comment on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) is
'Of the cases from one id to another, with the tips that an anchor has of these: trails that are gone, shorter, or were written anew; and what
audit.find_faults finds of those that have come or been written to since. Of others no row is read,
unless more than a hundred have changed.';

-- db/functions/audit/find_seal_departures.sql
comment on function audit.find_seal_departures(text[], bigint[], bytea[]) is
'Given the newest seals as an anchor has them, as audit.journal_tips gave them: those that are gone, or others.';

-- db/functions/audit/find_unrecorded.sql
-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- Of one case, each table is read by an index; of many, by hashes.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- Each field as the last entry that names it left it.
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
    -- What happens once or is undone: as often here as there.
    happened as (
      select s.case_id, 'status changed to ' || s.to_status as what
      from core.status_changes as s
      where s.case_id between p_from and p_to
      union all
      select d.case_id, 'document ' || d.id || ' downloaded'
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s %s: %s as %s', a.id, h.what, a.user_id, a.assignment_type)
      from core.assignments as a
      cross join lateral (select 'made' as what union all select 'revoked' where a.revoked_at is not null) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s: %s as %s', h.what, l.organisation_id, l.organisation_type)
      from core.organisation_links as l
      cross join lateral (select 'linked' as what union all select 'unlinked' where l.unlinked_at is not null) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case e.action
          when 'STATUS_CHANGE' then 'status changed to ' || (e.after ->> 'status')
          when 'DOCUMENT_DOWNLOAD' then 'document ' || e.entity_id || ' downloaded'
          when 'ASSIGNMENT_CREATE' then
            format('assignment %s made: %s as %s', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when 'ASSIGNMENT_REVOKE' then
            format('assignment %s revoked: %s as %s', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when 'ORGANISATION_LINK' then format('organisation linked: %s as %s', e.entity_id, e.after ->> 'organisationType')
          when 'ORGANISATION_UNLINK' then format('organisation unlinked: %s as %s', e.entity_id, e.before ->> 'organisationType')
        end as what
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

comment on function audit.find_unrecorded(uuid, uuid) is
'For DBAs, of the cases from one id to another: fields of cases and documents, texts and removals that are not as the last entry about them left
them; changes of status, downloads, assignments and links that happened more or less often than the trail tells.';

-- db/functions/audit/hold_journal.sql
comment on function audit.hold_journal(audit.journal) is
'Until the end of the transaction: so no row comes later with an id that is smaller than one that a seal has. For audit.seal_journal alone.';

-- db/functions/audit/last_expired.sql
comment on function audit.last_expired(audit.journal) is
'The last row of the last seal of which all rows are older than two years and which the newest anchor has; null if there is none. For auth.sweep.';

-- db/functions/audit/record_anchor.sql
comment on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) is
'Called when the anchor is safe elsewhere: from then on, what it has of refusals and sign-ins may be removed after two years. It is all that
casefile_backup can write. Definer, for that.';

-- db/functions/audit/seal_digest.sql
comment on function audit.seal_digest(bytea, audit.seals) is
'SHA-256 over the digest before and every column of the seal but its own digest, in PostgreSQL''s binary form of a row.';

-- db/functions/audit/seal_journal.sql
-- Chain what has come into a journal since its last seal
create or replace function audit.seal_journal(p_journal audit.journal, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Each journal is another table: a plan that is made for one reads that alone.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_previous audit.seals;
  v_seal audit.seals;
begin
  perform audit.hold_journal(p_journal);

  select * into v_previous from audit.seals as s where s.journal = p_journal order by s.number desc limit 1;
  v_seal.journal := p_journal;
  v_seal.number := coalesce(v_previous.number, 0) + 1;
  -- A refusal is counted on for a minute.
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

comment on function audit.seal_journal(audit.journal, integer) is
'Makes a seal of at most so many rows, if there are any; how many it has. Whoever writes the journal meanwhile waits. For
audit.seal_journals alone, which runs as the owner.';

-- db/functions/audit/seal_journals.sql
-- Chain what has come into the journals
create or replace function audit.seal_journals(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '200ms'
as $$
declare
  v_journal audit.journal;
  v_most integer := 0;
begin
  foreach v_journal in array enum_range(null::audit.journal) loop
    begin
      v_most := greatest(v_most, audit.seal_journal(v_journal, p_limit));
    exception
      when lock_not_available then
        -- A registrar is in the middle of a change: the next minute will do.
        null;
    end;
  end loop;

  return v_most;
end;
$$;

comment on function audit.seal_journals(integer) is
'Makes at most one seal of each journal, of at most so many rows; the most that one has. As long as that is the limit, there is more to
do. The server calls it every minute. Definer: the server may not read or write the tables.';

-- db/functions/audit/sealed_rows.sql
-- The rows of a journal, as a seal has them
create or replace function audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint)
returns table (id bigint, occurred_at timestamptz, content bytea)
language sql
stable
security invoker
-- No search path of its own: so it becomes a part of its callers' queries, of which each reads one journal.
as $$
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

comment on function audit.sealed_rows(audit.journal, bigint, bigint) is
'The rows after one id up to another, each with all its columns in PostgreSQL''s binary form of a row, in which rows that differ have different bytes.';

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security invoker
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

-- db/functions/auth/is_safe_return_url.sql
comment on function auth.is_safe_return_url(text) is
'A path of this site: never another host, which //host and /\host would be to a browser.';

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each login, until the next analyze.
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
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

comment on function auth.limit_sessions(text, core.user_role) is
'Of the sessions of one user in one role, ends those that would expire first, so that they are twenty with the one to come.
Logins at the very same time may each leave one more, until the next.';

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
  v_rates integer;
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

  -- Whole seals alone, and those that an anchor has.
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

comment on function auth.sweep(integer) is
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins of two years ago that an anchor has, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

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
  set expires_at = least(now() + interval '30 minutes', ends_at)
  -- Whoever has locked it is moving it, or ending it. Nobody waits for that.
  where token_sha256 = (
    select s.token_sha256
    from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.expires_at > now() and s.expires_at < s.ends_at
    for no key update skip locked
  );
$$;

comment on function auth.touch_session(bytea) is
'30 minutes from now, or its end if that is sooner; a bearer''s stands there already. An expired session stays expired. Definer: the server may not write the table.';

-- db/functions/auth/add_claim_rule.sql
comment on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) is
'Gives everybody with a value in its claims a membership. Court and organisation are fixed, or come from a claim. Its id.
Errors: JCVAL unknown role or court.';

-- db/functions/auth/add_membership.sql
comment on function auth.add_membership(text, text, text, text) is
'Gives a user a membership; the court by its name or code. Its id.
Errors: JCVAL unknown role or court.';

-- db/functions/auth/add_user.sql
comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it through functions alone.
Errors: those of core.plain_name.';

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

-- db/functions/auth/change_user.sql
comment on function auth.change_user(text, text, text, text, boolean) is
'Changes what is stated of a user; null keeps. Whatever changes ends its sessions.
Errors: JCNIL no such user.';

-- db/functions/auth/claims_prefix.sql
-- What the names of the settings begin with that hold a caller's claims
create or replace function auth.claims_prefix()
returns text
language plpgsql
-- The secret never changes. So a connection plans the one expression that calls this with the prefix in it, and reads no table
-- from then on.
immutable
security invoker
set search_path = ''
as $$
begin
  -- This is called while plans are made, that have it in them.
  if current_setting('debug_print_plan') <> 'off' then
    raise exception using errcode = 'JCSES', message = 'Nobody is a caller where plans are shown';
  end if;

  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database: whoever knows it can be anybody. For auth.claim_session and core.claim alone.
Errors: JCSES a plan that has it in it would be shown.';

-- db/functions/auth/end_membership.sql
comment on function auth.end_membership(uuid) is
'Ends a membership, and its sessions with it.
Errors: JCNIL no such active membership.';

-- db/functions/auth/end_sessions.sql
-- End all sessions of somebody
create or replace function auth.end_sessions(p_user_id text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  -- A sign-in that holds the row is waited for, and its session counts, too.
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

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; how many. Tokens that were made out until now open none anew. One that the directory does not know may
have some of the mock. Definer: a registrar may not write the tables.
Errors: JCNIL no such user.';

-- db/functions/auth/find_court.sql
comment on function auth.find_court(text) is
'The code of the court with that name or code; null when none is stated or there is no such court.';

-- db/functions/auth/find_user.sql
comment on function auth.find_user(jsonb, boolean) is
'The user with the issuer and subject of these claims; null for none. If it may be added, one that is not there is made, with the
subject as its id, unless somebody else has that id. Locks the row: disabling somebody waits for the sign-in and ends its
session, or the sign-in waits and is refused; and two sign-ins of one user take turns.';

-- db/functions/auth/get_session.sql
-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.session
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

  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at) then
    perform auth.touch_session(p_token_sha256);
    v_session := auth.find_session(p_token_sha256);
  end if;

  return row(
    auth.session_caller(v_session), v_session.expires_at, auth.show_memberships(v_session.user_id, v_session.claimed)
  )::api.session;
end;
$$;

comment on function auth.get_session(bytea) is
'A session, with what its user may be; null when there is none. Definer: the server may not read the table.';

-- db/functions/auth/import_contradiction.sql
comment on function auth.import_contradiction(jsonb) is
'Line and field where rows say of one user what an earlier one says otherwise; null for nowhere. The last would win, and each
import of the file change the user anew.';

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

comment on function auth.import_directory(jsonb, boolean) is
'Brings the directory to what the rows of a file say, one for each membership of a user: line, userId, issuer, subject, name,
enabled, role, court, organisationId. For the users that it names the file is complete: other memberships of theirs end. Other
users stay as they are. Gives the differences; with a dry run, the same, and nothing changes. A long file may come in pieces, as
long as all rows of a user are in one.
Errors: JCVAL a row that is refused, with field and line.';

-- db/functions/auth/import_endings.sql
comment on function auth.import_endings(jsonb) is
'Ends the memberships that the users of these rows have beyond them; what ended.';

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

comment on function auth.import_membership(jsonb) is
'Adds the membership of a row, if its user does not have it; what differed, null for nothing.
Errors: JCVAL unknown role or court, or none where there is a court or an organisation.';

-- db/functions/auth/import_problem.sql
comment on function auth.import_problem(text, text, text) is
'An error of a row in the words of whoever wrote the file.';

-- db/functions/auth/import_user.sql
-- The user of one row of a file
create or replace function auth.import_user(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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
  -- Who stays as it is is not touched: its row would be locked, and its sign-in wait for the end of the import.
  if v_changes is null then
    return null;
  end if;

  perform auth.change_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name', v_enabled);
  return row(v_line, 'change user', v_user_id, v_changes)::auth.directory_difference;
end;
$$;

comment on function auth.import_user(jsonb) is
'Adds or changes the user of a row; what differed, null for nothing. What a row leaves out stays as it is.';

-- db/functions/auth/is_issued_since.sql
-- Whether a token was made out since its user's sessions were ended
create or replace function auth.is_issued_since(p_claims jsonb, p_since timestamptz)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if p_since is null then
    return true;
  end if;

  if jsonb_typeof(p_claims -> 'iat') is distinct from 'number' then
    return false;
  end if;

  -- Up to the end of the year 9999, beyond which there need be no timestamp.
  return to_timestamp(least(greatest((p_claims ->> 'iat')::numeric, 0), 253402300799)::double precision) >= p_since;
end;
$$;

comment on function auth.is_issued_since(jsonb, timestamptz) is
'By the claim iat, which providers give in whole seconds: a token of the very second in which sessions were ended counts as older, and a
user that signs in again within it has to do so twice. The time is the provider''s: by how much its clock is ahead of ours, tokens from
before the end may pass. A token without iat is older; null ends none.';

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

comment on function auth.known_court(text) is
'The same as auth.find_court, but a court that is stated has to be one.
Errors: JCVAL there is no such court.';

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

-- db/functions/auth/landing_page.sql
comment on function auth.landing_page(text, core.user_role) is
'The page that the browser came from, if it is safe; else the first page of the role.';

-- db/functions/auth/list_claim_rules.sql
comment on function auth.list_claim_rules() is
'The rules that hold.';

-- db/functions/auth/list_directory.sql
comment on function auth.list_directory() is
'Every user with its active memberships; one without any has a row as well.';

-- db/functions/auth/list_memberships.sql
comment on function auth.list_memberships(text, jsonb) is
'The active memberships of a user, and those that active claim rules gave (auth.match_claims), with the rule''s id as their id.
What is in the directory and claimed as well is one.';

-- db/functions/auth/log_in_with_claims.sql
-- Open a session through the claims of an identity provider
create or replace function auth.log_in_with_claims(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_claims jsonb,
  p_kind text,
  p_membership_id uuid,
  p_expires_at timestamptz,
  p_adds_users boolean,
  p_return_url text,
  p_request_id uuid,
  p_client_address text
)
returns auth.sign_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

  -- Of two requests that bring a bearer token for the first time, the second finds the session of the first.
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

comment on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) is
'Opens a session for whom verified claims name, and ends the one that the browser had. The membership is the named one, else the
only one; a cookie session of somebody with several is opened without a role, to choose one. A refusal is an answer, so that its
record is committed: JCUNK unknown user; JCOFF disabled; JCEND a token from before
all sessions of the user were ended; JCNOM no membership, or not this one; JCMNY several and none chosen.
The session ends at p_expires_at, or 12 hours from now. Definer: the server may not read the directory, nor write sessions.';

-- db/functions/auth/log_out_provider.sql
comment on function auth.log_out_provider(text, text, text) is
'Ends the sessions that a provider says have ended: those of its session if it names one, else those of the subject; how many.
A bearer token that is still valid opens another, as its provider has not withdrawn it: auth.end_sessions stops it.
Definer: the server may not write the table.';

-- db/functions/auth/mark_database.sql
-- Say what this database is for
create or replace function auth.mark_database(p_kind text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if exists (select from core.cases) or exists (select from auth.database_kind) then
    raise exception using errcode = 'JCFIX', message = 'A database is marked once, before it has cases';
  end if;

  insert into auth.database_kind (kind) values (p_kind);
end;
$$;

comment on function auth.mark_database(text) is
'Says what a database is for: LOCAL, TEST, DEV or PROD. Once, while it has no cases. The owner''s alone; only in a database that is LOCAL or
TEST does the mock open sessions.
Errors: JCFIX there are cases, or it is marked already.';

-- db/functions/auth/match_claims.sql
comment on function auth.match_claims(jsonb) is
'The memberships that claim rules give to somebody with these claims, as auth.list_memberships takes them. A rule whose court or
organisation comes from a claim gives none if the claim names none. Locks those rules, so that ending one waits, and then finds the session.';

-- db/functions/auth/memberships_detail.sql
comment on function auth.memberships_detail(text, jsonb) is
'DETAIL of an error JCMNY: what the user may be, in the spelling of the API.';

-- db/functions/auth/open_session.sql
comment on function auth.open_session(auth.sessions, uuid, text) is
'Opens a session, records it, and ends those that auth.limit_sessions says. It ends after 12 hours unless it says when.';

-- db/functions/auth/record_sign_in.sql
-- Keep what became of a sign-in
create or replace function auth.record_sign_in(
  p_session auth.sessions,
  p_outcome text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each refusal, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function auth.record_sign_in(auth.sessions, text, uuid, text) is
'Appends to auth.sign_ins; a refusal only if the same (issuer, subject, kind, outcome, address) was not recorded within the last minute,
as a program that is refused may try again without end. Those at the very same moment may each be recorded.';

-- db/functions/auth/refusal_message.sql
-- Why somebody may not sign in, for people
create or replace function auth.refusal_message(p_code text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_code
    when 'JCUNK' then 'Casefile does not know you. Ask a registrar to add you.'
    when 'JCOFF' then 'Your access has been turned off. Ask a registrar.'
    when 'JCEND' then 'The token was made out before all sessions of its user were ended'
    when 'JCNOM' then 'You do not have this membership. Ask a registrar.'
    when 'JCMNY' then 'You have several memberships. Choose one.'
  end;
$$;

-- db/functions/auth/tg_claim_rules__end_sessions.sql
comment on function auth.tg_claim_rules__end_sessions() is
'Ends the sessions that were opened by a rule that changes. A sign-in locks the rules that it reads (auth.match_claims).
Definer: whoever changes the directory may not write sessions.';

-- db/functions/auth/tg_memberships__end_sessions.sql
-- A membership that ends, or changes, ends its sessions
create or replace function auth.tg_memberships__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    -- A sign-in that has read the membership as it was holds this lock until its session is there to be ended.
    perform from auth.users as u where u.user_id = old.user_id for no key update;
    delete from auth.sessions where user_id = old.user_id and membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_memberships__end_sessions() is
'Ends the sessions that were opened by a membership that changes, those of a running sign-in included.
Definer: whoever changes the directory may not write sessions.';

-- db/functions/auth/tg_record_directory_change.sql
comment on function auth.tg_record_directory_change() is
'Records a change of the directory. Its arguments are what changes, and the column of its id.
Definer: nobody else writes auth.directory_changes.';

-- db/functions/auth/tg_users__end_sessions.sql
comment on function auth.tg_users__end_sessions() is
'Ends the sessions of a user that changes. A sign-in holds the lock of the row (auth.find_user), so that none slips through.
Definer: whoever changes the directory may not write sessions.';

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

-- db/functions/auth/after_restore.sql
-- Make a restored database ready to be served
create or replace function auth.after_restore(p_mark jsonb, p_gap integer, p_anyway boolean)
returns auth.restore
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_home auth.home;
  v_last audit.entries;
  v_restore audit.restores;
  v_moved integer;
begin
  select h.* into strict v_home from auth.home as h for update;
  select e.* into v_last from audit.entries as e order by e.id desc limit 1;
  select r.* into v_restore from audit.restores as r order by r.id desc limit 1;

  -- Twice the same is done once: nothing has happened since.
  if v_restore.system_identifier = (select s.system_identifier::text from pg_catalog.pg_control_system() as s)
    and v_restore.store_id = v_home.store_id
    and v_restore.last_entry_id is not distinct from v_last.id
  then
    return row(
      false, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, v_restore.number_gap, 0
    )::auth.restore;
  end if;
  if not p_anyway and auth.check_home(p_mark) is null then
    raise exception using errcode = 'JCFIX', message = 'Nothing says that this database was restored';
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

  -- Whoever comes back to what is lost must not find it, nor be told that it was done.
  delete from auth.sessions;
  delete from core.kept_answers;
  v_moved := core.pass_over_numbers(p_mark -> 'series', coalesce(v_last.occurred_at, now()), p_gap, v_restore.id);

  -- What the newest entries were called, no other shall be.
  perform setval(
    pg_get_serial_sequence('audit.entries', 'id'),
    greatest(nextval(pg_get_serial_sequence('audit.entries', 'id')), (p_mark ->> 'entryId')::bigint, v_last.id) + p_gap
  );

  -- The store has another id from now on: a server of the database that this was made of knows that it is not its own.
  update auth.home
  set system_identifier = v_restore.system_identifier, store_id = v_restore.store_id, since = now();

  return row(
    true, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, p_gap, v_moved
  )::auth.restore;
end;
$$;

comment on function auth.after_restore(jsonb, integer, boolean) is
'After a restore from a dump, a recovery to a moment, or for a copy that is to live by itself: ends all sessions and keys, moves each
number series past what may have been issued, records it in audit.restores, and keeps where the database lives now. Done once; `p_anyway`
where nothing tells that there was a restore. The owner''s alone.
Errors: JCFIX nothing tells.';

-- db/functions/auth/check_home.sql
comment on function auth.check_home(jsonb) is
'Compares this database with the mark in the document store (null: there is none). CLUSTER: it was restored or copied to another
cluster; LOST: it does not have the newest entry that a server has seen, so it was taken back to an earlier moment; STORE: the store is
that of another database, or this one has had a mark, and the store has none. Null: all is well.
Definer: a server may not read the tables.';

-- db/functions/auth/count_log_in.sql
-- Count a log-in that begins, unless there were too many
create or replace function auth.count_log_in(p_client text, p_per_minute integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each log-in, until the next analyze.
set enable_seqscan = off
as $$
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

comment on function auth.count_log_in(text, integer) is
'Null, and the log-in is counted, if fewer than p_per_minute were begun by the client within a minute; else after how many seconds one
more may begin. Servers that call it count together. Definer: the server may not write the table.';

-- db/functions/auth/look_at_replication.sql
-- What a database server says of its standbys, or of itself as one
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: where it is, whether it goes on, and by which name its primary knows it.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|\s)application_name=(\S+)'),
        substring(r.conninfo from '(?:^|\s)fallback_application_name=(\S+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: where it is, for whom its commits wait, and how.
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
    -- Of everybody: not only here, where it may be a setting of the session.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous\_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

comment on function auth.look_at_replication() is
'For the server, which reads from standbys only while every commit waits until they have applied it. Definer: the views of
replication show their rows to members of pg_read_all_stats alone.';

-- db/functions/auth/take_mark.sql
-- How far this database has come
create or replace function auth.take_mark()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  -- Of two servers that come first at the same time, the second waits, and is given the id of the first.
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

-- db/functions/auth/claim_session.sql
-- Set the claims of a session's caller
create or replace function auth.claim_session(p_token_sha256 bytea, p_reads boolean)
returns text
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
  v_role text;
  v_settings text;
begin
  -- As auth.find_session does it; calling that would be a tenth of what a request costs.
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

  -- Where nothing can be changed, as on a standby, somebody else does it: the server asks the primary once a minute.
  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at)
    and current_setting('transaction_read_only') = 'off'
  then
    -- A read waits for no standby because of this.
    if p_reads then
      v_settings := set_config('synchronous_commit', 'off', true);
    end if;
    perform auth.touch_session(p_token_sha256);
  end if;

  -- Under the name of the role, so that they are no other role's. An assignment, as this is not planned as a query, which an
  -- extension might log.
  v_role := lower(v_session.user_role::text);
  v_settings := set_config(auth.claims_prefix() || 'user_id_' || v_role, v_session.user_id, true)
    || set_config(auth.claims_prefix() || 'court_code_' || v_role, coalesce(v_session.court_code, ''), true)
    || set_config(auth.claims_prefix() || 'organisation_id_' || v_role, coalesce(v_session.organisation_id, ''), true);

  return v_role;
end;
$$;

comment on function auth.claim_session(bytea, boolean) is
'Sets what core.claim reads, until the end of the transaction, and moves the session''s expiry if that is due; the database role. Definer:
the server may not read the table, nor know what these settings are called.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

-- db/functions/auth/resume.sql
-- Become the caller of a session
create or replace function auth.resume(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_reads boolean default false
)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.claim_session(p_token_sha256, p_reads);
  -- An assignment is half the work of a query.
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

comment on function auth.resume(bytea, uuid, text, boolean) is
'Takes on the database role and the claims of the session''s caller until the end of the transaction, which policies and triggers read with
core.claim; the role. For an operation that only reads, nothing can be changed from then on.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

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

-- db/functions/worker/measure_queue.sql
comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has; those that a worker has at the moment do not
wait. Reads the queue alone. Definer: the server, which reports it, may not read the table. For servers up to 0.4.0;
worker.measure_tasks tells it by the kind of work.';

-- db/functions/worker/record_removal.sql
comment on function worker.record_removal(uuid) is
'So that worker.sweep does not name it again.';

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

comment on function worker.sweep(integer) is
'Ends abandoned uploads and hopeless documents. Returns failed uploads whose bytes are to be removed from the document
store; worker.record_removal says that they are.';

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

-- db/functions/worker/read_again.sql
comment on function worker.read_again(uuid[]) is
'Queues these documents, or all, if their reading failed, and says which. One that was never scanned is scanned first.';

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

-- db/functions/worker/check_home.sql
comment on function worker.check_home(jsonb) is
'auth.check_home, for the worker: on a restored database it would remove what the database does not know yet.
Definer: the worker may not look into auth.';

-- db/functions/worker/measure_tasks.sql
comment on function worker.measure_tasks() is
'How many documents wait to be scanned, to be read, and to have removed what a failed upload left; and for how many seconds the
oldest of each has. What a worker has at the moment does not wait. Definer: the server, which reports it, may not read the
tables.';

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

  -- For the server, which tells its client. A command, as set_config is not for callers.
  set local casefile.is_replay = 'on';
  return v_answer;
end;
$$;

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to this very request, as long as it reaches the case; null when the key is new, and the
caller''s until the end of the transaction: api.keep_answer is next. A rollback frees it.
Errors: JCMIS the case is not within reach any more; JCKEY another request, or the caller''s court or organisation is
another; 23514 an empty key, or one beyond its limit.';

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

comment on function api.complete_upload(uuid, bigint, text, text) is
'Ends an upload whose bytes are safely stored: fixes size, hash, type and version number, and hands the document to the
worker.
Errors: 42501 not for this role; JCNIL no upload of the caller under way; JCSAM the same bytes are in the case already;
JCVAL an empty file, one that is too large, or content that is not what the name says.';

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

comment on function api.download_document(uuid) is
'Where the bytes of a document are; the download is recorded before the first of them is given out.
Errors: JCMIS no document within reach; JCINF infected; JCUNS not scanned yet.';

-- db/functions/api/get_admin_only.sql
comment on function api.get_admin_only() is
'Tells a case officer who it is.
Errors: 42501 not for this role.';

-- db/functions/api/get_document.sql
comment on function api.get_document(uuid) is
'What is known of a document.
Errors: JCMIS no document within reach.';

-- db/functions/api/get_protected.sql
comment on function api.get_protected() is
'Tells a caller who it is.';

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

comment on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) is
'The cases within reach, newest first and 20 a page unless told otherwise; by page number, or by the cursor of the page before.
Errors: JCVAL an unknown word, no such page, a cursor that is none.';

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

  return row((select r from core.case_records() as r where r.id = v_case.id), v_case.status::text)::api.status_change;
end;
$$;

-- db/functions/api/delete_case.sql
comment on function api.delete_case(uuid, integer, integer[]) is
'Deletes a case softly: no operation finds it any more but the audit trail.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version.';

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

-- db/functions/api/report_damage.sql
comment on function api.report_damage(uuid) is
'Records that a download gave nothing, as the bytes in the document store are gone or damaged.
Errors: JCMIS no document within reach.';

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

-- db/functions/request/upload_document.sql
-- Written by scripts/gen-migration
create or replace function request.upload_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  -- What it begins has come to its end, and that answer was kept.
  if p_key is not null and api.claim_key(p_key, p_request_sha256) is not null then
    return null;
  end if;

  return api.upload_document(p_case_id, p_filename, p_document_type, p_description);
end;
$$;

-- db/policies/core.assignments.sql
comment on policy select_to_owner on core.assignments is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.document_downloads.sql
comment on policy insert_reached on core.document_downloads is 'Whoever may read the document, by the policies of core.documents.';

-- db/policies/core.document_removals.sql
comment on policy insert_to_processor on core.document_removals is 'The worker says what it removed.';

-- db/policies/core.document_types.sql
comment on policy select_any on core.document_types is 'Everybody sees what a document can be.';
comment on policy all_to_owner on core.document_types is 'An administrator changes what a document can be.';

-- db/policies/core.documents.sql
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

-- db/policies/core.organisation_links.sql
comment on policy select_to_owner on core.organisation_links is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.cases.sql
comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court; what of them, the column grants and tg_cases__guard say.';

-- db/policies/core.kept_answers.sql
comment on policy select_own on core.kept_answers is
'A caller is told again what it was told, while it reaches the case, by the policies of core.cases.';

-- db/policies/core.case_number_gaps.sql
comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use looks as whoever creates a case.';
