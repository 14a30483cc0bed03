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
-- One plan serves all pages. It must be good even if it was made while the tables were almost empty.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  v_sort_by text := coalesce(p_sort_by, 'createdAt');
  v_sort_order text := coalesce(p_sort_order, 'desc');
  v_page_size integer := coalesce(p_page_size, 20);
  v_is_newest boolean := v_sort_by = 'createdAt' and v_sort_order = 'desc';
  v_offset bigint := 0;
  v_limit integer;
  v_after core.page_cursor;
  v_filter core.case_filter;
  v_is_simple boolean;
  v_count core.case_count;
  v_found core.page_cursor[];
  v_cases api.case_record[];
  v_last core.page_cursor;
begin
  -- Most requests have no parameters, and each call adds a hundredth to the cost.
  if num_nonnulls(
    p_status, p_case_type, p_date_from, p_date_to, p_case_number, p_sort_by, p_sort_order, p_page, p_page_size, p_cursor
  ) > 0 then
    v_after := core.read_cursor(p_cursor, v_sort_by, v_sort_order);
    perform core.refuse(
      core.check_word('status', p_status, enum_range(null::core.case_status)::text[]),
      core.check_word('caseType', p_case_type, enum_range(null::core.case_type)::text[]),
      core.check_length('caseNumber', p_case_number, 50),
      core.check_word('sortBy', p_sort_by, '{createdAt,caseNumber,status,attention}'),
      core.check_word('sortOrder', p_sort_order, '{asc,desc}'),
      core.check_page(p_page),
      core.check_page_size(p_page_size),
      core.check_cursor(p_cursor, v_after)
    );
    v_filter := core.read_case_filter(p_status, p_case_type, p_date_from, p_date_to, p_case_number);
  end if;

  -- One more than the page, to know whether there is a next one.
  v_limit := v_page_size + 1;
  if p_cursor is null then
    v_offset := (coalesce(p_page, 1) - 1)::bigint * v_page_size;
  end if;

  -- Other filters have their own indexes and cached plans.
  v_is_simple := v_filter.case_number is null;
  v_count := case when v_is_simple then core.count_cases(v_filter) else core.count_filtered_cases(v_filter) end;

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

comment on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) is
'The cases within reach, newest first and 20 a page by default; by page number, or by the cursor of the previous page.
Errors: JCVAL an unknown word, no such page, a cursor that is none.';

revoke all on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text) from public;
grant execute on function api.list_cases(text, text, date, date, text, text, text, integer, integer, text)
  to casefile_caller;
