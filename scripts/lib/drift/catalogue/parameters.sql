-- Settings of the server that our roles, or all, were allowed to change. PostgreSQL has this from version 15 on.
select 'grants on setting' as kind, p.parname as object,
  string_agg(format('%s: %s', case x.grantee when 0 then 'public' else x.grantee::regrole::text end, x.privilege_type), e'\n'
    order by x.grantee::regrole::text, x.privilege_type) as definition
from pg_parameter_acl p
cross join aclexplode(p.paracl) x
where x.grantee = 0 or x.grantee in (select oid from ours)
group by p.parname
