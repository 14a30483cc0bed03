-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.page_cursor, p_sort_by text, p_sort_order text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
end;
$$;

comment on function core.write_cursor(core.page_cursor, text, text) is
'An opaque text for URLs that contains a position in one order of a list.';

revoke all on function core.write_cursor(core.page_cursor, text, text) from public;
grant execute on function core.write_cursor(core.page_cursor, text, text) to casefile_caller;
