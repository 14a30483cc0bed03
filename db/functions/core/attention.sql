-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;
