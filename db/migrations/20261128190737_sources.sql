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
drop function core.case_record(uuid);
drop function core.case_records(uuid[]);
drop function core.count_cases();
drop function core.count_filtered_cases(core.case_filter);
drop function core.document(core.documents);
drop function core.organisation_link(core.organisation_links);
drop function core.pagination(bigint, integer, integer, text);
drop function core.status_history(uuid);
drop function core.valid_transitions();
drop function auth.resume(bytea, uuid, text);
drop function auth.claim_session(bytea);
drop function core.newest_cases(core.page_cursor, bigint, integer);
drop function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer);
drop function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer);
drop function core.tg_court_meanwhile();
comment on column core.case_participants.court_code is null;

-- db/schemas.sql
comment on schema request is 'What the server calls: each operation of schema api under its name, as the caller of a session. Written by scripts/gen-migration.';
grant usage on schema request to casefile_api;

-- db/types/api.pagination.sql
alter type api.pagination add attribute total_is_minimum boolean;

-- db/types/core.case_count.sql
create type core.case_count as (total bigint, is_minimum boolean);
comment on type core.case_count is 'How many cases there are; or is_minimum, and there are more.';

-- db/tables/core.cases.sql
comment on column core.cases.status_place is
'To filter and sort by. Under row-level security an index serves only operators that PostgreSQL knows to be leakproof: those of numbers, texts and times, and not those of an enum.';
comment on column core.cases.case_type_place is 'To filter by.';
comment on column core.cases.attention_place is 'To sort by: the greater, the sooner the next hearing.';
comment on column core.cases.scheduled_at is 'The next hearing, or the creation where none is fixed: what the dates of a filter are about.';

-- db/tables/core.cases_court_code_case_number_idx.sql
comment on index core.cases_court_code_case_number_idx is
'Numbers sort as bytes here, so that those that begin alike stand side by side, whatever the collation of the database.';

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

-- db/tables/core.next_statuses.sql
comment on table core.next_statuses is
'To which statuses a caller of each role may move a case: what core.status_transitions says, gathered by its trigger for whoever reads
cases. No row where there is none.';
comment on column core.next_statuses.to_statuses is 'In the order of a case''s life.';

-- db/functions/core/assignment_records.sql
-- What an assignment looks like to its caller
create or replace function core.assignment_records()
returns setof api.assignment
language sql
stable
security invoker
as $$
  select a.id, a.case_id, a.user_id, a.assignment_type::text, a.created_at, p.assigned_by
  from core.assignments as a
  left join core.assignment_particulars as p on p.assignment_id = a.id
  where a.revoked_at is null;
$$;

comment on function core.assignment_records() is
'All active assignments within reach; without who assigned where core.assignment_particulars shows the caller nothing. Becomes a part of
the query that asks it.';
revoke all on function core.assignment_records() from public;
grant execute on function core.assignment_records() to casefile_caller;

-- db/functions/core/caller_role.sql
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language sql
stable
security invoker
as $$
  select case pg_catalog.current_setting('role')
    when 'hmcts_case_officer' then 'HMCTS_CASE_OFFICER'
    when 'judge_legal_adviser' then 'JUDGE_LEGAL_ADVISER'
    when 'cafcass_officer' then 'CAFCASS_OFFICER'
    when 'la_social_worker' then 'LA_SOCIAL_WORKER'
    when 'vaa_worker' then 'VAA_WORKER'
    when 'adopter' then 'ADOPTER'
  end::core.user_role;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.
Becomes a part of the query that asks it.';

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
revoke all on function core.case_records() from public;
grant execute on function core.case_records() to casefile_caller;

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
revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

-- db/functions/core/count_filtered_cases.sql
-- How many cases a filter finds
create or replace function core.count_filtered_cases(p_filter core.case_filter)
returns core.case_count
language plpgsql
stable
security invoker
set search_path = ''
-- As in core.sorted_cases.
set plan_cache_mode = force_custom_plan
as $$
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

comment on function core.count_filtered_cases(core.case_filter) is
'How many cases within reach the filter finds, no further than core.most_counted.';
revoke all on function core.count_filtered_cases(core.case_filter) from public;
grant execute on function core.count_filtered_cases(core.case_filter) to casefile_caller;

