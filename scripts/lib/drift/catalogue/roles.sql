-- Our roles, their memberships, the settings of roles and of the database.
select 'role' as kind, rolname as object,
  concat_ws(', ',
    case when rolsuper then 'superuser' else 'no superuser' end,
    -- casefile_backup's way past it is below.
    case when rolname = 'casefile_backup' then null when rolbypassrls then 'passes row security' else 'subject to row security' end,
    case when rolcanlogin then 'login' else 'no login' end,
    case when rolinherit then 'inherits' else 'does not inherit' end,
    case when rolcreaterole then 'creates roles' end,
    case when rolcreatedb then 'creates databases' end,
    case when rolreplication then 'replication' end,
    case when rolconnlimit >= 0 then 'connection limit' end, -- whichever: see roles.sql
    'valid until ' || (rolvaliduntil at time zone 'UTC')) as definition
from pg_roles
where oid in (select oid from ours)

-- Up to version 15 it is the member that inherits or not, and SET ROLE is always allowed. From version 16 on each grant
-- says it; an administrator with CREATEROLE who creates a role is then given the right to grant it, and nothing else.
union all
select 'membership', format('%s in %s', member::regrole, roleid::regrole),
  concat_ws(', ',
    case when bool_or(inherits) then 'inherits' else 'does not inherit' end,
    case when bool_or(may_set) then 'set role' end,
    case when bool_or(admin_option) then 'may grant it' end)
from (
  select m.member, m.roleid, m.admin_option, r.rolcreaterole as creates_roles,
    coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit) as inherits,
    coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) as may_set
  from pg_auth_members m
  join pg_roles r on r.oid = m.member
  where m.roleid in (select oid from ours) or m.member in (select oid from ours)
) m
where (inherits or may_set or not creates_roles or member in (select oid from ours))
  and (member::regrole::text, roleid::regrole::text) <> ('casefile_backup', 'pg_read_all_data')
group by member, roleid

-- By any grants and policies: db/roles.sql has two ways.
union all
select 'what is not read by', o.rolname, string_agg(c.name, ', ' order by c.name)
from ours o
join pg_roles r on r.oid = o.oid
left join relations c on c.relkind in ('r', 'p', 'v', 'm', 'S') and not (
  has_schema_privilege(o.oid, c.relnamespace, 'usage')
  and case c.relkind
    when 'S' then has_sequence_privilege(o.oid, c.oid, 'select')
    else has_table_privilege(o.oid, c.oid, 'select')
  end
  and (r.rolbypassrls or not c.relrowsecurity or exists (
    select from reading_policies p where p.polrelid = c.oid
  ) and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive))
)
where o.rolname = 'casefile_backup'
group by o.rolname

union all
select 'setting',
  format('%s %s%s',
    split_part(s.assignment, '=', 1),
    case d.setrole when 0 then 'of everybody' else 'of ' || d.setrole::regrole end,
    case d.setdatabase when 0 then '' else ' in this database' end),
  substr(s.assignment, strpos(s.assignment, '=') + 1)
from pg_db_role_setting d
cross join unnest(d.setconfig) s (assignment)
where d.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and (d.setrole = 0 or d.setrole in (select oid from ours))

union all
select 'database', '(this one)',
  concat_ws(', ', 'owner ' || case when datdba in (select oid from ours) then datdba::regrole::text else 'an administrator' end,
    case when datistemplate then 'a template' end)
from pg_database
where datname = current_database()
