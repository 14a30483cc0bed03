-- Record an anchor
create or replace function audit.record_anchor(
  p_taken_at timestamptz,
  p_cases bigint,
  p_root bytea,
  p_digest bytea,
  p_journals text[],
  p_numbers bigint[]
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- Otherwise nobody would miss the newest anchor until then.
  if p_taken_at > clock_timestamp() then
    raise exception using errcode = 'JCFIX', message = 'An anchor cannot be from the future';
  end if;

  insert into audit.anchors (actor, taken_at, cases, root, digest, journals)
  select session_user, p_taken_at, p_cases, p_root, p_digest, coalesce(jsonb_object_agg(j.journal, j.number), '{}')
  from unnest(p_journals, p_numbers) as j (journal, number);
end;
$$;

comment on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) is
'Records an anchor once it is safe elsewhere. From then on, the refusals and sign-ins that it contains may be removed after two
years. This is all that casefile_backup can write; hence definer.
Errors: JCFIX a moment that is still to come.';

revoke all on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) from public;
grant execute on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) to casefile_backup;
