//! Why there is no connection, and what to do about it.

use std::{error::Error as _, io, time::Duration};

use tokio_postgres::error::SqlState;

use super::place::address;
use crate::config::DatabaseUrl;

/// Why a host gave no usable connection.
pub enum Refusal {
    /// It did not let us in for so long.
    Slow(Duration),
    Error(tokio_postgres::Error),
    /// It let us in, but is not the wanted host.
    Unwanted(String),
}

impl Refusal {
    /// The part about one host in a line about several.
    pub fn of_one_among_several(&self) -> String {
        match self {
            Self::Slow(patience) => format!("no answer within {} ms", patience.as_millis()),
            Self::Error(error) => reason(error),
            Self::Unwanted(reason) => reason.clone(),
        }
    }

    pub fn of_the_only_one(&self, database: &DatabaseUrl) -> String {
        match self {
            Self::Slow(_) => {
                format!("The database server {} does not answer ({}).", address(database), database.variable)
            }
            Self::Error(error) => connect_error(database, error),
            Self::Unwanted(reason) => {
                format!(
                    "The database server {} is not the one that {} means: {reason}.",
                    address(database),
                    database.variable
                )
            }
        }
    }
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

/// The driver says little; the source of its error says more.
pub fn reason(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => error.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    }
}
