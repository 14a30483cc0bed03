-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

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
drop trigger tg_document_removals__audit on core.document_removals;
drop trigger tg_document_texts__audit on core.document_texts;
drop function core.answered_case_id(jsonb);
drop function core.known_time(text, timestamptz);
drop function core.take_key(text, bytea);
drop function core.tg_document_removals__guard();
drop function core.tg_document_texts__guard();
drop function audit.tg_document_removals__audit();
drop function audit.tg_document_texts__audit();
revoke select on table core.kept_answers from casefile_caller;

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

-- db/policies/core.kept_answers.sql
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';
