-- The highest count of a list
create or replace function core.most_counted()
returns bigint
language sql
immutable
security invoker
as $$
  select 1000::bigint;
$$;

comment on function core.most_counted() is
'The number up to which a list counts the matches of a filter: counting costs time for each case, and few users read that many
pages.';

revoke all on function core.most_counted() from public;
grant execute on function core.most_counted() to casefile_caller;
