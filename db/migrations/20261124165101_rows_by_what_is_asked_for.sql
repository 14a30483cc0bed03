-- migrate:up

set local check_function_bodies = off;

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
    coalesce(p.applicant_ids, '{}'),
    p.assigned_judge,
    (
      select array_agg(l.organisation_id order by l.linked_at, l.id)
      from core.organisation_links as l
      where l.case_id = p_case_id and l.unlinked_at is null
    ),
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
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select
      array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as a
    where a.case_id = p_case_id and a.revoked_at is null
  ) as p
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
drop function core.case_records(uuid[]);
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
  -- Each side table is read once for all the cases. Where its policy shows the caller nothing
  -- (to an adopter: no details, no particulars, no organisations) the fields are simply null.
  return array(
    with people as (
      select
        a.case_id,
        array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
        (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
          as assigned_judge
      from core.assignments as a
      where a.case_id = any (p_case_ids) and a.revoked_at is null
      group by a.case_id
    ),
    organisations as (
      select l.case_id, array_agg(l.organisation_id order by l.linked_at, l.id) as organisation_ids
      from core.organisation_links as l
      where l.case_id = any (p_case_ids) and l.unlinked_at is null
      group by l.case_id
    ),
    transitions as materialized (
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
      coalesce(p.applicant_ids, '{}'),
      p.assigned_judge,
      o.organisation_ids,
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
    left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
    left join people as p on p.case_id = c.id
    left join organisations as o on o.case_id = c.id
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

-- db/functions/core/newest_cases.sql
drop function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer);
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
        and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) is
'The cases within reach that the filter finds, newest first, each with the cursor of the page after it. Planned anew for each
call, by what the filter asks for.';

revoke all on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) to casefile_caller;

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

-- db/policies/audit.entries.sql
-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

drop policy if exists select_own_court on audit.entries;
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on audit.entries is
'An officer, of the cases of its own court, deleted ones too.';

drop policy if exists select_reached on audit.entries;
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

drop policy if exists select_to_owner on audit.entries;
create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

drop policy if exists insert_to_owner on audit.entries;
create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;

-- db/policies/core.assignments.sql
-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

drop policy if exists select_own_court on core.assignments;
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.assignments;
create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

drop policy if exists select_to_owner on core.assignments;
create policy select_to_owner on core.assignments for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.assignments;
create policy insert_own_court on core.assignments for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

drop policy if exists update_own_court on core.assignments;
create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.assignments is 'An officer revokes assignments of the cases of its own court.';

revoke all on core.assignments from public;
grant select on core.assignments to casefile_caller;
grant insert (case_id, user_id, assignment_type), update (revoked_at) on core.assignments to hmcts_case_officer;

-- db/policies/core.case_details.sql
-- The details of a case: for everybody who reaches it, but adopters.

alter table core.case_details enable row level security;
alter table core.case_details force row level security;

drop policy if exists select_own_court on core.case_details;
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.case_details;
create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists insert_reached on core.case_details;
create policy insert_reached on core.case_details for insert
to hmcts_case_officer
with check (true);
comment on policy insert_reached on core.case_details is
'An officer; at creation the case is not there yet. tg_case_details__in_use checks at the end that the case is reached and uses them.';

drop policy if exists select_to_owner on core.case_details;
create policy select_to_owner on core.case_details for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_details is 'audit.case_image records what changed.';

revoke all on core.case_details from public;
grant select on core.case_details
  to casefile_caller;
grant insert (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  on core.case_details to hmcts_case_officer;

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
drop policy if exists select_own_court on core.documents;
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

drop policy if exists select_reached on core.documents;
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

drop policy if exists select_to_owner on core.documents;
create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

drop policy if exists select_to_processor on core.documents;
create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

drop policy if exists update_to_processor on core.documents;
create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';

drop policy if exists insert_reached on core.documents;
create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

drop policy if exists update_own_upload on core.documents;
create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

drop policy if exists update_own_court on core.documents;
create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.documents is 'An officer deletes documents of the cases of its own court.';

revoke all on core.documents from public;
grant select on core.documents to casefile_caller, document_processor;
grant insert (case_id, filename, document_type, description) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (upload_status, file_size, file_hash, mime_type) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (deleted_at) on core.documents to hmcts_case_officer;
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason) on core.documents to document_processor;

-- db/policies/core.organisation_links.sql
-- Organisation links: for everybody who reaches the case, but adopters.

alter table core.organisation_links enable row level security;
alter table core.organisation_links force row level security;

