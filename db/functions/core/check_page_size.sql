-- Whether a page may have this length
create or replace function core.check_page_size(p_page_size integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_page_size not between 1 and 100 then
    return row('pageSize', 'OUT_OF_RANGE', 'pageSize must be from 1 to 100')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_page_size(integer) is
'The error of a wrong page size; null if it is valid, or null.';

revoke all on function core.check_page_size(integer) from public;
grant execute on function core.check_page_size(integer) to casefile_caller;
