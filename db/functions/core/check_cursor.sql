-- Whether a cursor is one
create or replace function core.check_cursor(p_cursor text, p_place core.page_cursor)
returns core.field_error
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_cursor is not null and p_place is null then
    return row('cursor', 'INVALID_FORMAT', 'cursor does not come from this list in this order. Start again at the first page')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_cursor(text, core.page_cursor) is
'What is wrong with a cursor in which core.read_cursor finds no place. Null if nothing is, and for null.';

revoke all on function core.check_cursor(text, core.page_cursor) from public;
grant execute on function core.check_cursor(text, core.page_cursor) to casefile_caller;
