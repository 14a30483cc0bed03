-- migrate:up

-- Functions call each other across files.
set local check_function_bodies = off;

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

-- GET /api/cases/{id}
create or replace function api.get_case(p_case_id uuid)
returns api.case_read
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return row(core.case_record(v_case.id), core.status_history(v_case.id))::api.case_read;
end;
$$;

comment on function api.get_case(uuid) is
'A case with the history of its status.
Errors: JCMIS no case within reach.';

revoke all on function api.get_case(uuid) from public;
grant execute on function api.get_case(uuid) to casefile_caller;

-- GET /api/protected
create or replace function api.get_protected()
returns api.greeting
language sql
stable
security invoker
set search_path = ''
as $$
  select row('You are signed in', core.caller())::api.greeting;
$$;

comment on function api.get_protected() is
'Tells a caller who it is.';

revoke all on function api.get_protected() from public;
grant execute on function api.get_protected() to casefile_caller;

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
  if v_sort_by = 'createdAt' and v_sort_order = 'desc' then
    v_found := core.newest_cases(v_filter, v_after, v_offset, v_page_size + 1);
  else
    v_found := core.sorted_cases(v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_page_size + 1);
  end if;

  return row(
    array(
      select r
      from core.case_records(array(select f.case_id from unnest(v_found) as f limit v_page_size)) as r
    ),
    core.pagination(
      core.count_cases(v_filter), p_page, v_page_size,
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

-- migrate:down

drop function api.change_case_status(uuid, integer, text, text);
drop function api.create_assignment(uuid, text, text);
drop function api.create_case(text, text, text, text, text, timestamptz);
drop function api.delete_case(uuid, integer);
drop function api.get_admin_only();
drop function api.get_case(uuid);
drop function api.get_protected();
drop function api.link_organisation(uuid, text, text);
drop function api.list_assignments(uuid);
drop function api.list_case_audit(uuid, integer, integer);
drop function api.list_cases(text, text, date, date, text, text, text, integer, integer, text);
drop function api.list_organisations(uuid);
drop function api.revoke_assignment(uuid, uuid);
drop function api.unlink_organisation(uuid, text);
drop function api.update_case(uuid, integer, jsonb);
