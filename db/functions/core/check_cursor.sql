-- Whether a cursor is valid
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
'The error of a cursor that core.read_cursor cannot read; null if it is valid, or null.';

revoke all on function core.check_cursor(text, core.page_cursor) from public;
grant execute on function core.check_cursor(text, core.page_cursor) to casefile_caller;