-- db/functions/core/document_records.sql
-- What a document looks like to its caller
create or replace function core.document_records()
returns setof api.document
language sql
stable
security invoker
as $$
  select
    d.id, d.case_id, d.filename, d.filename, d.document_type, d.description, d.file_size, d.file_hash, d.mime_type, d.uploaded_by,
    d.uploaded_at, d.version, d.upload_status::text, d.ocr_status::text, d.ocr_completed_at, d.ocr_failure_reason,
    d.virus_scan_status::text, d.virus_scan_completed_at, core.side_of(d.case_id, d.uploaded_by), d.ocr_page_count, d.ocr_pages_read
  from core.documents as d
  where d.upload_status = 'complete' and d.deleted_at is null;
$$;

comment on function core.document_records() is
'All documents within reach whose upload is complete and that are not deleted. Becomes a part of the query that asks it.';
revoke all on function core.document_records() from public;
grant execute on function core.document_records() to casefile_caller;

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

-- db/functions/core/fits_filter.sql
-- Whether a list is about a case
create or replace function core.fits_filter(p_case core.cases, p_filter core.case_filter)
returns boolean
language sql
stable
security invoker
as $$
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

comment on function core.fits_filter(core.cases, core.case_filter) is
'Whether a filter finds a case. A plain expression of leakproof operators without settings, which the planner copies into a
query, so that an index serves what is asked for.';

-- db/functions/core/most_counted.sql
-- How far cases are counted
create or replace function core.most_counted()
returns bigint
language sql
immutable
security invoker
as $$
  select 1000::bigint;
$$;

comment on function core.most_counted() is
'To how many a list counts the cases that a filter finds: counting costs by the case, and beyond some pages nobody reads on.';
revoke all on function core.most_counted() from public;
grant execute on function core.most_counted() to casefile_caller;

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
revoke all on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) from public;
grant execute on function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) to casefile_caller;

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
revoke all on function core.newest_records(core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_records(core.page_cursor, bigint, integer) to casefile_caller;

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
revoke all on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) from public;
grant execute on function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean) to casefile_caller;

-- db/functions/core/organisation_link_records.sql
-- What a link of an organisation looks like to its caller
create or replace function core.organisation_link_records()
returns setof api.organisation_link
language sql
stable
security invoker
as $$
  select l.case_id, l.organisation_id, l.organisation_type::text, l.linked_at, l.linked_by
  from core.organisation_links as l
  where l.unlinked_at is null;
$$;

comment on function core.organisation_link_records() is
'All links within reach that hold. Becomes a part of the query that asks it.';
revoke all on function core.organisation_link_records() from public;
grant execute on function core.organisation_link_records() to casefile_caller;

-- db/functions/core/pagination.sql
-- Where a page stands in its list
create or replace function core.pagination(
  p_total bigint,
  p_page integer,
  p_page_size integer,
  p_next_cursor text,
  p_total_is_minimum boolean default false
)
returns api.pagination
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor,
    p_total_is_minimum
  )::api.pagination;
end;
$$;

comment on function core.pagination(bigint, integer, integer, text, boolean) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none. The total is exact, or a minimum.';
revoke all on function core.pagination(bigint, integer, integer, text, boolean) from public;
grant execute on function core.pagination(bigint, integer, integer, text, boolean) to casefile_caller;

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

-- db/functions/core/reached_case_ids.sql
-- The cases that somebody reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() = 'HMCTS_CASE_OFFICER' then
    return null;
  end if;

  return array(select r.case_id from core.case_reach as r);
end;
$$;

comment on function core.reached_case_ids() is
'All that core.case_reach says of the caller; null for an officer, who reaches a court. A list in another order than newest first begins with them.';

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
revoke all on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean) from public;

grant execute on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean)
  to casefile_caller;

-- db/functions/core/status_history.sql
-- How a case came to its status
create or replace function core.status_history(p_case_id uuid)
returns setof api.status_history_entry
language sql
stable
security invoker
as $$
  select s.from_status::text, s.to_status::text, s.changed_at, p.changed_by
  from core.status_changes as s
  left join core.status_change_particulars as p on p.status_change_id = s.id
  where s.case_id = p_case_id
  order by s.id;
$$;

comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing. Becomes a part of the
query that asks it.';
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

