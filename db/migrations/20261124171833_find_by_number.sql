-- migrate:up

set local check_function_bodies = off;

-- Numbers sort as bytes here, so that those that begin alike stand side by side, whatever the collation of the database.
create index cases_court_code_case_number_idx on core.cases (court_code, (case_number collate "C"));
comment on index core.cases_court_code_case_number_idx is 'A case by the beginning of its number, among those of a court.';

-- db/functions/core/count_cases.sql
-- How many cases a list has
create or replace function core.count_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count.
  if p_filter is null then
    return coalesce(
      (select sum(s.case_count) from core.case_number_series as s),
      (select count(*) from core.cases as c where c.deleted_at is null)
    );
  end if;

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

comment on function core.count_cases(core.case_filter) is
'How many cases within reach the filter finds. All of a court are not counted, but looked up: core.case_number_series.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

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
'The cases within reach that the filter finds, newest first, each with the cursor of the page after it. Planned anew for each
call, by what the filter asks for.';

revoke all on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_filtered_cases(core.case_filter, core.case_cursor, bigint, integer) to casefile_caller;

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

-- migrate:down

set local check_function_bodies = off;

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
        and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
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

-- db/functions/core/count_cases.sql
-- How many cases a list has
create or replace function core.count_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count.
  if p_filter is null then
    return coalesce(
      (select sum(s.case_count) from core.case_number_series as s),
      (select count(*) from core.cases as c where c.deleted_at is null)
    );
  end if;

  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and (p_filter.status is null or c.status = p_filter.status)
      and (p_filter.case_type is null or c.case_type = p_filter.case_type)
      and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
      and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
      and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
  );
end;
$$;

comment on function core.count_cases(core.case_filter) is
'How many cases within reach the filter finds. All of a court are not counted, but looked up: core.case_number_series.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

drop index core.cases_court_code_case_number_idx;
