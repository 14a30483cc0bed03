-- Chain the rows of a journal since its last seal
create or replace function audit.seal_journal(p_journal audit.journal, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Each journal is a different table; a custom plan reads only that one.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_previous audit.seals;
  v_seal audit.seals;
begin
  perform audit.hold_journal(p_journal);

  select * into v_previous from audit.seals as s where s.journal = p_journal order by s.number desc limit 1;
  v_seal.journal := p_journal;
  v_seal.number := coalesce(v_previous.number, 0) + 1;
  -- A refusal may be counted up for a minute.
  v_seal.last_id := (
    select max(n.id)
    from (
      select r.id, r.occurred_at
      from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), 9223372036854775807) as r
      order by r.id
      limit p_limit
    ) as n
    where p_journal <> 'audit.refusals' or n.occurred_at < clock_timestamp() - interval '2 minutes'
  );

  if v_seal.last_id is null then
    return 0;
  end if;

  select count(*), max(r.occurred_at), sha256(string_agg(r.content, '' order by r.id))
  into v_seal.row_count, v_seal.newest_at, v_seal.content
  from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), v_seal.last_id) as r;

  v_seal.sealed_at := clock_timestamp();
  v_seal.form := 1;
  v_seal.digest := audit.seal_digest(v_previous.digest, v_seal);
  insert into audit.seals select v_seal.*;

  return v_seal.row_count;
end;
$$;

comment on function audit.seal_journal(audit.journal, integer) is
'Seals at most so many rows, if there are any; returns how many. Writers of the journal wait meanwhile. For audit.seal_journals
only, which runs as the owner.';

revoke all on function audit.seal_journal(audit.journal, integer) from public;
