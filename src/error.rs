//! The one shape of every failure, and how errors of the database become one.

use std::{error::Error as _, io};

use poem::http::StatusCode;
use serde_json::Value;
use tokio_postgres::error::{DbError, Severity};

use crate::{
    field_error::{FieldCode, FieldError, FieldErrors},
    reason::Reason,
};

#[derive(Clone, Debug)]
pub struct Failure {
    pub reason: Reason,
    /// One of those that the register has for the reason.
    pub status: StatusCode,
    /// A sentence for people.
    pub message: String,
    /// More fields of the answer.
    pub extra: Vec<(String, Value)>,
    /// The internal cause.
    pub cause: Option<Box<Cause>>,
    /// After how many seconds to try again, where that helps.
    pub retry_after: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct Cause {
    /// For a developer's log and answer.
    pub text: String,
    /// For the log of a deployed server: without a value that anybody has sent.
    pub summary: String,
}

impl Failure {
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            status: StatusCode::from_u16(reason.status()).unwrap_or_default(),
            message: message.into(),
            extra: Vec::new(),
            cause: None,
            retry_after: reason.retry_after(),
        }
    }

    pub fn invalid(field: &str, code: FieldCode, message: impl Into<String>) -> Self {
        FieldError::new(field, code, message).into()
    }

    /// With the field of the body, the parameter or the header that is at fault; or `body`, or `path`.
    pub fn about(reason: Reason, field: &str, message: impl Into<String>) -> Self {
        Self::new(reason, message).with("field", field)
    }

    pub fn unavailable(cause: &(impl ToString + ?Sized)) -> Self {
        Self::from(Reason::Unavailable).because(cause)
    }

    pub fn internal(cause: &(impl ToString + ?Sized)) -> Self {
        Self::from(Reason::InternalError).because(cause)
    }

    /// Why a user may not sign in, or must choose a membership: the database returns the SQLSTATE as an answer.
    pub fn sign_in_refused(sqlstate: &str, message: impl Into<String>) -> Self {
        Self::new(Reason::of_sqlstate(sqlstate).unwrap_or(Reason::NoMembership), message)
    }

    /// With fields of the database; their `reason` is finer than the SQLSTATE.
    pub fn detailed(mut reason: Reason, message: impl Into<String>, detail: Option<Value>) -> Self {
        let mut extra: Vec<_> = match detail {
            Some(Value::Object(fields)) => fields.into_iter().collect(),
            _ => Vec::new(),
        };
        extra.retain(|(name, value)| {
            let finer = value.as_str().filter(|_| name == "reason").and_then(Reason::of_word);
            reason = finer.unwrap_or(reason);
            finer.is_none()
        });
        Self { extra, ..Self::new(reason, message) }
    }

    /// With another of the statuses that the register has for the reason.
    #[must_use]
    pub fn at(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The word that clients knew before there were reasons.
    pub fn code(&self) -> &'static str {
        let answers = self.reason.answers();
        let own = answers.iter().find(|(status, _)| *status == self.status.as_u16());
        own.map_or(self.reason.code(), |(_, code)| code)
    }

    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.push((key.to_owned(), value.into()));
        self
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.extra.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn summary(&self) -> Option<&str> {
        self.cause.as_ref().map(|cause| cause.summary.as_str())
    }

    /// The database's messages hold values; the names of its things do not.
    fn because_of(error: &DbError, reason: Reason) -> Self {
        let code = error.code().code();
        let thing = error.constraint().or(error.column()).or(error.table()).or(error.routine());
        let text = format!("{code} {}", error.message());
        let summary = format!("{code} {}", thing.unwrap_or_default());
        Self { cause: Some(Box::new(Cause { text, summary })), ..Self::from(reason) }
    }

    #[must_use]
    pub fn because(self, cause: &(impl ToString + ?Sized)) -> Self {
        let text = cause.to_string();
        Self { cause: Some(Box::new(Cause { summary: text.clone(), text })), ..self }
    }
}

/// Older clients read the first one: its sentence and its field.
impl From<FieldErrors> for Failure {
    fn from(FieldErrors(errors): FieldErrors) -> Self {
        let Some(first) = errors.first() else { return Reason::MalformedRequest.into() };
        let failure = Self::about(Reason::InvalidInput, &first.field, first.message.as_str());
        failure.with("errors", serde_json::to_value(&errors).unwrap_or_default())
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        FieldErrors(vec![error]).into()
    }
}

/// Where there is nothing more particular to say.
impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        let message = match reason {
            Reason::NoSession => "Authentication required",
            Reason::AddressNotFound => "There is nothing at this address",
            Reason::MethodNotAllowed => "This address does not take that method",
            Reason::AlreadyExists => "This exists already",
            Reason::PayloadTooLarge => "The body is larger than 1 MiB",
            Reason::RangeNotSatisfiable => "The document has no bytes in this range",
            Reason::RateLimited => "Too many requests. Try again later",
            Reason::InternalError => "Something went wrong on our side",
            Reason::Unavailable => "The service is briefly unavailable. Try again",
            Reason::DatabaseReadOnly => "The database is read-only at the moment. Try again",
            Reason::DatabaseRestored => "The database was restored, and is not back in service yet",
            Reason::Stopping => "This server has been told to stop. Use another one",
            Reason::OutcomeUnknown => {
                "It is not known whether the change was made. Send the same request with the same Idempotency-Key again. If it had none, read first whether the change is there"
            }
            reason => reason.when(),
        };
        Self::new(reason, message)
    }
}

