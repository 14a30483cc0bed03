-- How soon a case needs attention
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
'overdue if the next hearing is past, approaching within 7 days, otherwise normal. A plain expression without settings, so that the
planner inlines it: lists evaluate it for each case.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;