drop policy if exists select_own_court on core.organisation_links;
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.organisation_links;
create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists select_to_owner on core.organisation_links;
create policy select_to_owner on core.organisation_links for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.organisation_links;
create policy insert_own_court on core.organisation_links for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

drop policy if exists update_own_court on core.organisation_links;
create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;

-- db/policies/core.status_changes.sql
-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

drop policy if exists select_own_court on core.status_changes;
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.status_changes;
create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

drop policy if exists select_to_owner on core.status_changes;
create policy select_to_owner on core.status_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_changes is 'core.tg_cases__history reads back the id that it wrote.';

drop policy if exists insert_to_owner on core.status_changes;
create policy insert_to_owner on core.status_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_changes is 'core.tg_cases__history alone writes history.';

revoke all on core.status_changes from public;
grant select on core.status_changes to casefile_caller;

-- migrate:down

set local check_function_bodies = off;

-- db/policies/core.status_changes.sql
-- The history of statuses: for everybody who reaches the case.

alter table core.status_changes enable row level security;
alter table core.status_changes force row level security;

drop policy if exists select_own_court on core.status_changes;
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.status_changes;
create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

drop policy if exists select_to_owner on core.status_changes;
create policy select_to_owner on core.status_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_changes is 'core.tg_cases__history reads back the id that it wrote.';

drop policy if exists insert_to_owner on core.status_changes;
create policy insert_to_owner on core.status_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_changes is 'core.tg_cases__history alone writes history.';

revoke all on core.status_changes from public;
grant select on core.status_changes to casefile_caller;

-- db/policies/core.organisation_links.sql
-- Organisation links: for everybody who reaches the case, but adopters.

alter table core.organisation_links enable row level security;
alter table core.organisation_links force row level security;

drop policy if exists select_own_court on core.organisation_links;
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.organisation_links;
create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists select_to_owner on core.organisation_links;
create policy select_to_owner on core.organisation_links for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.organisation_links;
create policy insert_own_court on core.organisation_links for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.organisation_links is 'An officer links organisations to the cases of its own court.';

drop policy if exists update_own_court on core.organisation_links;
create policy update_own_court on core.organisation_links for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.organisation_links is 'An officer unlinks organisations from the cases of its own court.';

revoke all on core.organisation_links from public;
grant select on core.organisation_links to casefile_caller;
grant insert (case_id, organisation_id, organisation_type), update (unlinked_at)
  on core.organisation_links to hmcts_case_officer;

-- db/policies/core.documents.sql
-- Documents: for everybody who reaches the case; to an adopter, its own uploads.

alter table core.documents enable row level security;
alter table core.documents force row level security;

-- Deleted ones too, for the same reason as in core.cases.
drop policy if exists select_own_court on core.documents;
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

drop policy if exists select_reached on core.documents;
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

drop policy if exists select_own on core.documents;
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id = any ((select core.reached_case_ids())::uuid[])
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

drop policy if exists select_to_owner on core.documents;
create policy select_to_owner on core.documents for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.documents is 'core.tg_documents__number looks for the same bytes and the last version.';

drop policy if exists select_to_processor on core.documents;
create policy select_to_processor on core.documents for select
to document_processor
using (true);
comment on policy select_to_processor on core.documents is 'The worker scans and reads the documents of all cases.';

drop policy if exists update_to_processor on core.documents;
create policy update_to_processor on core.documents for update
to document_processor
using (true);
comment on policy update_to_processor on core.documents is 'The worker records what it found; what of it, the column grants and tg_documents__guard say.';

drop policy if exists insert_reached on core.documents;
create policy insert_reached on core.documents for insert
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_reached on core.documents is 'Everybody but judges uploads to the cases it reaches.';

drop policy if exists update_own_upload on core.documents;
create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

drop policy if exists update_own_court on core.documents;
create policy update_own_court on core.documents for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.documents is 'An officer deletes documents of the cases of its own court.';

revoke all on core.documents from public;
grant select on core.documents to casefile_caller, document_processor;
grant insert (case_id, filename, document_type, description) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (upload_status, file_size, file_hash, mime_type) on core.documents
  to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
grant update (deleted_at) on core.documents to hmcts_case_officer;
grant update (upload_status, virus_scan_status, ocr_status, ocr_failure_reason) on core.documents to document_processor;

-- db/policies/core.case_details.sql
-- The details of a case: for everybody who reaches it, but adopters.

alter table core.case_details enable row level security;
alter table core.case_details force row level security;

drop policy if exists select_own_court on core.case_details;
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.case_details;
create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists insert_reached on core.case_details;
create policy insert_reached on core.case_details for insert
to hmcts_case_officer
with check (true);
comment on policy insert_reached on core.case_details is
'An officer; at creation the case is not there yet. tg_case_details__in_use checks at the end that the case is reached and uses them.';