/// The framework's own failures.
impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        Self::from(match status {
            StatusCode::UNAUTHORIZED => Reason::NoSession,
            StatusCode::NOT_FOUND => Reason::AddressNotFound,
            StatusCode::METHOD_NOT_ALLOWED => Reason::MethodNotAllowed,
            StatusCode::NOT_ACCEPTABLE => Reason::NotAcceptable,
            StatusCode::PAYLOAD_TOO_LARGE => Reason::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Reason::UnsupportedMediaType,
            StatusCode::RANGE_NOT_SATISFIABLE => Reason::RangeNotSatisfiable,
            StatusCode::TOO_MANY_REQUESTS => Reason::RateLimited,
            StatusCode::SERVICE_UNAVAILABLE => Reason::Unavailable,
            status if status.is_client_error() => Reason::MalformedRequest,
            _ => Reason::InternalError,
        })
    }
}

impl From<Failure> for poem::Error {
    fn from(failure: Failure) -> Self {
        let mut error = Self::from_status(failure.status);
        error.set_data(failure);
        error
    }
}

impl From<&tokio_postgres::Error> for Failure {
    fn from(error: &tokio_postgres::Error) -> Self {
        if let Some(error) = error.as_db_error() {
            return Self::from(error);
        }
        if is_lost(error) { Self::unavailable(error) } else { Self::internal(error) }
    }
}

impl From<object_store::Error> for Failure {
    fn from(error: object_store::Error) -> Self {
        match error {
            // The database knows of a document that the store does not have.
            object_store::Error::NotFound { .. } => Self::internal(&error),
            _ => Self::unavailable(&error),
        }
    }
}

impl From<&DbError> for Failure {
    fn from(error: &DbError) -> Self {
        let sqlstate = error.code().code();
        match Reason::of_sqlstate(sqlstate) {
            // A text beyond its limit. Any other check would be a defect.
            Some(Reason::InvalidInput) if sqlstate == "23514" => match field_beyond_limit(error) {
                Some(field) => Self::invalid(&field, FieldCode::TooLong, format!("{field} is too long")),
                None => Self::because_of(error, Reason::InternalError),
            },
            Some(reason) if reason.status() >= 500 => Self::because_of(error, reason),
            // The database's own errors get a sentence of ours.
            Some(reason) if !sqlstate.starts_with("JC") => Self::from(reason),
            Some(reason) => {
                let detail = error.detail().and_then(|detail| serde_json::from_str(detail).ok());
                Self::detailed(reason, error.message(), detail)
            }
            None => match class_of(sqlstate) {
                "22" => Self::new(Reason::MalformedRequest, "The request has a value that cannot be stored"),
                "08" | "53" | "57" => Self::because_of(error, Reason::Unavailable),
                _ if is_transient(error) || is_outdated(error) || ends_connection(error) => {
                    Self::because_of(error, Reason::Unavailable)
                }
                _ => Self::because_of(error, Reason::InternalError),
            },
        }
    }
}

/// The connection has ended.
pub fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>)
}

/// No case within reach, or not an operation of this role: `audit.explain_refusal` knows what to answer.
pub fn wants_explaining(error: &DbError) -> bool {
    matches!(error.code().code(), "JCMIS" | "42501")
}

/// A serialization failure or a deadlock: the same again may well succeed.
pub fn is_transient(error: &DbError) -> bool {
    matches!(error.code().code(), "40001" | "40P01")
}

/// A plan from before a migration, or one that is gone: the same may succeed on a fresh connection. Where a function
/// itself says 0A000, no connection makes it better.
pub fn is_outdated(error: &DbError) -> bool {
    match error.code().code() {
        "0A000" => error.routine() == Some("RevalidateCachedQuery"),
        code => code == "26000",
    }
}

/// A migration may have replaced the call's functions or types while it ran. Or it is a defect; a retry tells.
pub fn may_be_migration(error: &DbError) -> bool {
    matches!(error.code().code(), "42704" | "42804" | "42883" | "XX000")
}

/// On a standby, or on a database set read-only: another connection may lead to one that takes changes.
pub fn is_read_only(error: &DbError) -> bool {
    error.code().code() == "25006"
}

/// The server went down before it began the work.
pub fn is_shutdown(error: &DbError) -> bool {
    matches!(error.code().code(), "57P01" | "57P02" | "57P03")
}

/// Nothing more will come on this connection.
pub fn ends_connection(error: &DbError) -> bool {
    matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

/// The statement was fine, but the server is in no state to run it.
pub fn is_outage(error: &DbError) -> bool {
    is_transient(error)
        || is_outdated(error)
        || is_read_only(error)
        || matches!(class_of(error.code().code()), "08" | "53" | "57" | "55")
}

/// The first two of its five characters, whatever a server sends there.
fn class_of(sqlstate: &str) -> &str {
    sqlstate.get(..2).unwrap_or_default()
}

/// `case_details_internal_notes_within_limit` on `case_details` is about `internalNotes`.
fn field_beyond_limit(error: &DbError) -> Option<String> {
    let column =
        error.constraint()?.strip_suffix("_within_limit")?.strip_prefix(error.table()?)?.strip_prefix('_')?;
    let mut words = column.split('_');
    let mut field = words.next()?.to_owned();
    for word in words {
        field.extend(word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)));
    }
    Some(field)
}