-- db/functions/core/tg_status_transitions__next_statuses.sql
-- Gather what each role may do next
create or replace function core.tg_status_transitions__next_statuses()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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

comment on function core.tg_status_transitions__next_statuses() is
'Keeps core.next_statuses in step. Definer: nobody else writes there.';
revoke all on function core.tg_status_transitions__next_statuses() from public;

create trigger tg_status_transitions__next_statuses
after insert or update or delete on core.status_transitions
for each statement execute function core.tg_status_transitions__next_statuses();
alter table core.status_transitions enable always trigger tg_status_transitions__next_statuses;

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

-- db/functions/audit/changes_of.sql
-- What an entry tells of the change
create or replace function audit.changes_of(p_entry audit.entries)
returns jsonb
language sql
stable
security invoker
as $$
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

-- db/functions/audit/entry_digest.sql
comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest and its court.';

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
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
  where e.digest <> e.expected
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
$$;

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
revoke all on function auth.claim_session(bytea, boolean) from public;
grant execute on function auth.claim_session(bytea, boolean) to casefile_api;

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
revoke all on function auth.resume(bytea, uuid, text, boolean) from public;
grant execute on function auth.resume(bytea, uuid, text, boolean) to casefile_api;

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
  v_settings text;
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

  -- For the server, which tells its client.
  v_settings := set_config('casefile.is_replay', 'on', true);
  return v_answer;
end;
$$;

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

-- db/functions/api/get_document.sql
-- GET /api/documents/{id}
create or replace function api.get_document(p_document_id uuid)
returns api.document
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  return (select r from core.document_records() as r where r.id = v_document.id);
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
    select r from core.assignment_records() as r where r.case_id = v_case.id order by r.created_at, r.id
  );
end;
$$;

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
  return array(
    select r from core.organisation_link_records() as r where r.case_id = v_case.id order by r.created_at, r.organisation_id
  );
end;
$$;

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

-- db/functions/request/change_case_status.sql
-- Written by scripts/gen-migration
create or replace function request.change_case_status(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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

comment on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) is
'api.change_case_status(uuid, integer, text, text, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.change_case_status.';
revoke all on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) from public;
grant execute on function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]) to casefile_api;

-- db/functions/request/complete_upload.sql
-- Written by scripts/gen-migration
create or replace function request.complete_upload(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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

comment on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) is
'api.complete_upload(uuid, bigint, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.complete_upload.';
revoke all on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) from public;
grant execute on function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text) to casefile_api;

-- db/functions/request/create_assignment.sql
-- Written by scripts/gen-migration
create or replace function request.create_assignment(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_user_id text,
  p_assignment_type text
)
returns api.assignment
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) is
'api.create_assignment(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_assignment.';
revoke all on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) from public;
grant execute on function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) to casefile_api;

-- db/functions/request/create_case.sql
-- Written by scripts/gen-migration
create or replace function request.create_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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

comment on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) is
'api.create_case(text, text, text, text, text, timestamptz) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.create_case.';
revoke all on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) from public;
grant execute on function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz) to casefile_api;

-- db/functions/request/delete_case.sql
-- Written by scripts/gen-migration
create or replace function request.delete_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_expected_version integer default null,
  p_any_of integer[] default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.delete_case(p_case_id, p_expected_version, p_any_of);
end;
$$;

comment on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) is
'api.delete_case(uuid, integer, integer[]) as the caller of a session.
Errors: those of auth.resume and of api.delete_case.';
revoke all on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) from public;
grant execute on function request.delete_case(bytea, uuid, text, uuid, integer, integer[]) to casefile_api;

-- db/functions/request/delete_document.sql
-- Written by scripts/gen-migration
create or replace function request.delete_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.delete_document(p_document_id);
end;
$$;

