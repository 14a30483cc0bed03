-- Privileges. Begins with three more lists. MAINTAIN is left out: only version 17 and later have it.
-- That casefile_backup may read stands in roles.sql: how it is granted depends on the version, and on the administrator.
, reading (grantee, privilege_type) as (
  select o.oid, p.name
  from ours o, (values ('SELECT'), ('USAGE')) p (name)
  where o.rolname = 'casefile_backup'
),
acls (kind, object, acl, anonymous_owner) as (
  -- The database and the schema "public" belong to an administrator, whose name does not matter here.
  select 'database', '(this one)', coalesce(datacl, acldefault('d', datdba)), datdba
  from pg_database where datname = current_database()
  union all
  select 'schema', quote_ident(nspname), coalesce(nspacl, acldefault('n', nspowner)),
    case when nspname = 'public' then nspowner end
  from schemas
  union all
  select 'language', quote_ident(lanname), coalesce(lanacl, acldefault('l', lanowner)), lanowner
  from pg_language where lanname = 'plpgsql'
  union all
  select case relkind when 'S' then 'sequence' else 'table' end, name,
    coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)), null
  from relations where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'column', name, attacl, null from columns where attacl is not null
  union all
  select 'function', name, coalesce(proacl, acldefault('f', proowner)), null from routines
  union all
  select 'type', name, coalesce(typacl, acldefault('T', typowner)), null from types
  union all
  select 'default privileges',
    format('of %s for %s in %s', defaclrole::regrole, defaclobjtype, coalesce(quote_ident(nspname), 'all schemas')),
    defaclacl, null
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace
  -- Without privileges that only let casefile_backup read.
  cross join lateral (
    select acldefault(case defaclobjtype when 'S' then 's' else defaclobjtype end::"char", defaclrole) as initial
  ) d
  where exists (
    select from aclexplode(defaclacl) x
    where (x.grantee, x.privilege_type) not in (select b.grantee, b.privilege_type from reading b)
      and not exists (
        select from aclexplode(d.initial) y where y.grantee = x.grantee and y.privilege_type = x.privilege_type))
    or exists (
      select from aclexplode(d.initial) y
      where not exists (
        select from aclexplode(defaclacl) x where x.grantee = y.grantee and x.privilege_type = y.privilege_type))
),
-- PostgreSQL's own objects, with the privileges that they had after initdb. It lets everybody read information_schema
-- without a note of it.
system_acls (object, acl, initial) as (
  select pg_describe_object(o.catalogue, o.oid, o.part), o.acl,
    coalesce(
      i.initprivs,
      case when o.schema = 'information_schema'::regnamespace then array[makeaclitem(0, o.owner, 'SELECT', false)] end,
      acldefault(o.letter, o.owner))
  from (
    select 'pg_class'::regclass, oid, 0, 'r'::"char", relowner, relacl, relnamespace from pg_class
    union all
    select 'pg_class'::regclass, attrelid, attnum, 'c', 0::oid, attacl, null from pg_attribute where attnum > 0
    union all
    select 'pg_proc'::regclass, oid, 0, 'f', proowner, proacl, null from pg_proc
    union all
    select 'pg_type'::regclass, oid, 0, 'T', typowner, typacl, null from pg_type
    union all
    select 'pg_namespace'::regclass, oid, 0, 'n', nspowner, nspacl, null from pg_namespace where nspname <> 'public'
  ) o (catalogue, oid, part, letter, owner, acl, schema)
  left join pg_init_privs i on i.classoid = o.catalogue and i.objoid = o.oid and i.objsubid = o.part
  where o.oid < 16384 and o.acl is not null
)
select 'grants on ' || a.kind as kind, a.object as object,
  coalesce(string_agg(e.line, e'\n' order by e.line), 'none') as definition
from acls a
left join lateral (
  select format('%s: %s', g.name,
    string_agg(x.privilege_type || case when x.is_grantable then ' with grant option' else '' end, ', '
      order by x.privilege_type)) as line
  from aclexplode(a.acl) x
  cross join lateral (
    select case
      when x.grantee = 0 then 'public'
      when x.grantee = a.anonymous_owner and x.grantee not in (select oid from ours) then 'an administrator'
      else x.grantee::regrole::text
    end
  ) g (name)
  where x.privilege_type <> 'MAINTAIN'
    and (x.grantee, x.privilege_type) not in (select b.grantee, b.privilege_type from reading b)
  group by g.name
) e on true
group by a.kind, a.object

-- Only grants since initdb, and only to everybody or to one of our roles.
union all
select 'grants on PostgreSQL''s own', s.object,
  string_agg(format('%s: %s', case x.grantee when 0 then 'public' else x.grantee::regrole::text end, x.privilege_type), e'\n'
    order by x.grantee::regrole::text, x.privilege_type)
from system_acls s
cross join aclexplode(s.acl) x
where x.privilege_type <> 'MAINTAIN'
  and (x.grantee = 0 or x.grantee in (select oid from ours))
  and not exists (
    select from aclexplode(s.initial) y where y.grantee = x.grantee and y.privilege_type = x.privilege_type)
group by s.object

-- And rights revoked from everybody since: only by the function's name, because versions differ in its arguments, and only of
-- functions that version 12 has, too.
union all
select 'taken from everybody', s.name, 'EXECUTE'
from (
  select 'function ' || p.proname as name, bool_or(x.grantee is not null) as is_everybodys
  from pg_proc p
  left join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x on x.grantee = 0
  where p.oid < 16384
    and p.proname !~ '^(pg_current_snapshot|pg_stat_get_(backend_(io|subxact)|db_(active_time|conflict_logicalslot|idle_in_.*|parallel_.*|session.*)|ins_since_vacuum|lastscan|(xact_)?tuples_newpage_updated))$'
    and exists (select from aclexplode(coalesce(
      (select i.initprivs from pg_init_privs i
       where i.classoid = 'pg_proc'::regclass and i.objoid = p.oid and i.objsubid = 0),
      acldefault('f', p.proowner))) y where y.grantee = 0)
  group by p.proname
) s
where not s.is_everybodys
