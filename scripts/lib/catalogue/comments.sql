-- Comments and security labels.
select 'comment on' as kind, pg_describe_object(d.classoid, d.objoid, d.objsubid) as object, d.description as definition
from pg_description d
where (d.objoid >= 16384 or d.classoid = 'pg_namespace'::regclass and d.objoid in (select oid from schemas))
  and pg_describe_object(d.classoid, d.objoid, d.objsubid) !~ 'pg_temp_'
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
