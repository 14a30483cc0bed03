//! The form of a failure in the document.

use std::collections::BTreeSet;

use poem_openapi::{
    Object,
    registry::{MetaSchema, MetaSchemaRef, Registry},
};
use serde_json::Value;
use uuid::Uuid;

use super::upload::UploadResult;
use crate::{
    field_error::FieldCode,
    reason::Reason,
    values::{Kind, Membership, Text},
};

/// The form of every error.
#[derive(Object)]
#[oai(rename = "Error", rename_all = "camelCase")]
pub struct ErrorBody {
    /// A sentence for people
    error: String,
    /// A word for programs; several reasons may share one
    code: Text<Codes>,
    /// The exact reason, as a word for programs
    reason: Text<Reasons>,
    /// The user's roles; the user must choose one
    memberships: Option<Vec<Membership>>,
    /// Quote it when you ask for help
    request_id: Uuid,
    /// The internal cause; only on a developer's server
    details: Option<String>,
    /// The first faulty part of the request: a field of the body, a parameter or a header; or `body`, `path` or `query`
    field: Option<String>,
    /// With the reason `INVALID_INPUT`: the faulty fields, parameters and headers. As long as a value has the wrong type or
    /// form, only such values are listed; after that, all that are refused
    errors: Option<Vec<FieldFault>>,
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
    /// For several uploads: how many succeeded, always 0
    success_count: Option<i32>,
    /// For several uploads: how many failed, always all of them
    failure_count: Option<i32>,
    /// For several uploads: the result of each
    results: Option<Vec<UploadResult>>,
}

/// The word of `code` in an answer.
pub struct Codes;

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

/// The word of `reason` in an answer.
pub struct Reasons;

impl Kind for Reasons {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ErrorReason".to_owned())
    }

    fn register(registry: &mut Registry) {
        let words = Reason::ALL.iter().map(|reason| reason.word());
        register_words(registry, "ErrorReason", "Why a request failed. New words may be added.", words);
    }
}

/// The fault of one field.
#[derive(Object)]
#[oai(rename = "FieldError")]
pub struct FieldFault {
    /// A field of the body, a parameter or a header
    field: String,
    /// The kind of fault, as a word for programs
    code: Text<FieldCodes>,
    /// A sentence for people
    message: String,
}

/// The word of `code` in one of `errors`.
struct FieldCodes;

impl Kind for FieldCodes {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("FieldErrorCode".to_owned())
    }

    fn register(registry: &mut Registry) {
        let words = FieldCode::ALL.iter().map(|code| code.word());
        register_words(
            registry,
            "FieldErrorCode",
            "What is wrong with a field. New words may be added.",
            words,
        );
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