comment on function request.delete_document(bytea, uuid, text, uuid) is
'api.delete_document(uuid) as the caller of a session.
Errors: those of auth.resume and of api.delete_document.';
revoke all on function request.delete_document(bytea, uuid, text, uuid) from public;
grant execute on function request.delete_document(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/download_document.sql
-- Written by scripts/gen-migration
create or replace function request.download_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns api.download
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return api.download_document(p_document_id);
end;
$$;

comment on function request.download_document(bytea, uuid, text, uuid) is
'api.download_document(uuid) as the caller of a session.
Errors: those of auth.resume and of api.download_document.';
revoke all on function request.download_document(bytea, uuid, text, uuid) from public;
grant execute on function request.download_document(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/explain_refusal.sql
-- Written by scripts/gen-migration
create or replace function request.explain_refusal(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_operation text,
  p_subject_id uuid
)
returns audit.refusal
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  return audit.explain_refusal(p_operation, p_subject_id);
end;
$$;

comment on function request.explain_refusal(bytea, uuid, text, text, uuid) is
'audit.explain_refusal(text, uuid) as the caller of a session.
Errors: those of auth.resume and of audit.explain_refusal.';
revoke all on function request.explain_refusal(bytea, uuid, text, text, uuid) from public;
grant execute on function request.explain_refusal(bytea, uuid, text, text, uuid) to casefile_api;

-- db/functions/request/fail_upload.sql
-- Written by scripts/gen-migration
create or replace function request.fail_upload(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.fail_upload(p_document_id);
end;
$$;

comment on function request.fail_upload(bytea, uuid, text, uuid) is
'api.fail_upload(uuid) as the caller of a session.
Errors: those of auth.resume and of api.fail_upload.';
revoke all on function request.fail_upload(bytea, uuid, text, uuid) from public;
grant execute on function request.fail_upload(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/get_admin_only.sql
-- Written by scripts/gen-migration
create or replace function request.get_admin_only(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text
)
returns api.greeting
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_admin_only();
end;
$$;

comment on function request.get_admin_only(bytea, uuid, text) is
'api.get_admin_only() as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_admin_only.';
revoke all on function request.get_admin_only(bytea, uuid, text) from public;
grant execute on function request.get_admin_only(bytea, uuid, text) to casefile_api;

-- db/functions/request/get_case.sql
-- Written by scripts/gen-migration
create or replace function request.get_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.case_read
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_case(p_case_id);
end;
$$;

comment on function request.get_case(bytea, uuid, text, uuid) is
'api.get_case(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_case.';
revoke all on function request.get_case(bytea, uuid, text, uuid) from public;
grant execute on function request.get_case(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/get_document.sql
-- Written by scripts/gen-migration
create or replace function request.get_document(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns api.document
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_document(p_document_id);
end;
$$;

comment on function request.get_document(bytea, uuid, text, uuid) is
'api.get_document(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_document.';
revoke all on function request.get_document(bytea, uuid, text, uuid) from public;
grant execute on function request.get_document(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/get_protected.sql
-- Written by scripts/gen-migration
create or replace function request.get_protected(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text
)
returns api.greeting
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_protected();
end;
$$;

comment on function request.get_protected(bytea, uuid, text) is
'api.get_protected() as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_protected.';
revoke all on function request.get_protected(bytea, uuid, text) from public;
grant execute on function request.get_protected(bytea, uuid, text) to casefile_api;

-- db/functions/request/get_upload_form.sql
-- Written by scripts/gen-migration
create or replace function request.get_upload_form(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.upload_form
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.get_upload_form(p_case_id);
end;
$$;

comment on function request.get_upload_form(bytea, uuid, text, uuid) is
'api.get_upload_form(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.get_upload_form.';
revoke all on function request.get_upload_form(bytea, uuid, text, uuid) from public;
grant execute on function request.get_upload_form(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/link_organisation.sql
-- Written by scripts/gen-migration
create or replace function request.link_organisation(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
  p_case_id uuid,
  p_organisation_id text,
  p_organisation_type text
)
returns api.organisation_link
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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

comment on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) is
'api.link_organisation(uuid, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.link_organisation.';
revoke all on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) from public;
grant execute on function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text) to casefile_api;

-- db/functions/request/list_assignments.sql
-- Written by scripts/gen-migration
create or replace function request.list_assignments(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.assignment[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_assignments(p_case_id);
end;
$$;

comment on function request.list_assignments(bytea, uuid, text, uuid) is
'api.list_assignments(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_assignments.';
revoke all on function request.list_assignments(bytea, uuid, text, uuid) from public;
grant execute on function request.list_assignments(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/list_case_audit.sql
-- Written by scripts/gen-migration
create or replace function request.list_case_audit(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.audit_page
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_case_audit(p_case_id, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) is
'api.list_case_audit(uuid, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_case_audit.';
revoke all on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) from public;
grant execute on function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text) to casefile_api;

-- db/functions/request/list_cases.sql
-- Written by scripts/gen-migration
create or replace function request.list_cases(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
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
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_cases(p_status, p_case_type, p_date_from, p_date_to, p_case_number, p_sort_by, p_sort_order, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) is
'api.list_cases(text, text, date, date, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_cases.';
revoke all on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) from public;
grant execute on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) to casefile_api;

-- db/functions/request/list_document_versions.sql
-- Written by scripts/gen-migration
create or replace function request.list_document_versions(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_filename text
)
returns api.document[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_document_versions(p_case_id, p_filename);
end;
$$;

comment on function request.list_document_versions(bytea, uuid, text, uuid, text) is
'api.list_document_versions(uuid, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_document_versions.';
revoke all on function request.list_document_versions(bytea, uuid, text, uuid, text) from public;
grant execute on function request.list_document_versions(bytea, uuid, text, uuid, text) to casefile_api;

-- db/functions/request/list_documents.sql
-- Written by scripts/gen-migration
create or replace function request.list_documents(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
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
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_documents(p_case_id, p_document_type, p_ocr_status, p_uploaded_by, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) is
'api.list_documents(uuid, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_documents.';
revoke all on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) from public;
grant execute on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) to casefile_api;

-- db/functions/request/list_organisations.sql
-- Written by scripts/gen-migration
create or replace function request.list_organisations(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid
)
returns api.organisation_link[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_organisations(p_case_id);
end;
$$;

comment on function request.list_organisations(bytea, uuid, text, uuid) is
'api.list_organisations(uuid) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_organisations.';
revoke all on function request.list_organisations(bytea, uuid, text, uuid) from public;
grant execute on function request.list_organisations(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/report_damage.sql
-- Written by scripts/gen-migration
create or replace function request.report_damage(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_document_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.report_damage(p_document_id);
end;
$$;

comment on function request.report_damage(bytea, uuid, text, uuid) is
'api.report_damage(uuid) as the caller of a session.
Errors: those of auth.resume and of api.report_damage.';
revoke all on function request.report_damage(bytea, uuid, text, uuid) from public;
grant execute on function request.report_damage(bytea, uuid, text, uuid) to casefile_api;

-- db/functions/request/revoke_assignment.sql
-- Written by scripts/gen-migration
create or replace function request.revoke_assignment(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_assignment_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.revoke_assignment(p_case_id, p_assignment_id);
end;
$$;

comment on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) is
'api.revoke_assignment(uuid, uuid) as the caller of a session.
Errors: those of auth.resume and of api.revoke_assignment.';
revoke all on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) from public;
grant execute on function request.revoke_assignment(bytea, uuid, text, uuid, uuid) to casefile_api;

-- db/functions/request/unlink_organisation.sql
-- Written by scripts/gen-migration
create or replace function request.unlink_organisation(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_organisation_id text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => false);
begin
  perform api.unlink_organisation(p_case_id, p_organisation_id);
end;
$$;

comment on function request.unlink_organisation(bytea, uuid, text, uuid, text) is
'api.unlink_organisation(uuid, text) as the caller of a session.
Errors: those of auth.resume and of api.unlink_organisation.';
revoke all on function request.unlink_organisation(bytea, uuid, text, uuid, text) from public;
grant execute on function request.unlink_organisation(bytea, uuid, text, uuid, text) to casefile_api;

-- db/functions/request/update_case.sql
-- Written by scripts/gen-migration
create or replace function request.update_case(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_key text,
  p_request_sha256 bytea,
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

comment on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) is
'api.update_case(uuid, integer, jsonb, integer[]) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.update_case.';
revoke all on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) from public;
grant execute on function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]) to casefile_api;

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

comment on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) is
'api.upload_document(uuid, text, text, text) as the caller of a session, once under an Idempotency-Key.
Errors: those of auth.resume, of api.claim_key and of api.upload_document.';
revoke all on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) from public;
grant execute on function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text) to casefile_api;

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

-- db/policies/core.next_statuses.sql
-- What may follow what is no secret.

alter table core.next_statuses enable row level security;
alter table core.next_statuses force row level security;

create policy select_any on core.next_statuses for select
to casefile_caller
using (true);
comment on policy select_any on core.next_statuses is 'Everybody sees which status may follow which.';

create policy all_to_owner on core.next_statuses for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.next_statuses is 'core.tg_status_transitions__next_statuses alone writes them.';
revoke all on core.next_statuses from public;
grant select on core.next_statuses to casefile_caller;

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
drop policy select_any on core.next_statuses;
drop policy all_to_owner on core.next_statuses;
drop policy select_own_court on core.organisation_links;
drop policy select_reached on core.organisation_links;
drop policy select_own_court on core.status_change_particulars;
drop policy select_reached on core.status_change_particulars;
drop policy select_own_court on core.status_changes;
drop policy select_reached on core.status_changes;
drop trigger tg_status_transitions__next_statuses on core.status_transitions;
drop function core.assignment_records();
drop function core.case_records();
drop function core.count_cases(core.case_filter);
drop function core.count_filtered_cases(core.case_filter);
drop function core.document_records();
drop function core.find_reach_faults(uuid, uuid);
drop function core.most_counted();
drop function core.newest_cases(core.case_filter, core.page_cursor, bigint, integer, boolean);
drop function core.newest_records(core.page_cursor, bigint, integer);
drop function core.newest_scheduled_cases(core.case_filter, core.page_cursor, bigint, integer, boolean);
drop function core.organisation_link_records();
drop function core.pagination(bigint, integer, integer, text, boolean);
drop function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean);
drop function core.status_history(uuid);
drop function core.tg_status_transitions__next_statuses();
drop function auth.claim_session(bytea, boolean);
drop function auth.resume(bytea, uuid, text, boolean);
drop function request.change_case_status(bytea, uuid, text, text, bytea, uuid, integer, text, text, integer[]);
drop function request.complete_upload(bytea, uuid, text, text, bytea, uuid, bigint, text, text);
drop function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text);
drop function request.create_case(bytea, uuid, text, text, bytea, text, text, text, text, text, timestamptz);
drop function request.delete_case(bytea, uuid, text, uuid, integer, integer[]);
drop function request.delete_document(bytea, uuid, text, uuid);
drop function request.download_document(bytea, uuid, text, uuid);
drop function request.explain_refusal(bytea, uuid, text, text, uuid);
drop function request.fail_upload(bytea, uuid, text, uuid);
drop function request.get_admin_only(bytea, uuid, text);
drop function request.get_case(bytea, uuid, text, uuid);
drop function request.get_document(bytea, uuid, text, uuid);
drop function request.get_protected(bytea, uuid, text);
drop function request.get_upload_form(bytea, uuid, text, uuid);
drop function request.link_organisation(bytea, uuid, text, text, bytea, uuid, text, text);
drop function request.list_assignments(bytea, uuid, text, uuid);
drop function request.list_case_audit(bytea, uuid, text, uuid, integer, integer, text);
drop function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text);
drop function request.list_document_versions(bytea, uuid, text, uuid, text);
drop function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text);
drop function request.list_organisations(bytea, uuid, text, uuid);
drop function request.report_damage(bytea, uuid, text, uuid);
drop function request.revoke_assignment(bytea, uuid, text, uuid, uuid);
drop function request.unlink_organisation(bytea, uuid, text, uuid, text);
drop function request.update_case(bytea, uuid, text, text, bytea, uuid, integer, jsonb, integer[]);
drop function request.upload_document(bytea, uuid, text, text, bytea, uuid, text, text, text);
drop type core.case_count;
revoke usage on schema request from casefile_api;
revoke select on table core.case_reach from casefile_caller;
revoke select on table core.next_statuses from casefile_caller;
comment on schema request is null;
comment on column core.cases.status_place is null;
comment on column core.cases.case_type_place is null;
comment on column core.cases.attention_place is null;
comment on column core.cases.scheduled_at is null;
comment on index core.cases_court_code_case_number_idx is null;
comment on column audit.entries.court_code is null;
comment on table core.case_reach is null;
comment on column core.case_reach.way is null;
comment on column core.case_reach.reached_by is null;
comment on column core.case_reach.created_at is null;
comment on table core.next_statuses is null;
comment on column core.next_statuses.to_statuses is null;

