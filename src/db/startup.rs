//! What must be true of a database before this server works with it.

use std::{error::Error as _, io, time::Duration};

use tokio::time::timeout;
use tokio_postgres::{Client, Connection, Socket, config::Host, error::SqlState, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{pooler, tls};
use crate::{
    config::{DatabaseUrl, Statements},
    types::{Roles, Words},
};

const PATIENCE: Duration = Duration::from_secs(5);

/// The names of the migrations, as they stood in db/migrations when this server was built.
const MIGRATIONS: &str = env!("CASEFILE_MIGRATIONS");

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A connection of its own, to be driven by whoever asks for it.
pub async fn connect(database: &DatabaseUrl) -> Result<(Client, Connection<Socket, Stream>), String> {
    connect_by(&tls::connector(database)?, database).await
}

pub async fn connect_by(
    connector: &MakeRustlsConnect,
    database: &DatabaseUrl,
) -> Result<(Client, Connection<Socket, Stream>), String> {
    database.config.connect(connector.clone()).await.map_err(|error| refusal(database, &error))
}

/// Connects once and looks around. What is wrong is said in one line, with what to do about it.
pub async fn check(database: &DatabaseUrl, statements: Statements) -> Result<(), String> {
    let look_around = async {
        if statements == Statements::Prepared && pooler::is_between(database).await? {
            return Err(format!(
                "A pooler stands before the database of {} and gives every transaction another connection. Set DATABASE_STATEMENTS=unprepared.",
                database.variable
            ));
        }
        let (client, connection) = connect(database).await?;
        tokio::spawn(connection);
        check_schema(&client, &format!("the login of {}", database.variable)).await
    };
    timeout(PATIENCE, look_around).await.unwrap_or_else(|_| {
        Err(format!("The database server {} does not answer ({}).", address(database), database.variable))
    })
}

/// Whether the database has all that this server needs; it may have more.
pub async fn check_schema(client: &Client, login: &str) -> Result<(), String> {
    check_migrations(client).await?;
    check_caller_roles(client, login).await
}

async fn check_migrations(client: &Client) -> Result<(), String> {
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

async fn check_caller_roles(client: &Client, login: &str) -> Result<(), String> {
    for role in Roles::WORDS {
        let role = role.to_lowercase();
        let become_it = format!("begin; set local role {role}; rollback");
        if let Err(error) = client.batch_execute(&become_it).await {
            return Err(format!(
                "{login} cannot become {role} ({}). Apply db/roles.sql as an administrator, or use the login casefile_api.",
                reason(&error)
            ));
        }
    }
    Ok(())
}

/// Why there is no connection, and what to do about it.
pub fn refusal(database: &DatabaseUrl, error: &tokio_postgres::Error) -> String {
    let variable = &database.variable;
    let user = database.config.get_user().unwrap_or_default();
    if let Some(code) = error.code() {
        return match *code {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => format!(
                "The database server refuses the login {user} ({}). Correct user and password in {variable}.",
                reason(error)
            ),
            SqlState::INVALID_CATALOG_NAME => format!(
                "The database server {} has no database {}. Create it, or correct {variable}.",
                address(database),
                database.config.get_dbname().unwrap_or(user)
            ),
            _ => format!("The database of {variable} refuses to be used: {}.", reason(error)),
        };
    }
    if error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>) {
        return format!(
            "The database server {} cannot be reached: {}. Start it, or correct {variable}.",
            address(database),
            reason(error)
        );
    }
    format!("The database of {variable} cannot be used: {}.", reason(error))
}

/// The driver says little itself; what is behind its error says more.
fn reason(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => error.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    }
}

fn address(database: &DatabaseUrl) -> String {
    let port = database.config.get_ports().first().unwrap_or(&5432);
    match database.config.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("{host}:{port}"),
        Some(Host::Unix(folder)) => format!("{}:{port}", folder.display()),
        None => "without a host".to_owned(),
    }
}
