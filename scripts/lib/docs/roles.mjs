// The examined roles, in a fixed order: the callers, then the logins and their roles. Members of the groups casefile_caller and
// casefile_professional have the rights of these. casefile_owner and its members can lift every rule.
const QUERY = `
  select r.rolname as name, shobj_description(r.oid, 'pg_authid') as comment, c.member is not null as caller
  from pg_roles as r
  left join pg_auth_members as c on c.member = r.oid and c.roleid = 'casefile_caller'::regrole
  where c.member is not null or r.rolname = 'document_processor'
    or r.rolname ~ '^casefile_' and r.rolname not in ('casefile_owner', 'casefile_migrator', 'casefile_caller', 'casefile_professional')
  order by c.member is null, array_position(enum_range(null::core.user_role)::text[], upper(r.rolname)), r.rolname collate "C"`;

export async function rolesOf(client) {
  const { rows } = await client.query(QUERY);
  return rows.map(({ name, comment, caller }) => ({ name, comment, caller: caller === "t" }));
}
