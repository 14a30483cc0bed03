//! The failures that an operation documents.

use poem::http::StatusCode;
use poem_openapi::{
    ApiResponse, Object,
    payload::{Json, Payload},
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::upload::UploadResult;
use crate::{error::Failure, values::Membership};

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

/// What every failure looks like.
#[derive(Object)]
#[oai(rename = "Error", rename_all = "camelCase")]
struct ErrorBody {
    /// A sentence for people
    error: String,
    /// A word for programs
    code: String,
    /// A finer word, where one code has several reasons
    reason: Option<String>,
    /// The roles of which the caller must choose one
    memberships: Option<Vec<Membership>>,
    /// Quote it when you ask for help
    request_id: Uuid,
    /// What went wrong inside, which only a developer's server tells
    details: Option<String>,
    /// What is wrong with the request: a field of the body, a parameter, or `body` if that is no JSON object
    field: Option<String>,
    /// The version that the case has now
    current_version: Option<i32>,
    /// The status that the case has now
    current_status: Option<String>,
    /// The statuses that may follow it
    valid_transitions: Option<Vec<String>>,
    /// The roles that have this operation
    required_roles: Option<Vec<String>>,
    /// The caller's role
    user_role: Option<String>,
    /// The case has a document with the same bytes
    is_duplicate: Option<bool>,
    /// Which document that is, if the caller may see it
    existing_document_id: Option<Uuid>,
    /// What the virus scan found so far
    virus_scan_status: Option<String>,
    /// How many bytes the document has
    file_size: Option<i64>,
    /// Of several uploads: how many succeeded, which is none
    success_count: Option<i32>,
    /// Of several uploads: how many failed, which is all
    failure_count: Option<i32>,
    /// Of several uploads: what became of each
    results: Option<Vec<UploadResult>>,
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

pub fn documented(status: u16) -> MetaResponse {
    let (description, code, error, extra) = match status {
        400 => (
            "The request is malformed, or what it asks for is refused. `field` names the culprit.",
            "VALIDATION_ERROR",
            "Invalid caseType",
            json!({ "field": "caseType" }),
        ),
        403 => (
            "Not an operation of the caller's role, or not a case of the caller; the attempt is recorded. Or an infected document.",
            "FORBIDDEN",
            "Access denied",
            Value::Null,
        ),
        404 => ("There is no such thing.", "NOT_FOUND", "Case not found", Value::Null),
        409 => (
            "It conflicts with what is there: the stated `version` is stale, the thing exists already, a document is not scanned yet, or the `Idempotency-Key` came with another request.",
            "CONFLICT",
            "The case has changed since you read it",
            json!({ "currentVersion": 4 }),
        ),
        412 => (
            "The version stated in `If-Match` is stale.",
            "CONFLICT",
            "The case has changed since you read it",
            json!({ "currentVersion": 4 }),
        ),
        _ => return plainly_documented(status),
    };
    response(status, description, code, error, extra)
}

/// The failures that are the same for every operation.
fn plainly_documented(status: u16) -> MetaResponse {
    let description = match status {
        401 => "There is no session, or it has expired; or the bearer token is refused.",
        406 => "`Accept` allows no JSON.",
        413 => "The body is larger than 1 MiB; a form with files, than 256 MiB.",
        415 => "The body is not declared as what this operation takes.",
        416 => "The document has no such part; `Content-Range` tells how long it is.",
        429 => "More requests than a session or an address may make; see `Retry-After`.",
        503 => {
            "The database cannot be reached, or is too busy. Nothing has changed, unless the code is OUTCOME_UNKNOWN: then it may have, and the same again under the same `Idempotency-Key` settles it."
        }
        _ => "A defect of the service. Please report it with the `requestId`.",
    };
    let failure = Failure::from(StatusCode::from_u16(status).unwrap_or_default());
    let mut response = response(status, description, &failure.code, &failure.message, Value::Null);
    if matches!(status, 429 | 503) {
        response.headers.push(MetaHeader {
            name: "Retry-After".to_owned(),
            description: Some("After how many seconds to try again".to_owned()),
            required: true,
            deprecated: false,
            schema: i32::schema_ref(),
        });
    }
    response
}

fn response(status: u16, description: &'static str, code: &str, error: &str, extra: Value) -> MetaResponse {
    let mut example =
        json!({ "error": error, "code": code, "requestId": "7b0c3b0e-6f0d-4f5e-9d37-0f6f3f0a8a11" });
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
        headers: Vec::new(),
    }
}