-- db/types/api.pagination.sql
alter type api.pagination drop attribute total_is_minimum;

-- db/tables/core.case_participants.sql
comment on column core.case_participants.court_code is 'The court of the case, which never changes. So an officer''s policy need not ask for the case.';

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
      and core.fits_filter(c, p_filter)
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
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_document.id, p_document.case_id, p_document.filename, p_document.filename, p_document.document_type,
    p_document.description, p_document.file_size, p_document.file_hash, p_document.mime_type, p_document.uploaded_by,
    p_document.uploaded_at, p_document.version, p_document.upload_status::text, p_document.ocr_status::text,
    p_document.ocr_completed_at, p_document.ocr_failure_reason, p_document.virus_scan_status::text,
    p_document.virus_scan_completed_at, core.side_of(p_document.case_id, p_document.uploaded_by), p_document.ocr_page_count,
    p_document.ocr_pages_read
  )::api.document;
end;
$$;

comment on function core.document(core.documents) is
'The document in the words of the API.';
revoke all on function core.document(core.documents) from public;
grant execute on function core.document(core.documents) to casefile_caller;

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

-- db/functions/core/fits_filter.sql
-- Whether a list is about a case
create or replace function core.fits_filter(p_case core.cases, p_filter core.case_filter)
returns boolean
language sql
stable
security invoker
as $$
  select (p_filter.status is null or p_case.status = p_filter.status)
    and (p_filter.case_type is null or p_case.case_type = p_filter.case_type)
    and (p_filter.since is null or coalesce(p_case.next_hearing, p_case.created_at) >= p_filter.since)
    and (p_filter.before is null or coalesce(p_case.next_hearing, p_case.created_at) < p_filter.before)
    and (
      p_filter.case_number is null
      or p_case.case_number collate "C" >= p_filter.case_number
      and p_case.case_number collate "C" < p_filter.case_number || chr(1114111) -- begins with it
    );