drop policy if exists select_to_owner on core.case_details;
create policy select_to_owner on core.case_details for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_details is 'audit.case_image records what changed.';

revoke all on core.case_details from public;
grant select on core.case_details
  to casefile_caller;
grant insert (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  on core.case_details to hmcts_case_officer;

-- db/policies/core.assignments.sql
-- Assignments: for everybody who reaches the case; to an adopter, its own.

alter table core.assignments enable row level security;
alter table core.assignments force row level security;

drop policy if exists select_own_court on core.assignments;
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court, by the policies of core.cases.';

drop policy if exists select_reached on core.assignments;
create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

drop policy if exists select_own on core.assignments;
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id = any ((select core.reached_case_ids())::uuid[])
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

drop policy if exists select_to_owner on core.assignments;
create policy select_to_owner on core.assignments for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

drop policy if exists insert_own_court on core.assignments;
create policy insert_own_court on core.assignments for insert
to hmcts_case_officer
with check (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy insert_own_court on core.assignments is 'An officer assigns users to the cases of its own court.';

drop policy if exists update_own_court on core.assignments;
create policy update_own_court on core.assignments for update
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id and c.deleted_at is null));
comment on policy update_own_court on core.assignments is 'An officer revokes assignments of the cases of its own court.';

revoke all on core.assignments from public;
grant select on core.assignments to casefile_caller;
grant insert (case_id, user_id, assignment_type), update (revoked_at) on core.assignments to hmcts_case_officer;

-- db/policies/audit.entries.sql
-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

drop policy if exists select_own_court on audit.entries;
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_own_court on audit.entries is
'An officer, of the cases of its own court, deleted ones too.';

drop policy if exists select_reached on audit.entries;
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id = any ((select core.reached_case_ids())::uuid[]));
comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

drop policy if exists select_to_owner on audit.entries;
create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

drop policy if exists insert_to_owner on audit.entries;
create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;

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
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. For
policies, as = any ((select ...)::uuid[]): evaluated once for a table. None for an officer, who reaches a whole court.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;

-- db/functions/core/newest_filtered_cases.sql
drop function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer);

-- db/functions/core/newest_cases.sql
drop function core.newest_cases(core.case_cursor, bigint, integer);
-- A page of cases, newest first
create or replace function core.newest_cases(
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
        and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) is
'The cases within reach, newest first, each with the cursor of the page after it.';

revoke all on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/case_records.sql
drop function core.case_records(uuid[]);
-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns setof api.case_record
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
  -- Each side table is read once for all the cases. Where its policy shows the caller nothing
  -- (to an adopter: no details, no particulars, no organisations) the fields are simply null.
  return query
  with people as (
    select
      a.case_id,
      array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as a
    where a.case_id = any (p_case_ids) and a.revoked_at is null
    group by a.case_id
  ),
  organisations as (
    select l.case_id, array_agg(l.organisation_id order by l.linked_at, l.id) as organisation_ids
    from core.organisation_links as l
    where l.case_id = any (p_case_ids) and l.unlinked_at is null
    group by l.case_id
  ),
  transitions as materialized (
    select s.from_status, array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where v_role = any (s.roles) and v_can_move
    group by s.from_status
  )
  select
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
    coalesce(p.applicant_ids, '{}'),
    p.assigned_judge,
    o.organisation_ids,
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
  from unnest(p_case_ids) with ordinality as i (case_id, place)
  -- Case by case: joined, the planner would read all that the caller reaches.
  cross join lateral (select * from core.cases as k where k.id = i.case_id offset 0) as c
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  left join people as p on p.case_id = c.id
  left join organisations as o on o.case_id = c.id
  left join transitions as v on v.from_status = c.status
  order by i.place;
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;

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
    coalesce(p.applicant_ids, '{}'),
    p.assigned_judge,
    (
      select array_agg(l.organisation_id order by l.linked_at, l.id)
      from core.organisation_links as l
      where l.case_id = p_case_id and l.unlinked_at is null
    ),
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
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select
      array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as a
    where a.case_id = p_case_id and a.revoked_at is null
  ) as p
  cross join lateral (
    select array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where s.from_status = c.status and v_role = any (s.roles) and v_can_move
  ) as v
  where c.id = p_case_id;

  return v_record;
end;
$$;

comment on function core.case_record(uuid) is
'The case, redacted by the policies of the side tables; null if it is out of reach. The same as of core.case_records, which
a test holds it to.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;
