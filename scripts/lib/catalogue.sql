-- What a database is made of, one row per fact: kind, object, definition. Two databases that were
-- migrated alike give the same rows. System schemas, extensions and pgTAP's schema are left out, and so
-- is the privilege MAINTAIN, which only version 17 and later have.
with schemas as (
  select oid, nspname, nspowner, nspacl
  from pg_namespace
  where nspname !~ '^pg_' and nspname not in ('information_schema', 'tap')
),
extension_members as (
  select classid, objid from pg_depend where deptype = 'e'
),
relations as (
  select c.*, format('%I.%I', s.nspname, c.relname) as name
  from pg_class c
  join schemas s on s.oid = c.relnamespace
  where not exists (select from extension_members m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
),
routines as (
  select p.*, p.oid::regprocedure::text as name
  from pg_proc p
  join schemas s on s.oid = p.pronamespace
  where not exists (select from extension_members m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
),
types as (
  select t.*, format('%I.%I', s.nspname, t.typname) as name
  from pg_type t
  join schemas s on s.oid = t.typnamespace
  left join pg_class c on c.oid = t.typrelid
  where t.typtype in ('e', 'd') or c.relkind = 'c'
),
columns as (
  select r.name as relation, r.relkind, a.*, format('%s.%I', r.name, a.attname) as name
  from pg_attribute a
  join relations r on r.oid = a.attrelid
  where a.attnum > 0 and not a.attisdropped and r.relkind in ('r', 'p', 'v', 'm', 'c')
),
acls (kind, object, acl) as (
  select 'schema', quote_ident(nspname), coalesce(nspacl, acldefault('n', nspowner)) from schemas
  union all
  select case relkind when 'S' then 'sequence' else 'table' end, name,
    coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
  from relations where relkind in ('r', 'p', 'v', 'm', 'S')
  union all
  select 'column', name, attacl from columns where attacl is not null
  union all
  select 'function', name, coalesce(proacl, acldefault('f', proowner)) from routines
  union all
  select 'type', name, coalesce(typacl, acldefault('T', typowner)) from types
  union all
  select 'default privileges',
    format('of %s for %s in %s', defaclrole::regrole, defaclobjtype, coalesce(quote_ident(nspname), 'all schemas')), defaclacl
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace
),
facts (kind, object, definition) as (
  select 'schema', quote_ident(nspname), 'owner ' || nspowner::regrole from schemas

  union all
  select 'function', name,
    'owner ' || proowner::regrole || e'\n' || case when prokind = 'a' then 'aggregate' else pg_get_functiondef(oid) end
  from routines

  union all
  select 'table', name,
    format('kind %s, owner %s, row security %s, forced %s', relkind, relowner::regrole, relrowsecurity, relforcerowsecurity)
    || coalesce(e'\n' || case when relkind in ('v', 'm') then pg_get_viewdef(oid) end, '')
  from relations where relkind in ('r', 'p', 'v', 'm', 'S')

  union all
  select 'column', c.name,
    concat_ws(' ', format_type(c.atttypid, c.atttypmod), case when c.attnotnull then 'not null' end,
      'identity ' || nullif(c.attidentity::text, ''), 'generated ' || nullif(c.attgenerated::text, ''),
      'default ' || pg_get_expr(d.adbin, d.adrelid))
  from columns c left join pg_attrdef d on d.adrelid = c.attrelid and d.adnum = c.attnum

  -- From version 18 on a column's "not null" is a constraint of its own; the column says it already.
  union all
  select 'constraint', format('%I on %s', conname, coalesce(r.name, contypid::regtype::text)), pg_get_constraintdef(k.oid)
  from pg_constraint k
  join schemas s on s.oid = k.connamespace
  left join relations r on r.oid = k.conrelid
  where contype not in ('n', 't')

  union all
  select 'index', name, pg_get_indexdef(oid) from relations where relkind = 'i'

  union all
  select 'sequence', r.name, format('%s from %s by %s, %s to %s, cycle %s, cache %s',
    seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcycle, seqcache)
  from pg_sequence q join relations r on r.oid = q.seqrelid

  union all
  select 'type', t.name, 'owner ' || t.typowner::regrole || coalesce(
    ' enum ' || (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
    ' domain ' || case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, '')
  from types t

  union all
  select 'trigger', format('%I on %s', t.tgname, r.name), format('%s, enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
  from pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal

  union all
  select 'policy', format('%I on %s', p.polname, r.name),
    format('%s for %s to %s%s%s', case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd,
      (select string_agg(case u when 0 then 'public' else u::regrole::text end, ', ' order by u::regrole::text)
       from unnest(p.polroles) u),
      e'\nusing ' || pg_get_expr(p.polqual, p.polrelid), e'\nwith check ' || pg_get_expr(p.polwithcheck, p.polrelid))
  from pg_policy p join relations r on r.oid = p.polrelid

  union all
  select 'grants on ' || a.kind, a.object, coalesce(string_agg(e.line, e'\n' order by e.line), 'none')
  from acls a
  left join lateral (
    select format('%s: %s', case x.grantee when 0 then 'public' else x.grantee::regrole::text end,
      string_agg(x.privilege_type || case when x.is_grantable then ' with grant option' else '' end, ', '
        order by x.privilege_type)) as line
    from aclexplode(a.acl) x
    where x.privilege_type <> 'MAINTAIN'
    group by x.grantee
  ) e on true
  group by a.kind, a.object

  union all
  select 'comment on', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description
  from pg_description d
  where (d.classoid = 'pg_proc'::regclass and d.objoid in (select oid from routines))
    or (d.classoid = 'pg_class'::regclass and d.objoid in (select oid from relations))
    or (d.classoid = 'pg_trigger'::regclass and d.objoid in (select t.oid from pg_trigger t join relations r on r.oid = t.tgrelid))
    or (d.classoid = 'pg_policy'::regclass and d.objoid in (select p.oid from pg_policy p join relations r on r.oid = p.polrelid))
    or (d.classoid = 'pg_type'::regclass and d.objoid in (select oid from types))
    or (d.classoid = 'pg_namespace'::regclass and d.objoid in (select oid from schemas))
)
select kind, object, definition from facts order by 1, 2, 3
