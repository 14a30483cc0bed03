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

revoke all on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean) from public;
grant execute on function core.sorted_cases(core.case_filter, core.page_cursor, text, text, bigint, integer, boolean)
  to casefile_caller;
