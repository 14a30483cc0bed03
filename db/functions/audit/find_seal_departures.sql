-- Whether the journals still match an anchor
create or replace function audit.find_seal_departures(p_journals text[], p_numbers bigint[], p_digests bytea[])
returns table (journal text, seal_number bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select a.journal, a.number, case when s.digest is null then 'was anchored, and is gone' else 'is not the seal that was anchored' end
  from unnest(p_journals, p_numbers, p_digests) as a (journal, number, digest)
  left join audit.seals as s on s.journal = a.journal::audit.journal and s.number = a.number
  where s.digest is distinct from a.digest;
$$;

comment on function audit.find_seal_departures(text[], bigint[], bytea[]) is
'The newest seals of an anchor (as audit.journal_tips returned them) that are gone or different now.';

revoke all on function audit.find_seal_departures(text[], bigint[], bytea[]) from public;
grant execute on function audit.find_seal_departures(text[], bigint[], bytea[]) to casefile_backup;
