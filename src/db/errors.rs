//! Why a call has no answer, and whether the same again may help.

use std::fmt::Display;

use super::{operation::Operation, pool::PoolError};
use crate::{
    error::{self, Failure},
    reason::Reason,
};

const NO_ANSWER: &str = "no answer in time";
const CONNECTION_LOST: &str = "connection lost";
pub const NOT_ON_STANDBY: &str = "its wait for a standby was ended";

/// Why a call has no answer.
pub enum CallError {
    NoConnection(PoolError),
    /// The connection turned out to be dead before it took the call.
    NotSent(tokio_postgres::Error),
    NoAnswer,
    /// It may have been done or not, or be lost with its host.
    OutcomeUnknown(&'static str),
    Refused(tokio_postgres::Error),
    /// The function returns something else than this server was built for, and was not called.
    WrongType(String),
    /// The function was called, and its answer cannot be read.
    Unreadable(String),
    /// The database was restored, and is not served yet.
    Barred(String),
}

/// Whether to try the same again.
#[derive(PartialEq)]
pub enum Retry {
    AtOnce,
    /// The obstacle may be gone then.
    AfterPause,
    /// On a connection that remembers nothing.
    OnFreshConnection,
    No,
}

impl CallError {
    pub fn wrong_type(operation: &Operation, reason: &impl Display) -> Self {
        Self::WrongType(unexpected(operation, reason))
    }

    pub fn unreadable(operation: &Operation, reason: &impl Display) -> Self {
        Self::Unreadable(unexpected(operation, reason))
    }

    pub fn retry(&self, are_several_hosts: bool) -> Retry {
        match self {
            Self::NotSent(_) => Retry::AtOnce,
            // The connection may know the type from before a migration.
            Self::WrongType(_) => Retry::OnFreshConnection,
            Self::Refused(error) => match error.as_db_error() {
                Some(error) if error::is_outdated(error) => Retry::OnFreshConnection,
                // The primary has become a standby, and another host took its place.
                Some(error) if error::is_read_only(error) && are_several_hosts => Retry::OnFreshConnection,
                Some(error) if error::is_transient(error) || error::may_be_migration(error) => {
                    Retry::AfterPause
                }
                _ => Retry::No,
            },
            Self::NoConnection(_)
            | Self::NoAnswer
            | Self::OutcomeUnknown(_)
            | Self::Unreadable(_)
            | Self::Barred(_) => Retry::No,
        }
    }

    /// Whether the connection must not be used again: it is dead, or remembers outdated things.
    pub fn spoils_connection(&self) -> bool {
        match self {
            Self::NotSent(error) | Self::Refused(error) => error.as_db_error().is_none_or(|error| {
                error::ends_connection(error) || error::is_outdated(error) || error::is_read_only(error)
            }),
            Self::WrongType(_) | Self::Unreadable(_) => true,
            Self::NoConnection(_) | Self::NoAnswer | Self::OutcomeUnknown(_) | Self::Barred(_) => false,
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

    /// A write without an answer has an unknown outcome. A session that is ended says so in place of its readiness: its
    /// commit may be done.
    pub fn of_write(self) -> Self {
        match self {
            Self::NoAnswer => Self::OutcomeUnknown(NO_ANSWER),
            Self::Refused(error)
                if error.as_db_error().map_or_else(|| error::is_lost(&error), error::ends_connection) =>
            {
                Self::OutcomeUnknown(CONNECTION_LOST)
            }
            error => error,
        }
    }

    pub fn into_failure(self) -> Failure {
        match self {
            Self::NoConnection(PoolError::AllInUse) => {
                Failure::unavailable("all connections were in use for too long")
            }
            Self::NoConnection(PoolError::Unreachable(reason)) => Failure::unavailable(&reason),
            Self::NoConnection(PoolError::Stuck) => Failure::unavailable(
                "too many calls that were given up have not come to an end; is a standby away that commits wait for?",
            ),
            Self::OutcomeUnknown(reason) => Failure::from(Reason::OutcomeUnknown).because(reason),
            Self::NoConnection(PoolError::Closed) => Failure::unavailable("the server is about to end"),
            Self::NotSent(error) => Failure::unavailable(&error),
            Self::NoAnswer => Failure::unavailable("the database did not answer in time"),
            Self::Refused(error) => Failure::from(&error),
            Self::WrongType(reason) | Self::Unreadable(reason) => Failure::internal(&reason),
            Self::Barred(reason) => Failure::from(Reason::DatabaseRestored).because(&reason),
        }
    }

    /// The database knows of no such session.
    pub fn is_without_session(&self) -> bool {
        matches!(self, Self::Refused(error) if error.code().is_some_and(|code| code.code() == "JCSES"))
    }

    /// For the count of errors: the database's own code, or a word where it said nothing.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(error) | Self::NotSent(error) => {
                error.code().map_or(CONNECTION_LOST, |code| code.code())
            }
            Self::NoConnection(PoolError::AllInUse) => "no connection in time",
            Self::NoConnection(PoolError::Stuck) => "given-up calls go on",
            Self::NoConnection(_) => "no connection",
            Self::NoAnswer => NO_ANSWER,
            Self::OutcomeUnknown(reason) => reason,
            Self::WrongType(_) | Self::Unreadable(_) => "another result type",
            Self::Barred(_) => "restored",
        }
    }
}

fn unexpected(operation: &Operation, reason: &impl Display) -> String {
    format!("{} does not return what this server expects: {reason}", operation.name())
}
