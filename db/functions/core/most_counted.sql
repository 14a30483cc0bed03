-- How far cases are counted
create or replace function core.most_counted()
returns bigint
language sql
immutable
security invoker
as $$
  select 1000::bigint;
$$;

comment on function core.most_counted() is
'To how many a list counts the cases that a filter finds: counting costs by the case, and beyond some pages nobody reads on.';

revoke all on function core.most_counted() from public;
grant execute on function core.most_counted() to casefile_caller;