$$;

comment on function core.fits_filter(core.cases, core.case_filter) is
'Whether a filter finds a case. A plain expression without settings, which the planner copies into a query, so that an index
serves what is asked for.';

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
'The filter of a list, checked. A case number may be the beginning of one.
Errors: JCVAL an unknown word, a case number beyond its limit.';

-- db/functions/core/newest_cases.sql
-- A page of cases, newest first
create or replace function core.newest_cases(p_after core.page_cursor, p_offset bigint, p_limit integer)
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
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.page_cursor
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

comment on function core.newest_cases(core.page_cursor, bigint, integer) is
'The cases within reach, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_cases(core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_cases(core.page_cursor, bigint, integer) to casefile_caller;

-- db/functions/core/newest_filtered_cases.sql
-- A page of the cases that a filter finds, newest first
create or replace function core.newest_filtered_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_offset bigint,
  p_limit integer
)
returns core.page_cursor[]
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
  v_id uuid := coalesce(p_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.page_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) is
'The cases within reach that the filter finds, newest first, each with the cursor of the page after it.';
revoke all on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) from public;
grant execute on function core.newest_filtered_cases(core.case_filter, core.page_cursor, bigint, integer) to casefile_caller;

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

    -- A cursor that somebody made up fails here. All other keys end with a time of creation.
    case p_sort_by
      when 'entry' then perform v_cursor.sort_key::bigint;
      when 'createdAt', 'uploadedAt' then perform v_cursor.sort_key::timestamp;
      else perform right(v_cursor.sort_key, 26)::timestamp;
    end case;
  exception
    when data_exception then
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

