-- Whether a page can be asked for
create or replace function core.check_page(p_page integer)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_page < 1 then
    return row('page', 'OUT_OF_RANGE', 'page must be 1 or more')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_page(integer) is
'The error of a wrong page number; null if it is valid, or null.';

revoke all on function core.check_page(integer) from public;
grant execute on function core.check_page(integer) to casefile_caller;
