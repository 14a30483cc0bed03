//! Connections to the database, and why there is none.

use std::{error::Error as _, io};

use tokio_postgres::{Client, Connection, Socket, config::Host, error::SqlState, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use crate::config::DatabaseUrl;

pub type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A connection of its own, to be driven by whoever asks for it.
pub async fn connect(database: &DatabaseUrl) -> Result<(Client, Connection<Socket, Stream>), String> {
    connect_by(&tls::connector(database)?, database).await
}

/// With a connector that has been made before.
pub async fn connect_by(
    connector: &MakeRustlsConnect,
    database: &DatabaseUrl,
) -> Result<(Client, Connection<Socket, Stream>), String> {
    database.config.connect(connector.clone()).await.map_err(|error| connect_error(database, &error))
}

/// Why there is no connection, and what to do about it.
pub fn connect_error(database: &DatabaseUrl, error: &tokio_postgres::Error) -> String {
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
            SqlState::INSUFFICIENT_PRIVILEGE => format!(
                "The login {user} may not connect to the database {database}. As an administrator: grant connect on database {database} to {user}.",
                database = database.config.get_dbname().unwrap_or(user)
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
pub fn reason(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => error.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    }
}

/// Where the database server is, for people.
pub fn address(database: &DatabaseUrl) -> String {
    let port = database.config.get_ports().first().unwrap_or(&5432);
    match database.config.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("{host}:{port}"),
        Some(Host::Unix(folder)) => format!("{}:{port}", folder.display()),
        None => "without a host".to_owned(),
    }
}
