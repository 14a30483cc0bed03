-- migrate:up

-- Functions call each other across files.
set local check_function_bodies = off;

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

-- The fields of one document that differ from another
create or replace function audit.changed_fields(p_of jsonb, p_against jsonb)
returns jsonb
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(f.key, f.value), '{}')
  from jsonb_each(p_of) as f
  where f.value is distinct from p_against -> f.key;
$$;

comment on function audit.changed_fields(jsonb, jsonb) is 'What of the first document is not the same in the second.';

revoke all on function audit.changed_fields(jsonb, jsonb) from public;

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

-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
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

drop trigger if exists tg_assignments__audit on core.assignments;
create trigger tg_assignments__audit
after insert or update on core.assignments
for each row execute function audit.tg_assignments__audit();
alter table core.assignments enable always trigger tg_assignments__audit;

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

drop trigger if exists tg_cases__audit on core.cases;
create trigger tg_cases__audit
after insert or update on core.cases
for each row execute function audit.tg_cases__audit();
alter table core.cases enable always trigger tg_cases__audit;

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

drop trigger if exists tg_organisation_links__audit on core.organisation_links;
create trigger tg_organisation_links__audit
after insert or update on core.organisation_links
for each row execute function audit.tg_organisation_links__audit();
alter table core.organisation_links enable always trigger tg_organisation_links__audit;

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

-- migrate:down

drop trigger tg_assignments__audit on core.assignments;
drop trigger tg_cases__audit on core.cases;
drop trigger tg_organisation_links__audit on core.organisation_links;
drop trigger tg_entries__refuse_change on audit.entries;
drop trigger tg_refusals__refuse_change on audit.refusals;
drop trigger tg_status_changes__refuse_change on core.status_changes;
drop trigger tg_status_change_particulars__refuse_change on core.status_change_particulars;
drop trigger tg_case_details__refuse_change on core.case_details;
drop trigger tg_cases__refuse_removal on core.cases;
drop trigger tg_assignments__refuse_removal on core.assignments;
drop trigger tg_assignment_particulars__refuse_removal on core.assignment_particulars;
drop trigger tg_organisation_links__refuse_removal on core.organisation_links;
drop trigger tg_chains__refuse_removal on audit.chains;
drop function audit.append(uuid, text, text, audit.action, jsonb, jsonb);
drop function audit.case_image(core.cases);
drop function audit.changed_fields(jsonb, jsonb);
drop function audit.entry_digest(bytea, audit.entries);
drop function audit.explain_refusal(text, uuid);
drop function audit.find_broken_chains(uuid);
drop function audit.tg_assignments__audit();
drop function audit.tg_cases__audit();
drop function audit.tg_organisation_links__audit();
drop function audit.tg_refuse_change();
