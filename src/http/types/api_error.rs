//! The failures that an operation documents.

use poem_openapi::{
    ApiResponse,
    payload::{Json, Payload},
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Value, json};

use super::error_body::ErrorBody;
use crate::{error::Failure, reason::Reason};

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

/// The entry for a status, with the reason's example.
pub fn documented(status: u16) -> MetaResponse {
    let (description, reason, message, extra) = match status {
        400 => (
            "The request is malformed, or its contents are refused. `errors` lists the faulty fields, parameters and headers: if a value has the wrong type, only such, else all; `field` is the first.",
            Reason::InvalidInput,
            Some("Invalid caseType"),
            json!({
                "field": "caseType",
                "errors": [{ "field": "caseType", "code": "UNKNOWN_WORD", "message": "Invalid caseType" }],
            }),
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
            Some("Somebody else has changed the case. Read it again"),
            json!({ "currentVersion": 4 }),
        ),
        412 => (
            "The version in `If-Match` is not current.",
            Reason::StaleVersion,
            Some("Somebody else has changed the case. Read it again"),
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
        headers: match status {
            401 => vec![www_authenticate()],
            409 | 429 | 503 => vec![retry_after(status)],
            _ => Vec::new(),
        },
    }
}

fn www_authenticate() -> MetaHeader {
    let example = Some("Bearer realm=\"casefile\"".into());
    let schema = MetaSchema { example, ..MetaSchema::new("string") };
    MetaHeader {
        name: "WWW-Authenticate".to_owned(),
        description: Some(
            "`Bearer`; with `error=\"invalid_token\"` if a token was refused (RFC 6750)".to_owned(),
        ),
        required: true,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(schema)),
    }
}

fn retry_after(status: u16) -> MetaHeader {
    MetaHeader {
        name: "Retry-After".to_owned(),
        description: Some("How many seconds to wait before trying again".to_owned()),
        // Of all conflicts, only an unscanned document resolves by itself.
        required: status != 409,
        deprecated: false,
        schema: i32::schema_ref(),
    }
}
