//! The one shape of every failure. This file alone knows which SQLSTATE is which HTTP answer.

use std::{borrow::Cow, error::Error as _, io};

use poem::http::StatusCode;
use serde_json::Value;
use tokio_postgres::error::{DbError, Severity};

#[derive(Clone, Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub code: Cow<'static, str>,
    /// A sentence for people.
    pub message: String,
    /// More fields of the answer.
    pub extra: Vec<(String, Value)>,
    /// What really happened.
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
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            extra: Vec::new(),
            cause: None,
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
        }
    }

    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message).with("field", field)
    }

    pub fn unavailable(cause: &(impl ToString + ?Sized)) -> Self {
        Self::from(StatusCode::SERVICE_UNAVAILABLE).because(cause)
    }

    /// The database is a standby, or set read-only. What only reads is served.
    pub fn read_only() -> Self {
        let message = "The database takes no changes at the moment: it is read-only; try again".to_owned();
        let failure = Self { message, ..Self::from(StatusCode::SERVICE_UNAVAILABLE) };
        failure.with("reason", "DATABASE_READ_ONLY")
    }

    /// What comes is served, for a while yet.
    pub fn stopping() -> Self {
        let message = "This server has been told to stop; try another".to_owned();
        let failure = Self { message, ..Self::from(StatusCode::SERVICE_UNAVAILABLE) };
        failure.with("reason", "STOPPING")
    }

    /// The database was restored, and whoever keeps it has not seen to it yet.
    pub fn restored(cause: &(impl ToString + ?Sized)) -> Self {
        let message = "The database was restored, and is not served yet".to_owned();
        let failure = Self { message, ..Self::from(StatusCode::SERVICE_UNAVAILABLE) };
        failure.with("reason", "DATABASE_RESTORED").because(cause)
    }

    /// A write whose answer was lost, or whose commit no standby has.
    pub fn outcome_unknown(cause: &(impl ToString + ?Sized)) -> Self {
        let message = "It is not known whether this was done. Ask again with the same Idempotency-Key, which settles it; without one, look first";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "OUTCOME_UNKNOWN", message).because(cause)
    }

    pub fn internal(cause: &(impl ToString + ?Sized)) -> Self {
        Self::from(StatusCode::INTERNAL_SERVER_ERROR).because(cause)
    }

    /// Why somebody may not sign in, or has to choose a membership: the database raises it, or gives it as an answer.
    pub fn sign_in_refused(sqlstate: &str, message: impl Into<String>) -> Self {
        let (status, code, reason) = match sqlstate {
            "JCEND" => (StatusCode::UNAUTHORIZED, "AUTH_REQUIRED", "SESSIONS_ENDED"),
            "JCUNK" => (StatusCode::FORBIDDEN, "FORBIDDEN", "UNKNOWN_USER"),
            "JCOFF" => (StatusCode::FORBIDDEN, "FORBIDDEN", "USER_DISABLED"),
            "JCMNY" => (StatusCode::FORBIDDEN, "FORBIDDEN", "MEMBERSHIP_REQUIRED"),
            _ => (StatusCode::FORBIDDEN, "FORBIDDEN", "NO_MEMBERSHIP"),
        };
        Self::new(status, code, message).with("reason", reason)
    }

    /// What `audit.explain_refusal` says about an operation that was refused.
    pub fn refused(code: String, message: String, extra: Option<Value>) -> Self {
        let status = if code == "FORBIDDEN" { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
        Self { code: code.into(), extra: fields(extra), ..Self::new(status, "", message) }
    }

    /// The finer word, where a code has several reasons.
    pub fn reason(&self) -> Option<&str> {
        self.get("reason").and_then(Value::as_str)
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
    fn because_of(error: &DbError, status: StatusCode) -> Self {
        let code = error.code().code();
        let thing = error.constraint().or(error.column()).or(error.table()).or(error.routine());
        let text = format!("{code} {}", error.message());
        let summary = format!("{code} {}", thing.unwrap_or_default());
        Self { cause: Some(Box::new(Cause { text, summary })), ..Self::from(status) }
    }

    #[must_use]
    pub fn because(self, cause: &(impl ToString + ?Sized)) -> Self {
        let text = cause.to_string();
        Self { cause: Some(Box::new(Cause { summary: text.clone(), text })), ..self }
    }
}

/// Where there is nothing to say but the status.
impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        let (code, message) = match status {
            StatusCode::UNAUTHORIZED => ("AUTH_REQUIRED", "Authentication required"),
            StatusCode::NOT_FOUND => ("NOT_FOUND", "There is nothing at this address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("METHOD_NOT_ALLOWED", "This address does not take that method")
            }
            StatusCode::NOT_ACCEPTABLE => {
                ("NOT_ACCEPTABLE", "This address answers in application/json, which Accept does not allow")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                ("UNSUPPORTED_MEDIA_TYPE", "The body must be application/json")
            }
            StatusCode::RANGE_NOT_SATISFIABLE => ("RANGE_NOT_SATISFIABLE", "The document has no such part"),
            StatusCode::TOO_MANY_REQUESTS => ("RATE_LIMITED", "Too many requests; try again later"),
            StatusCode::SERVICE_UNAVAILABLE => {
                ("UNAVAILABLE", "The service is briefly unavailable; try again")
            }
            status if status.is_client_error() => ("VALIDATION_ERROR", "The request cannot be understood"),
            _ => ("INTERNAL_ERROR", "Something went wrong on our side"),
        };
        Self::new(status, code, message)
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
        let refused = |status, code| {
            let detail = error.detail().and_then(|detail| serde_json::from_str(detail).ok());
            Self { extra: fields(detail), ..Self::new(status, code, error.message()) }
        };

        match sqlstate {
            "JCVAL" | "JCSAM" => refused(StatusCode::BAD_REQUEST, "VALIDATION_ERROR"),
            "JCTRM" => refused(StatusCode::BAD_REQUEST, "TERMINAL_STATUS"),
            "JCSTA" => refused(StatusCode::BAD_REQUEST, "INVALID_TRANSITION"),
            "JCREA" => refused(StatusCode::BAD_REQUEST, "REASON_REQUIRED"),
            "JCSES" => refused(StatusCode::UNAUTHORIZED, "AUTH_REQUIRED"),
            "JCROL" | "JCINF" => refused(StatusCode::FORBIDDEN, "FORBIDDEN"),
            "JCUNK" | "JCOFF" | "JCEND" | "JCNOM" | "JCMNY" => {
                let refusal = Self::sign_in_refused(sqlstate, error.message());
                let detail = error.detail().and_then(|detail| serde_json::from_str(detail).ok());
                fields(detail).into_iter().fold(refusal, |refusal, (key, value)| refusal.with(&key, value))
            }
            "JCMIS" | "JCNIL" | "JCMOC" => refused(StatusCode::NOT_FOUND, "NOT_FOUND"),
            "JCVER" | "JCDUP" | "JCFIX" | "JCUNS" | "JCKEY" => refused(StatusCode::CONFLICT, "CONFLICT"),
            "23505" => Self::new(StatusCode::CONFLICT, "CONFLICT", "This exists already"),
            "23514" => match field_beyond_limit(error) {
                Some(field) => Self::invalid(&field, format!("{field} is too long")),
                None => Self::because_of(error, StatusCode::INTERNAL_SERVER_ERROR),
            },
            // Append-only: no operation so much as tries.
            "JCAPP" => Self::because_of(error, StatusCode::INTERNAL_SERVER_ERROR),
            "25006" => {
                let Self { cause, .. } = Self::because_of(error, StatusCode::SERVICE_UNAVAILABLE);
                Self { cause, ..Self::read_only() }
            }
            "55P03" => Self::because_of(error, StatusCode::SERVICE_UNAVAILABLE),
            _ => match class_of(sqlstate) {
                "22" => Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", "A value cannot be stored"),
                "08" | "53" | "57" => Self::because_of(error, StatusCode::SERVICE_UNAVAILABLE),
                _ if is_transient(error) || is_outdated(error) || ends_connection(error) => {
                    Self::because_of(error, StatusCode::SERVICE_UNAVAILABLE)
                }
                _ => Self::because_of(error, StatusCode::INTERNAL_SERVER_ERROR),
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

/// What a call meets whose functions and types a migration replaces while it runs. Or a defect; the same again tells.
pub fn may_be_migration(error: &DbError) -> bool {
    matches!(error.code().code(), "42704" | "42804" | "42883" | "XX000")
}

/// On a standby, or where somebody has set the database read-only: another connection may lead to one that is not.
pub fn is_read_only(error: &DbError) -> bool {
    error.code().code() == "25006"
}

/// The server went down before it began with what was asked of it.
pub fn is_shutdown(error: &DbError) -> bool {
    matches!(error.code().code(), "57P01" | "57P02" | "57P03")
}

/// Nothing more will come on this connection.
pub fn ends_connection(error: &DbError) -> bool {
    matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

/// The statement was as good as any, but the server is in no state to run it.
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

fn fields(value: Option<Value>) -> Vec<(String, Value)> {
    match value {
        Some(Value::Object(fields)) => fields.into_iter().collect(),
        _ => Vec::new(),
    }
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