-- db/functions/core/sorted_cases.sql
-- A page of cases in another order than newest first
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.page_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer
)
returns core.page_cursor[]
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
    select row(s.sort_key, s.id)::core.page_cursor
    from (
      select
        c.id,
        case p_sort_by
          when 'caseNumber' then c.court_code || to_char(c.number_year, ' 0000') || to_char(c.number_sequence, ' 0000000000 ')
          when 'status' then to_char(array_position(enum_range(null::core.case_status), c.status), '00 ')
          when 'attention' then to_char(1e13 - coalesce(extract(epoch from c.next_hearing), 1e13), '00000000000000.000000 ')
          else ''
        end || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') collate "C" as sort_key
      from core.cases as c
      where c.deleted_at is null
        and core.fits_filter(c, p_filter)
    ) as s
    where p_after.id is null
      or (v_descending and (s.sort_key, s.id) < (p_after.sort_key, p_after.id))
      or (not v_descending and (s.sort_key, s.id) > (p_after.sort_key, p_after.id))
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

comment on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer) is
'The cases within reach by number, status (in the order of a case''s life), attention (the soonest hearing has the most) or
creation, each with the cursor of the page after it. Reads and sorts all of them: core.newest_cases is for the order that lists open with.';
revoke all on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer) from public;

