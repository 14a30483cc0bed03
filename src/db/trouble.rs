//! What comes in the way of an answer, and whether the same again may help.

use std::fmt::Display;

use super::{Operation, pool::Lack};
use crate::error::{self, Failure};

pub enum Trouble {
    NoConnection(Lack),
    /// The connection turned out to be dead before it took the call.
    NotSent(tokio_postgres::Error),
    NoAnswer,
    Refused(tokio_postgres::Error),
    /// The function returns something else than this server was built for, and was not called.
    Unfit(String),
    /// The function was called, and its answer cannot be read.
    Mismatch(String),
}

/// What to do about it.
#[derive(PartialEq)]
pub enum Remedy {
    /// The same again.
    Again,
    /// The same again on a connection that remembers nothing.
    Afresh,
    None,
}

impl Trouble {
    pub fn unfit(operation: &Operation, reason: &impl Display) -> Self {
        Self::Unfit(unexpected(operation, reason))
    }

    pub fn mismatch(operation: &Operation, reason: &impl Display) -> Self {
        Self::Mismatch(unexpected(operation, reason))
    }

    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent(_) => Remedy::Again,
            // What the connection knows of the type may be from before a migration.
            Self::Unfit(_) => Remedy::Afresh,
            Self::Refused(error) => match error.as_db_error() {
                Some(error) if error::is_outdated(error) => Remedy::Afresh,
                Some(error) if error::is_transient(error) || error::may_be_migration(error) => Remedy::Again,
                _ => Remedy::None,
            },
            Self::NoConnection(_) | Self::NoAnswer | Self::Mismatch(_) => Remedy::None,
        }
    }

    /// Whether nobody should be given the connection any more: it is dead, or remembers what is no longer so.
    pub fn spoils_connection(&self) -> bool {
        match self {
            Self::NotSent(error) | Self::Refused(error) => error
                .as_db_error()
                .is_none_or(|error| error::ends_connection(error) || error::is_outdated(error)),
            Self::Unfit(_) | Self::Mismatch(_) => true,
            Self::NoConnection(_) | Self::NoAnswer => false,
        }
    }

    /// An error while a statement is prepared, or of `begin`: the call itself has not been made.
    pub fn before_call(error: tokio_postgres::Error) -> Self {
        if error.as_db_error().is_none_or(error::is_shutdown) {
            Self::NotSent(error)
        } else {
            Self::Refused(error)
        }
    }

    pub fn into_failure(self) -> Failure {
        match self {
            Self::NoConnection(Lack::InUse) => {
                Failure::unavailable("all connections were in use for too long")
            }
            Self::NoConnection(Lack::Unreachable(reason)) => Failure::unavailable(&reason),
            Self::NoConnection(Lack::Closed) => Failure::unavailable("the server is about to end"),
            Self::NotSent(error) => Failure::unavailable(&error),
            Self::NoAnswer => Failure::unavailable("the database did not answer in time"),
            Self::Refused(error) => Failure::from(&error),
            Self::Unfit(reason) | Self::Mismatch(reason) => Failure::internal(&reason),
        }
    }

    /// For the count of errors: the database's own code, or a word where it said nothing.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(error) | Self::NotSent(error) => {
                error.code().map_or("connection lost", |code| code.code())
            }
            Self::NoConnection(Lack::InUse) => "no connection in time",
            Self::NoConnection(_) => "no connection",
            Self::NoAnswer => "no answer in time",
            Self::Unfit(_) | Self::Mismatch(_) => "another result type",
        }
    }
}

fn unexpected(operation: &Operation, reason: &impl Display) -> String {
    format!("{} does not return what this server expects: {reason}", operation.name())
}
