//! Whether the schema of a database is the one that this server was built for.

use tokio_postgres::Client;

use super::READ_ONLY;
use crate::db::{connect::reason, roles::ROLES};

/// The names of the migrations, as they stood in db/migrations when this server was built.
const MIGRATIONS: &str = env!("CASEFILE_MIGRATIONS");

pub async fn check_writable(client: &Client) -> Result<(), String> {
    let sql = "select current_setting('transaction_read_only')::boolean";
    let rows = client.query_typed(sql, &[]).await.map_err(|error| {
        format!("The database does not tell whether it takes changes ({}).", reason(&error))
    })?;
    let is_read_only = rows.first().is_some_and(|row| row.try_get(0).unwrap_or(false));
    if is_read_only { Err(READ_ONLY.to_owned()) } else { Ok(()) }
}

pub async fn check_migrations(client: &Client) -> Result<(), String> {
    let sql = "select version from public.schema_migrations";
    let rows = client.query_typed(sql, &[]).await.map_err(|error| {
        format!(
            "The database's list of migrations cannot be read ({}). Apply db/migrations with scripts/migrate.",
            reason(&error)
        )
    })?;
    let applied: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();

    let pending: Vec<&str> = MIGRATIONS
        .split(',')
        .filter(|name| !applied.iter().any(|version| name.split('_').next() == Some(version)))
        .collect();
    match pending.as_slice() {
        [] => Ok(()),
        [name] => {
            Err(format!("The database lacks the migration {name}. Apply db/migrations with scripts/migrate."))
        }
        [name, others @ ..] => Err(format!(
            "The database lacks the migration {name} and {} more. Apply db/migrations with scripts/migrate.",
            others.len()
        )),
    }
}

pub async fn check_caller_roles(client: &Client, login: &str) -> Result<(), String> {
    for role in ROLES.iter() {
        // One transaction, which ends with the batch, however it ends.
        let become_it = format!("set role {role}; reset role");
        if let Err(error) = client.batch_execute(&become_it).await {
            return Err(format!(
                "{login} cannot become {role} ({}). Apply db/roles.sql as an administrator, or use the login casefile_api.",
                reason(&error)
            ));
        }
    }
    Ok(())
}
