-- How long a page of a list is
create or replace function core.page_size(p_page integer, p_page_size integer, p_default integer)
returns integer
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_page < 1 then
    perform core.refuse_field('page', 'page counts from 1');
  end if;

  if p_page_size not between 1 and 100 then
    perform core.refuse_field('pageSize', 'pageSize is a number from 1 to 100');
  end if;

  return coalesce(p_page_size, p_default);
end;
$$;

comment on function core.page_size(integer, integer, integer) is
'The length of a page, if it and the page''s number are valid.
Errors: JCVAL neither.';

revoke all on function core.page_size(integer, integer, integer) from public;
grant execute on function core.page_size(integer, integer, integer) to casefile_caller;
