-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language sql
stable
security invoker
as $$
  select case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal. A plain expression without settings, which
the planner copies into a query: a list asks it for each of its cases.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;
