-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_reached on core.assignment_particulars;
drop policy select_reached on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_reached on core.cases;
drop policy select_any on core.courts;
drop policy select_reached on core.documents;
drop policy select_any on core.file_types;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_change_particulars;
drop policy select_reached on core.status_changes;
drop function core.case_filter(text, text, date, date, text);
revoke execute on function api.list_organisations(uuid) from judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker;

-- db/tables/audit.reference_changes.sql
create table audit.reference_changes (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  table_name text not null,
  row_key text not null,
  before jsonb,
  after jsonb,
  constraint reference_changes_before_or_after check (before is not null or after is not null)
);

comment on table audit.reference_changes is
'Each change of a reference row (courts, status transitions, document types, file types), written by a trigger. Append-only.
Rows that are shipped with a new database are no change.';
comment on column audit.reference_changes.actor is 'The database login.';
comment on column audit.reference_changes.table_name is 'With its schema: core.courts.';
comment on column audit.reference_changes.row_key is 'The values of the primary key, with commas between them.';
comment on column audit.reference_changes.before is 'The row as it was; null for a new one.';
comment on column audit.reference_changes.after is 'The row as it became; null for one that was removed.';

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
revoke all on function core.fits_filter(core.cases, core.case_filter) from public;
grant execute on function core.fits_filter(core.cases, core.case_filter) to casefile_caller;

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
        and core.fits_filter(c, p_filter)
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

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
revoke all on function core.read_case_filter(text, text, date, date, text) from public;
grant execute on function core.read_case_filter(text, text, date, date, text) to casefile_caller;

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
        and core.fits_filter(c, p_filter)
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

-- db/functions/audit/tg_record_reference_change.sql
-- Who changed a reference row
create or replace function audit.tg_record_reference_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
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

comment on function audit.tg_record_reference_change() is
'Records a change of a row that is shipped and that an administrator may change. Its arguments are the columns of the primary key.
Definer: nobody else writes audit.reference_changes.';
revoke all on function audit.tg_record_reference_change() from public;

create trigger tg_courts__record_change
after insert or update or delete on core.courts
for each row execute function audit.tg_record_reference_change('code');
alter table core.courts enable always trigger tg_courts__record_change;

create trigger tg_status_transitions__record_change
after insert or update or delete on core.status_transitions
for each row execute function audit.tg_record_reference_change('from_status', 'to_status');
alter table core.status_transitions enable always trigger tg_status_transitions__record_change;

create trigger tg_document_types__record_change
after insert or update or delete on core.document_types
for each row execute function audit.tg_record_reference_change('value');
alter table core.document_types enable always trigger tg_document_types__record_change;

create trigger tg_file_types__record_change
after insert or update or delete on core.file_types
for each row execute function audit.tg_record_reference_change('extension');
alter table core.file_types enable always trigger tg_file_types__record_change;

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_reference_changes__refuse_change
before update or delete or truncate on audit.reference_changes
for each statement execute function audit.tg_refuse_change();
alter table audit.reference_changes enable always trigger tg_reference_changes__refuse_change;

-- These change by what is recorded for each row, which TRUNCATE would pass by.
create trigger tg_courts__refuse_truncate
before truncate on core.courts
for each statement execute function audit.tg_refuse_change();
alter table core.courts enable always trigger tg_courts__refuse_truncate;

create trigger tg_status_transitions__refuse_truncate
before truncate on core.status_transitions
for each statement execute function audit.tg_refuse_change();
alter table core.status_transitions enable always trigger tg_status_transitions__refuse_truncate;

create trigger tg_document_types__refuse_truncate
before truncate on core.document_types
for each statement execute function audit.tg_refuse_change();
alter table core.document_types enable always trigger tg_document_types__refuse_truncate;

create trigger tg_file_types__refuse_truncate
before truncate on core.file_types
for each statement execute function audit.tg_refuse_change();
alter table core.file_types enable always trigger tg_file_types__refuse_truncate;

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

-- db/functions/api/list_organisations.sql
grant execute on function api.list_organisations(uuid) to casefile_professional;

-- db/policies/audit.reference_changes.sql
-- Read by database administrators, and by scripts/check-drift.

alter table audit.reference_changes enable row level security;
alter table audit.reference_changes force row level security;

create policy select_to_owner on audit.reference_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.reference_changes is 'An administrator works as the owner.';

