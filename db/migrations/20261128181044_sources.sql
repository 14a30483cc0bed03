-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_own_court on audit.entries;
drop policy select_reached on audit.entries;
drop policy select_own_court on core.assignments;
drop policy select_own_court on core.case_details;
drop policy update_reached on core.cases;
drop policy select_reached on core.document_texts;
drop policy select_own_court on core.documents;
drop policy select_own_court on core.organisation_links;
drop policy select_own_court on core.status_changes;
drop policy select_reached on core.assignment_particulars;
drop policy select_reached on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_reached on core.cases;
drop policy select_reached on core.documents;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_change_particulars;
drop policy select_reached on core.status_changes;
drop policy select_own on core.assignments;
drop policy select_own on core.documents;
drop policy update_meanwhile on core.case_details;
drop policy update_meanwhile on core.assignments;
drop policy update_meanwhile on core.documents;
drop policy update_meanwhile on core.document_texts;
drop policy update_meanwhile on core.status_changes;
drop policy update_meanwhile on core.status_change_particulars;
drop policy update_meanwhile on core.organisation_links;
drop policy update_meanwhile on audit.entries;
drop trigger tg_case_details__court_meanwhile on core.case_details;
drop trigger tg_assignments__court_meanwhile on core.assignments;
drop trigger tg_assignment_particulars__court_meanwhile on core.assignment_particulars;
drop trigger tg_documents__court_meanwhile on core.documents;
drop trigger tg_document_texts__court_meanwhile on core.document_texts;
drop trigger tg_status_changes__court_meanwhile on core.status_changes;
drop trigger tg_status_change_particulars__court_meanwhile on core.status_change_particulars;
drop trigger tg_organisation_links__court_meanwhile on core.organisation_links;
drop trigger tg_entries__court_meanwhile on audit.entries;
drop function core.reached_case_ids();
drop function core.tg_court_meanwhile();
comment on column core.case_participants.court_code is null;

-- db/tables/audit.entries.sql
comment on column audit.entries.court_code is
'The court of the case at the time, whose officers read it. No part of the digest: it is no part of what was done, and audit.find_faults
compares it with the case.';

-- db/tables/core.case_reach.sql
comment on table core.case_reach is
'Who reaches a case by name: what its active assignments and links say, of cases that are not deleted. Written by their triggers alone.
A case may be reached in two ways: by a social worker''s own assignment, and by the link of its authority.';

comment on column core.case_reach.way is
'By which type of assignment or of organisation: each counts for one role alone, as the policies say.';
comment on column core.case_reach.reached_by is 'The user who is assigned, or the organisation that is linked.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes: a list of them opens with the newest.';

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
    (select count(distinct r.case_id) from core.case_reach as r)
  );
end;
$$;

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
revoke all on function core.find_reach_faults(uuid, uuid) from public;
grant execute on function core.find_reach_faults(uuid, uuid) to casefile_backup;

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

comment on function core.tg_case_details__stamp() is
'New details take effect with the next version of their case, and remember its creator and its court.';

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
  insert into core.status_changes (case_id, court_code, from_status, to_status, changed_at)
  values (new.id, new.court_code, old.status, new.status, new.updated_at)
  returning id into new.status_change_id;

  insert into core.status_change_particulars (status_change_id, case_id, court_code, changed_by, reason)
  values (new.status_change_id, new.id, new.court_code, core.actor(), core.trimmed(new.status_reason));

  new.status_reason := null;
  return new;
end;
$$;

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
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

-- db/functions/audit/entry_digest.sql
comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest and its court.';

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem
  from audit.find_broken_links(p_from, p_to) as b
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
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, versions that are not one more than the changes
audited, and entries of another court.';

-- db/policies/audit.entries.sql
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on audit.entries is
'An officer, what was done in its own court, to deleted cases too.';

create policy select_reached on audit.entries for select
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = entries.case_id offset 0));

comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

-- db/policies/core.assignment_particulars.sql
create policy select_own_court on core.assignment_particulars for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.assignment_particulars is 'An officer, of the cases of its own court.';

create policy select_reached on core.assignment_particulars for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = assignment_particulars.case_id offset 0));

comment on policy select_reached on core.assignment_particulars is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.assignments.sql
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court.';

create policy select_reached on core.assignments for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0)
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';
comment on policy select_to_owner on core.assignments is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.case_details.sql
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court.';

create policy select_reached on core.case_details for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = case_details.case_id offset 0));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = case_participants.case_id offset 0));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_reach.sql
-- Who reaches a case by name, and in which way. The policies of cases and of their side tables ask these.

alter table core.case_reach enable row level security;
alter table core.case_reach force row level security;

create policy select_of_judge on core.case_reach for select
to judge_legal_adviser
using (reached_by = (select core.claim('user_id')) and way = 'JUDICIAL');
comment on policy select_of_judge on core.case_reach is 'A judge reaches the cases of its active judicial assignments.';

