//! The failures that an operation documents.

use std::collections::BTreeSet;

use poem_openapi::{
    ApiResponse, Object,
    payload::{Json, Payload},
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::upload::UploadResult;
use crate::{
    error::Failure,
    reason::Reason,
    values::{Kind, Membership, Text},
};

/// A failure of an operation that answers these statuses besides its success: `ApiError<400, 401>`.
/// That any operation may answer 429, 500 and 503 goes without saying.
pub struct ApiError<
    const A: u16 = 0,
    const B: u16 = 0,
    const C: u16 = 0,
    const D: u16 = 0,
    const E: u16 = 0,
    const F: u16 = 0,
    const G: u16 = 0,
    const H: u16 = 0,
>(Failure);

/// The form of every error.
#[derive(Object)]
#[oai(rename = "Error", rename_all = "camelCase")]
struct ErrorBody {
    /// A sentence for people
    error: String,
    /// A word for programs; several reasons share one
    code: Text<Codes>,
    /// The exact reason, as a word for programs
    reason: Text<Reasons>,
    /// The user's roles; the user must choose one
    memberships: Option<Vec<Membership>>,
    /// Quote it when you ask for help
    request_id: Uuid,
    /// The internal cause; only on a developer's server
    details: Option<String>,
    /// The faulty part of the request: a field of the body, a parameter, or `body` if the body is not a JSON object
    field: Option<String>,
    /// The version that the case has now
    current_version: Option<i32>,
    /// The status that the case has now
    current_status: Option<String>,
    /// The statuses that may follow
    valid_transitions: Option<Vec<String>>,
    /// The roles that may use this operation
    required_roles: Option<Vec<String>>,
    /// The caller's role
    user_role: Option<String>,
    /// The case already has a document with the same bytes
    is_duplicate: Option<bool>,
    /// That document, if the caller may see it
    existing_document_id: Option<Uuid>,
    /// The status of the virus scan
    virus_scan_status: Option<String>,
    /// The length of the document in bytes
    file_size: Option<i64>,
    /// For several uploads: how many succeeded, which is none
    success_count: Option<i32>,
    /// For several uploads: how many failed, which is all
    failure_count: Option<i32>,
    /// For several uploads: the result of each
    results: Option<Vec<UploadResult>>,
}

/// What an answer carries as `code`.
struct Codes;

impl Kind for Codes {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ErrorCode".to_owned())
    }

    fn register(registry: &mut Registry) {
        let answers = Reason::ALL.iter().flat_map(|reason| reason.answers());
        let codes: BTreeSet<_> = answers.map(|(_, code)| *code).collect();
        register_words(registry, "ErrorCode", "The kind of error.", codes);
    }
}

/// What an answer carries as `reason`.
struct Reasons;

impl Kind for Reasons {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ErrorReason".to_owned())
    }

    fn register(registry: &mut Registry) {
        let words = Reason::ALL.iter().map(|reason| reason.word());
        register_words(registry, "ErrorReason", "Why a request failed. New words may be added.", words);
    }
}

fn register_words(
    registry: &mut Registry,
    name: &str,
    description: &'static str,
    words: impl IntoIterator<Item = &'static str>,
) {
    registry.create_schema::<Text<Reasons>, _>(name.to_owned(), |_| MetaSchema {
        description: Some(description),
        enum_items: words.into_iter().map(Value::from).collect(),
        ..MetaSchema::new("string")
    });
}

macro_rules! impl_api_error {
    ($($status:ident),*) => {
        impl<$(const $status: u16),*> ApiResponse for ApiError<$($status),*> {
            fn meta() -> MetaResponses {
                let statuses = [$($status),*].into_iter().filter(|status| *status != 0).chain([429, 500, 503]);
                MetaResponses { responses: statuses.map(documented).collect() }
            }

            fn register(registry: &mut Registry) {
                ErrorBody::register(registry);
            }
        }

        impl<$(const $status: u16),*> From<Failure> for ApiError<$($status),*> {
            fn from(failure: Failure) -> Self {
                Self(failure)
            }
        }

        impl<$(const $status: u16),*> From<ApiError<$($status),*>> for poem::Error {
            fn from(error: ApiError<$($status),*>) -> Self {
                error.0.into()
            }
        }
    };
}

