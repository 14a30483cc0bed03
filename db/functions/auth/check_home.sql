-- Whether this database is in its place, and complete
create or replace function auth.check_home(p_mark jsonb)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when h.system_identifier is distinct from s.system_identifier::text then 'CLUSTER'
    when p_mark ->> 'entryId' is not null and not exists (
      select from audit.entries as e
      where e.id = (p_mark ->> 'entryId')::bigint and encode(e.digest, 'hex') = p_mark ->> 'entryDigest'
    ) then 'LOST'
    when h.store_id is distinct from (p_mark ->> 'storeId')::uuid then 'STORE'
  end
  from pg_catalog.pg_control_system() as s
  left join auth.home as h on true;
$$;

comment on function auth.check_home(jsonb) is
'Compares this database with the mark in the document store (null: there is none). CLUSTER: it was restored or copied to another
cluster; LOST: it lacks the newest entry that a server has seen, so it was restored to an earlier moment; STORE: the store belongs
to another database, or has lost the mark that it had. Null: all is well. Definer: a server may not read the tables.';

revoke all on function auth.check_home(jsonb) from public;
grant execute on function auth.check_home(jsonb) to casefile_api;
