-- Everything but tables: schemas, functions, types, and objects of a whole database.
select 'schema' as kind, quote_ident(nspname) as object,
  -- From version 15 on "public" belongs to pg_database_owner, before that to the role that created the cluster.
  'owner ' || case
    when nspname <> 'public' or nspowner in (select oid from ours) then nspowner::regrole::text
    else 'an administrator'
  end as definition
from schemas

union all
select 'function', name,
  'owner ' || proowner::regrole || e'\n' || case when prokind = 'a' then 'aggregate' else pg_get_functiondef(oid) end
from routines

union all
select 'type', name,
  concat_ws(' ', 'owner', typowner::regrole,
    case typtype when 'c' then 'composite' when 'd' then 'domain' when 'e' then 'enum' when 'r' then 'range' else 'base' end,
    case when typtype = 'd' then format_type(typbasetype, typtypmod) end,
    case when typnotnull then 'not null' end,
    'default ' || typdefault)
from types

union all
select 'values of type', t.name, string_agg(e.enumlabel, e'\n' order by e.enumsortorder)
from types t
join pg_enum e on e.enumtypid = t.oid
group by t.name

-- Members of plpgsql, which every database has; any other extension is a difference by itself.
union all
select 'extension', quote_ident(e.extname),
  concat_ws(e'\n', 'in ' || e.extnamespace::regnamespace,
    case when e.extname = 'plpgsql' then (
      select string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), e'\n'
        order by pg_describe_object(d.classid, d.objid, d.objsubid))
      from pg_depend d
      where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
    ) end)
from pg_extension e

union all
select 'event trigger', quote_ident(t.evtname),
  concat_ws(', ', 'on ' || t.evtevent, 'runs ' || t.evtfoid::regprocedure, 'owner ' || t.evtowner::regrole, f.word,
    'for ' || array_to_string(t.evttags, ', '))
from pg_event_trigger t
join firing f on f.letter = t.evtenabled
where not exists (select from extension_members m where m.classid = 'pg_event_trigger'::regclass and m.objid = t.oid)

union all
select 'publication', quote_ident(p.pubname),
  'owner ' || p.pubowner::regrole || ', of ' || case when p.puballtables then 'all tables' else coalesce((
    select string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' order by t.schemaname, t.tablename)
    from pg_publication_tables t
    where t.pubname = p.pubname
  ), 'no tables') end
from pg_publication p

union all
select 'subscription', quote_ident(s.subname), 'owner ' || s.subowner::regrole
from pg_subscription s
where s.subdbid = (select oid from pg_database where datname = current_database())

-- We ship none of these, so their presence is enough.
union all
select i.type, i.identity, ''
from (
  select 'pg_am'::regclass, oid from pg_am
  union all select 'pg_cast'::regclass, oid from pg_cast
  -- Those of pg_catalog come from the operating system.
  union all select 'pg_collation'::regclass, oid from pg_collation where collnamespace <> 'pg_catalog'::regnamespace
  union all select 'pg_conversion'::regclass, oid from pg_conversion
  union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper
  union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
  union all select 'pg_language'::regclass, oid from pg_language
  union all select 'pg_opclass'::regclass, oid from pg_opclass
  union all select 'pg_operator'::regclass, oid from pg_operator
  union all select 'pg_opfamily'::regclass, oid from pg_opfamily
  union all select 'pg_transform'::regclass, oid from pg_transform
  union all select 'pg_ts_config'::regclass, oid from pg_ts_config
  union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
  union all select 'pg_ts_parser'::regclass, oid from pg_ts_parser
  union all select 'pg_ts_template'::regclass, oid from pg_ts_template
  union all select 'pg_user_mapping'::regclass, umid from pg_user_mappings
) o (catalogue, oid)
cross join pg_identify_object(o.catalogue, o.oid, 0) i
where o.oid >= 16384
  and not exists (select from extension_members m where m.classid = o.catalogue and m.objid = o.oid)