grant execute on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer)
  to casefile_caller;

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

-- db/functions/audit/changes_of.sql
-- What an entry tells of the change
create or replace function audit.changes_of(p_entry audit.entries)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_entry.action <> 'STATUS_CHANGE' then
    return jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id, 'before', p_entry.before, 'after', p_entry.after
    );
  end if;

  return jsonb_build_object(
    'entity', p_entry.entity, 'entityId', p_entry.entity_id,
    'before', p_entry.before -> 'status', 'after', p_entry.after -> 'status',
    'others', jsonb_build_object('before', p_entry.before - 'status', 'after', p_entry.after - 'status')
  );
end;
$$;

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
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
  where e.digest <> e.expected
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
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

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
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at - now() desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

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
  v_session auth.sessions := auth.claim_session(p_token_sha256);
  v_settings text;
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction. An assignment is half the
  -- work of a query.
  v_settings := set_config('casefile.request_id', coalesce(p_request_id::text, ''), true)
    || set_config('casefile.client_address', coalesce(p_client_address, ''), true)
    || set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true)
    || set_config('role', lower(v_session.user_role::text), true);

  return v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at);
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the database role and the claims of the session''s caller, which policies and triggers read with core.claim; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';
revoke all on function auth.resume(bytea, uuid, text) from public;
grant execute on function auth.resume(bytea, uuid, text) to casefile_api;

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
  where token_sha256 = p_token_sha256 and expires_at > now() and expires_at < ends_at;
$$;

-- db/functions/auth/claim_session.sql
-- Set the claims of a session's caller
create or replace function auth.claim_session(p_token_sha256 bytea)
returns auth.sessions
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

  -- Under the name of the role, so that they are no other role's. An assignment, as this is not planned as a query, which an
  -- extension might log.
  v_role := lower(v_session.user_role::text);
  v_settings := set_config(auth.claims_prefix() || 'user_id_' || v_role, v_session.user_id, true)
    || set_config(auth.claims_prefix() || 'court_code_' || v_role, coalesce(v_session.court_code, ''), true)
    || set_config(auth.claims_prefix() || 'organisation_id_' || v_role, coalesce(v_session.organisation_id, ''), true);

  return v_session;
end;
$$;

comment on function auth.claim_session(bytea) is
'Sets what core.claim reads, until the end of the transaction; the session. Definer: the server may not read the table, nor know what
these settings are called.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';
revoke all on function auth.claim_session(bytea) from public;
grant execute on function auth.claim_session(bytea) to casefile_api;

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

  return core.case_record(v_id);
end;
$$;

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
  v_filter core.case_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  v_after core.page_cursor := core.read_cursor(p_cursor, v_sort_by, v_sort_order);
  v_found core.page_cursor[];
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
    core.case_records(array(select f.id from unnest(v_found) as f limit v_page_size)),
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
    where d.case_id = v_case.id and core.nfc(d.filename) = core.nfc(p_filename) and d.upload_status = 'complete'
      and d.deleted_at is null
    order by core.side_of(d.case_id, d.uploaded_by) desc, d.version desc, d.id
  );
end;
$$;

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

  return row(core.case_record(v_case.id), v_case.status::text)::api.status_change;
end;
$$;

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
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_offset bigint := case when p_cursor is null then (coalesce(p_page, 1) - 1)::bigint * v_page_size else 0 end;
  v_after core.page_cursor := core.read_cursor(p_cursor, 'uploadedAt', 'desc');
  v_uploaded_at timestamptz := coalesce(v_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(v_after.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_total bigint;
  v_found core.documents[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  -- One more than the page, to know whether there is a next one.
  v_found := array(
    select d
    from core.documents as d
    where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
      and (d.uploaded_at, d.id) < (v_uploaded_at, v_id)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size + 1
    offset v_offset
  );

  return row(
    array(select core.document(d) from unnest(v_found[:v_page_size]) as d),
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

  return core.case_record(v_case.id);
end;
$$;

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
