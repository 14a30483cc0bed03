-- Chain the new rows of all journals
create or replace function audit.seal_journals(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '200ms'
as $$
declare
  v_journal audit.journal;
  v_most integer := 0;
begin
  foreach v_journal in array enum_range(null::audit.journal) loop
    begin
      v_most := greatest(v_most, audit.seal_journal(v_journal, p_limit));
    exception
      when lock_not_available then
        -- A registrar is making a change: the next minute is soon enough.
        null;
    end;
  end loop;

  return v_most;
end;
$$;

comment on function audit.seal_journals(integer) is
'Makes at most one seal in each journal, of at most so many rows; returns the size of the largest. If that is the limit, there is
more to do. The server calls it every minute. Definer: the server may not read or write the tables.';

revoke all on function audit.seal_journals(integer) from public;
grant execute on function audit.seal_journals(integer) to casefile_api;