create policy select_of_cafcass_officer on core.case_reach for select
to cafcass_officer
using (reached_by = (select core.claim('user_id')) and way = 'CAFCASS');
comment on policy select_of_cafcass_officer on core.case_reach is 'A Cafcass officer, those of its active assignments.';

create policy select_of_social_worker on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('user_id')) and way = 'SOCIAL_WORKER');
comment on policy select_of_social_worker on core.case_reach is 'A social worker, those of its active assignments,';

create policy select_of_authority on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'LOCAL_AUTHORITY');
comment on policy select_of_authority on core.case_reach is 'and those that its local authority is linked to.';

create policy select_of_agency on core.case_reach for select
to vaa_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'VOLUNTARY_AGENCY');
comment on policy select_of_agency on core.case_reach is 'An agency worker, those that its agency is linked to.';

create policy select_of_applicant on core.case_reach for select
to adopter
using (reached_by = (select core.claim('user_id')) and way = 'APPLICANT');
comment on policy select_of_applicant on core.case_reach is 'An adopter, those in which it applies.';

create policy all_to_owner on core.case_reach for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_reach is 'core.gather_reach alone writes them, for the triggers that call it.';
revoke all on core.case_reach from public;
grant select on core.case_reach to casefile_caller;

-- db/policies/core.cases.sql
create policy select_reached on core.cases for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation, by the policies of core.case_reach.';
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.ties leaves out deleted ones.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));

comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

-- db/policies/core.document_texts.sql
create policy select_own_court on core.document_texts for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.document_texts is 'An officer, of the cases of its own court.';

create policy select_reached on core.document_texts for select
to casefile_professional, adopter
using (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy select_reached on core.document_texts is 'Everybody else who may read the document, by the policies of core.documents.';

-- db/policies/core.documents.sql
-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0)
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

-- db/policies/core.organisation_links.sql
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court.';

create policy select_reached on core.organisation_links for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = organisation_links.case_id offset 0));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';
comment on policy select_to_owner on core.organisation_links is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.status_change_particulars.sql
create policy select_own_court on core.status_change_particulars for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.status_change_particulars is 'An officer, of the cases of its own court.';

create policy select_reached on core.status_change_particulars for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = status_change_particulars.case_id offset 0));

comment on policy select_reached on core.status_change_particulars is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.status_changes.sql
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court.';

create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = status_changes.case_id offset 0));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_own_court on audit.entries;
drop policy select_reached on audit.entries;
drop policy select_own_court on core.assignment_particulars;
drop policy select_reached on core.assignment_particulars;
drop policy select_own_court on core.assignments;
drop policy select_reached on core.assignments;
drop policy select_own on core.assignments;
drop policy select_own_court on core.case_details;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_of_judge on core.case_reach;
drop policy select_of_cafcass_officer on core.case_reach;
drop policy select_of_social_worker on core.case_reach;
drop policy select_of_authority on core.case_reach;
drop policy select_of_agency on core.case_reach;
drop policy select_of_applicant on core.case_reach;
drop policy all_to_owner on core.case_reach;
drop policy select_reached on core.cases;
drop policy update_reached on core.cases;
drop policy select_own_court on core.document_texts;
drop policy select_reached on core.document_texts;
drop policy select_own_court on core.documents;
drop policy select_reached on core.documents;
drop policy select_own on core.documents;
drop policy select_own_court on core.organisation_links;
drop policy select_reached on core.organisation_links;
drop policy select_own_court on core.status_change_particulars;
drop policy select_reached on core.status_change_particulars;
drop policy select_own_court on core.status_changes;
drop policy select_reached on core.status_changes;
drop function core.find_reach_faults(uuid, uuid);
revoke select on table core.case_reach from casefile_caller;
comment on column audit.entries.court_code is null;
comment on table core.case_reach is null;
comment on column core.case_reach.way is null;
comment on column core.case_reach.reached_by is null;
comment on column core.case_reach.created_at is null;

-- db/tables/core.case_participants.sql
comment on column core.case_participants.court_code is 'The court of the case, which never changes. So an officer''s policy need not ask for the case.';

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
  v_role text := current_setting('role');
  v_assignment_type core.assignment_type := case v_role
    when 'judge_legal_adviser' then 'JUDICIAL'
    when 'cafcass_officer' then 'CAFCASS'
    when 'la_social_worker' then 'SOCIAL_WORKER'
    when 'adopter' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'la_social_worker' then 'LOCAL_AUTHORITY'
    when 'vaa_worker' then 'VOLUNTARY_AGENCY'
  end;
  -- Asked once, and not for each query.
  v_claim text;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_claim := core.claim('user_id');
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = v_claim
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_claim := core.claim('organisation_id');
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = v_claim
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

