-- Takes away all that db/functions and db/policies own, so that replaying them shows whether they say
-- everything: policies, row security, triggers, functions, their comments, grants on tables and columns.
-- Grants on schemas, types and sequences belong to the migrations and stay.
do $$
declare
  v_schemas constant oid[] := array(
    select oid from pg_namespace where nspname in ('api', 'core', 'audit', 'auth', 'worker'));
  v_row record;
begin
  for v_row in
    select p.polname, c.oid::regclass as relation
    from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = any (v_schemas)
  loop
    execute format('drop policy %I on %s', v_row.polname, v_row.relation);
  end loop;

  for v_row in
    select t.tgname, c.oid::regclass as relation
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = any (v_schemas) and not t.tgisinternal
  loop
    execute format('drop trigger %I on %s', v_row.tgname, v_row.relation);
  end loop;

  for v_row in
    select oid::regclass as relation from pg_class
    where relnamespace = any (v_schemas) and relkind in ('r', 'p')
  loop
    execute format('alter table %s disable row level security, no force row level security', v_row.relation);
  end loop;

  -- Revoking a table's privileges takes those of its columns along.
  for v_row in
    select c.oid::regclass as relation, c.relowner::regrole as owner,
      (select string_agg(distinct case x.grantee when 0 then 'public' else x.grantee::regrole::text end, ', ')
       from (
         select (aclexplode(c.relacl)).grantee
         union
         select (aclexplode(a.attacl)).grantee from pg_attribute a where a.attrelid = c.oid
       ) x
       where x.grantee <> c.relowner) as grantees
    from pg_class c
    where c.relnamespace = any (v_schemas) and c.relkind in ('r', 'p', 'v', 'm')
  loop
    if v_row.grantees is not null then
      execute format('revoke all on table %s from %s', v_row.relation, v_row.grantees);
    end if;
    execute format('grant all on table %s to %s', v_row.relation, v_row.owner);
  end loop;

  for v_row in
    select p.oid, p.oid::regprocedure as function,
      exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid) as needed,
      (select string_agg(distinct case x.grantee when 0 then 'public' else x.grantee::regrole::text end, ', ')
       from aclexplode(p.proacl) x) as grantees
    from pg_proc p
    where p.pronamespace = any (v_schemas)
  loop
    if not v_row.needed then
      execute format('drop function %s', v_row.function);
      continue;
    end if;

    -- A constraint, default, index or view stands on this function, so it stays, as a new one would
    -- be but for its body; the comment gives away one that no source replaces.
    if v_row.grantees is not null then
      execute format('revoke all on function %s from %s', v_row.function, v_row.grantees);
    end if;
    execute format('grant execute on function %s to public, %s', v_row.function,
      (select proowner::regrole from pg_proc where oid = v_row.oid));
    execute format('comment on function %s is %L', v_row.function, 'has no source in db/functions');
  end loop;
end;
$$;
