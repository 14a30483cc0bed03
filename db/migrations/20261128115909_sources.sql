-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy insert_to_owner on audit.refusals;
drop policy select_to_owner on auth.sign_ins;
drop policy insert_to_owner on auth.sign_ins;
drop trigger tg_refusals__refuse_change on audit.refusals;
drop trigger tg_sign_ins__refuse_change on auth.sign_ins;

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years.';
comment on column audit.refusals.times is 'How often, within a minute of occurred_at; the other columns are of the first time.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Kept for two years.';

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

  if new.ocr_status <> old.ocr_status and new.ocr_status <> 'processing' then
    new.ocr_completed_at := clock_timestamp();
  end if;

  return new;
end;
$$;

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
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_user_id text := core.actor();
  v_user_role text := coalesce(core.caller_role()::text, 'DATABASE');
  v_client_address text := audit.client_address();
  v_since timestamptz := clock_timestamp() - interval '1 minute';
begin
  -- Looked for among the latest of this user alone: so it costs the same, however many there are.
  update audit.refusals as r
  set times = r.times + 1
  where r.id = (
    select s.id
    from (select * from audit.refusals as l where l.user_id = v_user_id order by l.id desc limit 100) as s
    where s.occurred_at > v_since
      and s.user_role = v_user_role and s.operation = p_operation and s.reason = p_reason
      and s.case_id is not distinct from p_case_id and s.client_address is not distinct from v_client_address
    order by s.id desc
    limit 1
  );

  if found then
    return;
  end if;

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
  -- The document's row before the audit's chain, in which order all others take them.
  update core.documents set ocr_status = 'complete' where id = p_document_id;
  insert into core.document_texts (document_id, content) values (p_document_id, p_text);
  delete from core.document_jobs where document_id = p_document_id;
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

drop policy all_to_owner on audit.refusals;
drop policy all_to_owner on auth.sign_ins;
drop policy select_own on core.kept_answers;
drop trigger tg_document_removals__guard on core.document_removals;
drop trigger tg_document_texts__guard on core.document_texts;
drop trigger tg_document_removals__audit on core.document_removals;
drop trigger tg_document_texts__audit on core.document_texts;
drop trigger tg_refusals__keep_two_years on audit.refusals;
drop trigger tg_sign_ins__keep_two_years on auth.sign_ins;
drop trigger tg_refusals__guard on audit.refusals;
drop trigger tg_sign_ins__refuse_change on auth.sign_ins;
drop trigger tg_refusals__refuse_truncate on audit.refusals;
drop function core.answered_case_id(jsonb);
drop function core.known_time(text, timestamptz);
drop function core.take_key(text, bytea);
drop function core.tg_document_removals__guard();
drop function core.tg_document_texts__guard();
drop function audit.client_address();
drop function audit.record_refusal(uuid, text, text);
drop function audit.tg_document_removals__audit();
drop function audit.tg_document_texts__audit();
drop function audit.tg_keep_two_years();
drop function audit.tg_refusals__guard();
revoke select on table core.kept_answers from casefile_caller;
comment on column audit.refusals.times is null;

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Append-only.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Append-only.';

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

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_refusals__refuse_change
before update or delete or truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_change;

create trigger tg_sign_ins__refuse_change
before update or delete or truncate on auth.sign_ins
for each statement execute function audit.tg_refuse_change();
alter table auth.sign_ins enable always trigger tg_sign_ins__refuse_change;

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
