-- Comments and security labels.
select 'comment on' as kind, o.name as object, d.description as definition
from (
  select * from pg_description where objoid >= 16384 or classoid = 'pg_namespace'::regclass offset 0
) d
cross join lateral (select pg_describe_object(d.classoid, d.objoid, d.objsubid)) o (name)
where (d.objoid >= 16384 or d.objoid in (select oid from schemas))
  and o.name !~ 'pg_temp_'
  and d.classoid <> 'pg_extension'::regclass
  and not exists (select from extension_members m where m.classid = d.classoid and m.objid = d.objoid)

union all
select 'comment on', 'role ' || o.rolname, d.description
from pg_shdescription d
join ours o on o.oid = d.objoid
where d.classoid = 'pg_authid'::regclass

union all
select 'security label', format('%s %s', objtype, objname), string_agg(format('%s: %s', provider, label), e'\n' order by provider)
from pg_seclabels
where objtype not in ('database', 'tablespace', 'role')
  or objtype = 'database' and objname = quote_ident(current_database())
  or objtype = 'role' and objname in (select quote_ident(rolname) from ours)
group by objtype, objname
