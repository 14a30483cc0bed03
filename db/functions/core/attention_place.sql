-- How urgent a case is, as a sort key
create or replace function core.attention_place(p_next_hearing timestamptz)
returns bigint
language sql
immutable
security invoker
as $$
  -- In milliseconds before 1970. Without a hearing, less than for any possible time.
  select coalesce(-floor(extract(epoch from p_next_hearing at time zone 'UTC') * 1000)::bigint, -10000000000000000);
$$;

comment on function core.attention_place(timestamptz) is
'The sooner the next hearing, the greater; lowest without a hearing. core.cases.attention_place is computed from it, so its result
for a time never changes.';

revoke all on function core.attention_place(timestamptz) from public;
grant execute on function core.attention_place(timestamptz) to casefile_caller;
