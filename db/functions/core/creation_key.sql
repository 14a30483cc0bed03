-- When a case was created, as a text that sorts
create or replace function core.creation_key(p_created_at timestamptz)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select to_char(p_created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US');
$$;

comment on function core.creation_key(timestamptz) is 'The time in UTC, to the microsecond.';

revoke all on function core.creation_key(timestamptz) from public;
grant execute on function core.creation_key(timestamptz) to casefile_caller;
