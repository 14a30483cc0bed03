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
'The pagination of an answer; the cursor is null on the last page, and for a list without cursors. The total is exact, or a
minimum.';

revoke all on function core.pagination(bigint, integer, integer, text, boolean) from public;
grant execute on function core.pagination(bigint, integer, integer, text, boolean) to casefile_caller;
