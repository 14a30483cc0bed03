//! Whether everything belongs to the owner whom row-level security binds. Another login's objects may do more: a
//! superuser's definer function bypasses every policy.

use tokio_postgres::{Client, types::Type};

use crate::db::{connect::reason, roles::ROLES};

/// A role that bypasses row-level security and should not; and a thing that is not the owner's, with its actual owner.
const OWNERS: &str = "
    with ours (id) as (
      select oid from pg_catalog.pg_namespace where nspname in ('api', 'audit', 'auth', 'core', 'worker')
    ),
    owned (place, class, id, owner) as (
      select 1, 'pg_catalog.pg_namespace'::regclass, oid, nspowner
      from pg_catalog.pg_namespace where oid in (select id from ours)
      union all
      select 2, 'pg_catalog.pg_class'::regclass, oid, relowner
      from pg_catalog.pg_class where relnamespace in (select id from ours) and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      union all
      select 3, 'pg_catalog.pg_type'::regclass, oid, typowner
      from pg_catalog.pg_type where typnamespace in (select id from ours) and typcategory <> 'A'
      union all
      select 4, 'pg_catalog.pg_proc'::regclass, oid, proowner
      from pg_catalog.pg_proc where pronamespace in (select id from ours)
    ),
    stray (thing, owner) as (
      select o.type || ' ' || o.identity, pg_catalog.pg_get_userbyid(owned.owner)::text
      from owned cross join lateral pg_catalog.pg_identify_object(owned.class, owned.id, 0) as o
      where owned.owner is distinct from (select oid from pg_catalog.pg_roles where rolname = 'casefile_owner')
      order by owned.place, o.identity
      limit 1
    )
    select
      (
        select r.rolname::text
        from pg_catalog.pg_roles as r
        where (r.rolsuper or r.rolbypassrls)
          and (
            r.rolname in ('casefile_owner', 'casefile_caller', 'casefile_professional', session_user)
            or r.rolname = any ($1)
          )
        order by r.rolname <> 'casefile_owner', r.rolname
        limit 1
      ),
      s.thing, s.owner
    from (select) as one
    left join stray as s on true";

pub async fn check_owners(client: &Client) -> Result<(), String> {
    let unreadable =
        |error| format!("The owners of the database's objects cannot be read ({}).", reason(&error));
    let rows = client.query_typed(OWNERS, &[(&*ROLES, Type::TEXT_ARRAY)]).await.map_err(unreadable)?;
    let row = rows.first().ok_or("The database does not tell the owners of its objects.")?;
    let (unbound, stray, owner): (Option<String>, Option<String>, Option<String>) = (
        row.try_get(0).map_err(unreadable)?,
        row.try_get(1).map_err(unreadable)?,
        row.try_get(2).map_err(unreadable)?,
    );
    if let (Some(stray), Some(owner)) = (stray, owner) {
        return Err(format!(
            "The {stray} belongs to {owner} and not to casefile_owner: a login other than casefile_migrator has applied migrations. Create the database again with scripts/migrate, or run as an administrator: alter {stray} owner to casefile_owner."
        ));
    }
    if let Some(role) = unbound {
        return Err(format!(
            "Row-level security does not bind {role}. Do as an administrator: alter role {role} nosuperuser nobypassrls."
        ));
    }
    Ok(())
}