create policy insert_to_owner on audit.reference_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.reference_changes is 'audit.tg_record_reference_change writes as the owner.';
revoke all on audit.reference_changes from public;

-- db/policies/core.assignment_particulars.sql
create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, casefile_professional
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));

comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

-- db/policies/core.assignments.sql
create policy select_reached on core.assignments for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

-- db/policies/core.case_details.sql
create policy select_reached on core.case_details for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.cases.sql
create policy select_reached on core.cases for select
to casefile_professional, adopter
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

-- db/policies/core.courts.sql
create policy select_any on core.courts for select
to casefile_caller
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court.';

create policy all_to_owner on core.courts for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.courts is 'An administrator adds and renames courts; the owner''s login functions look them up.';

-- db/policies/core.document_types.sql
create policy all_to_owner on core.document_types for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.document_types is 'An administrator changes what a document can be.';

-- db/policies/core.documents.sql
create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

-- db/policies/core.file_types.sql
create policy select_any on core.file_types for select
to casefile_caller, document_processor
using (true);
comment on policy select_any on core.file_types is 'Everybody sees which files are allowed.';

create policy all_to_owner on core.file_types for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.file_types is 'An administrator changes which files are allowed; core.tg_documents__number checks as the owner.';

-- db/policies/core.organisation_links.sql
create policy select_reached on core.organisation_links for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.status_change_particulars.sql
create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, casefile_professional
using (exists (select from core.status_changes as s where s.id = status_change_id offset 0));

comment on policy select_reached on core.status_change_particulars is
'Whoever reaches the case, by the policies of core.status_changes. None for adopters: that is their redaction.';

-- db/policies/core.status_changes.sql
create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

-- db/policies/core.status_transitions.sql
create policy all_to_owner on core.status_transitions for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.status_transitions is 'An administrator changes which status may follow which.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop table audit.reference_changes;
drop policy select_reached on core.assignment_particulars;
drop policy select_reached on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_reached on core.cases;
drop policy select_any on core.courts;
drop policy all_to_owner on core.courts;
drop policy all_to_owner on core.document_types;
drop policy select_reached on core.documents;
drop policy select_any on core.file_types;
drop policy all_to_owner on core.file_types;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_change_particulars;
drop policy select_reached on core.status_changes;
drop policy all_to_owner on core.status_transitions;
drop trigger tg_courts__record_change on core.courts;
drop trigger tg_status_transitions__record_change on core.status_transitions;
drop trigger tg_document_types__record_change on core.document_types;
drop trigger tg_file_types__record_change on core.file_types;
drop trigger tg_courts__refuse_truncate on core.courts;
drop trigger tg_status_transitions__refuse_truncate on core.status_transitions;
drop trigger tg_document_types__refuse_truncate on core.document_types;
drop trigger tg_file_types__refuse_truncate on core.file_types;
drop function core.fits_filter(core.cases, core.case_filter);
drop function core.read_case_filter(text, text, date, date, text);
drop function audit.tg_record_reference_change();
revoke execute on function api.list_organisations(uuid) from casefile_professional;

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

-- db/functions/api/list_organisations.sql
grant execute on function api.list_organisations(uuid) to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker;

-- db/policies/core.assignment_particulars.sql
create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));

comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

-- db/policies/core.assignments.sql
create policy select_reached on core.assignments for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

-- db/policies/core.case_details.sql
create policy select_reached on core.case_details for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.cases.sql
create policy select_reached on core.cases for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

-- db/policies/core.courts.sql
create policy select_any on core.courts for select
to casefile_caller, casefile_owner
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court; the owner''s login functions too.';

-- db/policies/core.documents.sql
create policy select_reached on core.documents for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

-- db/policies/core.file_types.sql
create policy select_any on core.file_types for select
to casefile_caller, document_processor, casefile_owner
using (true);
comment on policy select_any on core.file_types is 'Everybody sees which files are allowed; core.tg_documents__number checks as the owner.';

-- db/policies/core.organisation_links.sql
create policy select_reached on core.organisation_links for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.status_change_particulars.sql
create policy select_reached on core.status_change_particulars for select
to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (exists (select from core.status_changes as s where s.id = status_change_id offset 0));

comment on policy select_reached on core.status_change_particulars is
'Whoever reaches the case, by the policies of core.status_changes. None for adopters: that is their redaction.';

-- db/policies/core.status_changes.sql
create policy select_reached on core.status_changes for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';