-- db/functions/core/tg_court_meanwhile.sql
create function core.tg_court_meanwhile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  case tg_table_name
    when 'assignment_particulars' then
      select a.case_id into new.case_id from core.assignments as a where a.id = new.assignment_id;
    when 'document_texts' then
      select d.case_id into new.case_id from core.documents as d where d.id = new.document_id;
    when 'status_change_particulars' then
      select s.case_id into new.case_id from core.status_changes as s where s.id = new.status_change_id;
    else
      null;
  end case;

  -- The details of a new case come before it.
  new.court_code := coalesce((select c.court_code from core.cases as c where c.id = new.case_id), nullif(core.claim('court_code'), ''));
  return new;
end;
$$;
revoke all on function core.tg_court_meanwhile() from public;

create trigger tg_case_details__court_meanwhile before insert on core.case_details
for each row execute function core.tg_court_meanwhile();
alter table core.case_details enable always trigger tg_case_details__court_meanwhile;

create trigger tg_assignments__court_meanwhile before insert on core.assignments
for each row execute function core.tg_court_meanwhile();
alter table core.assignments enable always trigger tg_assignments__court_meanwhile;

create trigger tg_assignment_particulars__court_meanwhile before insert on core.assignment_particulars
for each row execute function core.tg_court_meanwhile();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__court_meanwhile;

create trigger tg_documents__court_meanwhile before insert on core.documents
for each row execute function core.tg_court_meanwhile();
alter table core.documents enable always trigger tg_documents__court_meanwhile;

create trigger tg_document_texts__court_meanwhile before insert on core.document_texts
for each row execute function core.tg_court_meanwhile();
alter table core.document_texts enable always trigger tg_document_texts__court_meanwhile;

create trigger tg_status_changes__court_meanwhile before insert on core.status_changes
for each row execute function core.tg_court_meanwhile();
alter table core.status_changes enable always trigger tg_status_changes__court_meanwhile;

create trigger tg_status_change_particulars__court_meanwhile before insert on core.status_change_particulars
for each row execute function core.tg_court_meanwhile();
alter table core.status_change_particulars enable always trigger tg_status_change_particulars__court_meanwhile;

create trigger tg_organisation_links__court_meanwhile before insert on core.organisation_links
for each row execute function core.tg_court_meanwhile();
alter table core.organisation_links enable always trigger tg_organisation_links__court_meanwhile;

create trigger tg_entries__court_meanwhile before insert on audit.entries
for each row execute function core.tg_court_meanwhile();
alter table audit.entries enable always trigger tg_entries__court_meanwhile;

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

-- db/functions/audit/entry_digest.sql
comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest.';

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem
  from audit.find_broken_links(p_from, p_to) as b
  union all
  select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
  from core.cases as c
  left join audit.entries as e
    on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
  where c.id between p_from and p_to
  group by c.id, c.version
  having c.version <> count(e.id) + 1;
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, and versions that are not one more than the changes audited.';

-- db/policies/audit.entries.sql
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
create policy update_meanwhile on audit.entries for update to casefile_owner using (true);

-- db/policies/core.assignments.sql
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));

comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

create policy select_reached on core.assignments for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';
create policy update_meanwhile on core.assignments for update to casefile_owner using (true);

-- db/policies/core.case_details.sql
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));

comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.case_details for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';
create policy update_meanwhile on core.case_details for update to casefile_owner using (true);

-- db/policies/core.cases.sql
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.reached_case_ids leaves out deleted ones.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

create policy select_reached on core.cases for select
to casefile_professional, adopter
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

-- db/policies/core.document_texts.sql
create policy select_reached on core.document_texts for select
to casefile_caller
using (exists (select from core.documents as d where d.id = document_id offset 0));
comment on policy select_reached on core.document_texts is 'Whoever may read the document, by the policies of core.documents.';
create policy update_meanwhile on core.document_texts for update to casefile_owner using (true);

-- db/policies/core.documents.sql
-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';
create policy update_meanwhile on core.documents for update to casefile_owner using (true);

-- db/policies/core.organisation_links.sql
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));

comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

create policy select_reached on core.organisation_links for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';
create policy update_meanwhile on core.organisation_links for update to casefile_owner using (true);

-- db/policies/core.status_changes.sql
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id offset 0));

comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';
create policy update_meanwhile on core.status_changes for update to casefile_owner using (true);

-- db/policies/core.assignment_particulars.sql
create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, casefile_professional
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));

comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.status_change_particulars.sql
create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, casefile_professional
using (exists (select from core.status_changes as s where s.id = status_change_id offset 0));

comment on policy select_reached on core.status_change_particulars is
'Whoever reaches the case, by the policies of core.status_changes. None for adopters: that is their redaction.';
create policy update_meanwhile on core.status_change_particulars for update to casefile_owner using (true);