impl_api_error!(A, B, C, D, E, F, G, H);

/// What is said of a status: the example is that of the reason.
pub fn documented(status: u16) -> MetaResponse {
    let (description, reason, message, extra) = match status {
        400 => (
            "The request is malformed, or its contents are refused. `field` names the faulty part.",
            Reason::InvalidInput,
            Some("Invalid caseType"),
            json!({ "field": "caseType" }),
        ),
        401 => (
            "There is no session, or it has ended; or the bearer token is not accepted.",
            Reason::NoSession,
            None,
            Value::Null,
        ),
        403 => (
            "The caller's role may not use this operation, or the caller has no access to this case; the attempt \
                 is recorded. Or the document is infected.",
            Reason::NotYourCase,
            Some("Access denied"),
            Value::Null,
        ),
        404 => ("The thing does not exist.", Reason::CaseNotFound, Some("Case not found"), Value::Null),
        409 => (
            "The request conflicts with the current state: the stated `version` is not current, the thing exists \
                 already, a document is not scanned yet, or the `Idempotency-Key` was used for another request.",
            Reason::StaleVersion,
            Some("The case has been changed by somebody else"),
            json!({ "currentVersion": 4 }),
        ),
        412 => (
            "The version in `If-Match` is not current.",
            Reason::StaleVersion,
            Some("The case has been changed by somebody else"),
            json!({ "currentVersion": 4 }),
        ),
        406 => ("`Accept` allows no JSON.", Reason::NotAcceptable, None, Value::Null),
        413 => (
            "The body is larger than 1 MiB, or a form with files larger than 256 MiB.",
            Reason::PayloadTooLarge,
            None,
            Value::Null,
        ),
        415 => (
            "The `Content-Type` of the body is not one that this operation accepts.",
            Reason::UnsupportedMediaType,
            None,
            Value::Null,
        ),
        416 => (
            "The document has no bytes in this range. `Content-Range` contains its length.",
            Reason::RangeNotSatisfiable,
            None,
            json!({ "fileSize": 48_213 }),
        ),
        429 => (
            "The session or the address has made too many requests; see `Retry-After`.",
            Reason::RateLimited,
            None,
            Value::Null,
        ),
        503 => (
            "The database cannot be reached, or is too busy. Nothing has changed, unless the code is \
                 OUTCOME_UNKNOWN: then the change may have been made. Repeat the request with the same \
                 `Idempotency-Key` to find out.",
            Reason::Unavailable,
            None,
            Value::Null,
        ),
        _ => (
            "A defect of the service. Please report it with the `requestId`.",
            Reason::InternalError,
            None,
            Value::Null,
        ),
    };
    let failure = message.map_or_else(|| reason.into(), |message| Failure::new(reason, message));
    response(status, description, &failure, extra)
}

fn response(status: u16, description: &'static str, failure: &Failure, extra: Value) -> MetaResponse {
    let mut example = json!({
        "error": failure.message,
        "code": failure.code(),
        "reason": failure.reason.word(),
        "requestId": "7b0c3b0e-6f0d-4f5e-9d37-0f6f3f0a8a11",
    });
    if let (Value::Object(example), Value::Object(extra)) = (&mut example, extra) {
        example.extend(extra);
    }
    let schema =
        MetaSchema { all_of: vec![ErrorBody::schema_ref()], example: Some(example), ..MetaSchema::ANY };
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: Json::<ErrorBody>::CONTENT_TYPE,
            schema: MetaSchemaRef::Inline(Box::new(schema)),
        }],
        headers: if matches!(status, 409 | 429 | 503) { vec![retry_after(status)] } else { Vec::new() },
    }
}

fn retry_after(status: u16) -> MetaHeader {
    MetaHeader {
        name: "Retry-After".to_owned(),
        description: Some("How many seconds to wait before trying again".to_owned()),
        // Of what conflicts, only a document that is not scanned yet changes by itself.
        required: status != 409,
        deprecated: false,
        schema: i32::schema_ref(),
    }
}
