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
  -- What is left has an index of its own, and plans that are kept.
  v_is_simple boolean := v_filter.case_number is null;
  v_count core.case_count := case
    when v_is_simple then core.count_cases(v_filter) else core.count_filtered_cases(v_filter)
  end;
  -- One more than the page, to know whether there is a next one.
  v_found core.page_cursor[] := case
    when v_is_simple and v_sort_by = 'createdAt' and v_sort_order = 'desc'
      then core.newest_cases(v_filter, v_after, v_offset, v_page_size + 1, v_count.is_minimum)
    else core.sorted_cases(
      v_filter, v_after, v_sort_by, v_sort_order, v_offset, v_page_size + 1, v_count.total >= core.most_counted()
    )
  end;
begin
  return row(
    array(
      select r
      from unnest(v_found[:v_page_size]) with ordinality as f (sort_key, id, place)
      join core.case_records() as r on r.id = f.id
      order by f.place
    ),
    core.pagination(
      v_count.total, p_page, v_page_size,
      case
        when cardinality(v_found) > v_page_size
          then core.write_cursor(v_found[v_page_size], v_sort_by, v_sort_order)
      end,
      v_count.is_minimum
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
