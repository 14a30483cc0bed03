-- Stands before each file of this folder: the objects of a database, in any schema. $1 names our roles.
-- PostgreSQL numbers objects made after initdb from 16384. An extension's objects are left out, because the
-- extension itself is named.
with ours as (
  select oid, rolname from pg_roles where rolname = any ($1::text[])
),
extension_members as (
  select classid, objid from pg_depend where deptype = 'e'
),
temporary_schemas as (
  select oid from pg_namespace where nspname ~ '^pg_(toast_)?temp_[0-9]+$'
),
schemas as (
  select n.*
  from pg_namespace n
  where (n.oid >= 16384 or n.nspname = 'public')
    and n.oid not in (select oid from temporary_schemas)
    and not exists (select from extension_members m where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)
),
relations as (
  select c.*, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_index i on i.indexrelid = c.oid
  left join pg_class indexed on indexed.oid = i.indrelid
  where c.oid >= 16384 and c.relpersistence <> 't' and 't' not in (c.relkind, coalesce(indexed.relkind, ''))
    and not exists (select from extension_members m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
),
columns as (
  select r.name as relation, r.relkind, a.*, format('%s.%I', r.name, a.attname) as name
  from pg_attribute a
  join relations r on r.oid = a.attrelid
  where a.attnum > 0 and not a.attisdropped and r.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
),
routines as (
  select p.*, p.oid::regprocedure::text as name
  from pg_proc p
  where p.oid >= 16384 and p.pronamespace not in (select oid from temporary_schemas)
    and not exists (select from extension_members m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
),
-- Without the types that come with a table, with another type as its array, or with a range (from version 14 on).
types as (
  select t.*, format('%I.%I', n.nspname, t.typname) as name
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_class c on c.oid = t.typrelid
  where t.oid >= 16384 and n.oid not in (select oid from temporary_schemas)
    and coalesce(c.relkind, 'c') = 'c' and t.typtype <> 'm'
    and not exists (select from pg_type e where e.typarray = t.oid)
    and not exists (select from extension_members m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
),
-- Where casefile_backup does not stand above row-level security, db/roles.sql makes these.
reading_policies as (
  select p.*
  from pg_policy p
  where p.polname = 'select_to_backup' and p.polpermissive and p.polcmd = 'r' and p.polqual is not null
    and pg_get_expr(p.polqual, p.polrelid) = 'true'
    and p.polroles = array(select oid from ours where rolname = 'casefile_backup')
),
firing (letter, word) as (
  values ('O'::"char", 'enabled'), ('D', 'disabled'), ('R', 'on replicas only'), ('A', 'always')
)
