-- The trails that differ from an anchor
create or replace function audit.changed_tips(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, length bigint, anchored_length bigint, anchored_digest bytea)
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(a.case_id, c.case_id), c.length, a.length, a.digest
  from unnest(p_case_ids, p_lengths, p_digests) as a (case_id, length, digest)
  full join (select * from audit.chains as h where h.case_id between p_from and p_to) as c on c.case_id = a.case_id
  where (a.length, a.digest) is distinct from (c.length, c.digest);
$$;

comment on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) is
'The cases between two ids that are new, gone or changed since an anchor whose tips are given. A length is null if there is no
trail, or was none.';

revoke all on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) from public;
grant execute on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) to casefile_backup;
