//! What a failure looks like in the document.

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

/// What every failure looks like.
#[derive(Object)]
#[oai(rename = "Error", rename_all = "camelCase")]
pub struct ErrorBody {
    /// A sentence for people
    error: String,
    /// What kind of failure it is, in a word for programs
    code: Text<Codes>,
    /// Why exactly, in a word for programs
    reason: Text<Reasons>,
    /// The roles of which the caller must choose one
    memberships: Option<Vec<Membership>>,
    /// Quote it when you ask for help
    request_id: Uuid,
    /// What went wrong inside, which only a developer's server tells
    details: Option<String>,
    /// What is wrong with the request: a field of the body, a parameter or a header; or `body`, `path` or `query`. If several
    /// are wrong, the first of them
    field: Option<String>,
    /// With the reason `INVALID_INPUT`: every field, parameter and header that is wrong
    errors: Option<Vec<FieldFault>>,
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

/// What an answer carries as `code`.
pub struct Codes;

impl Kind for Codes {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ErrorCode".to_owned())
    }

    fn register(registry: &mut Registry) {
        let answers = Reason::ALL.iter().flat_map(|reason| reason.answers());
        let codes: BTreeSet<_> = answers.map(|(_, code)| *code).collect();
        register_words(registry, "ErrorCode", "What kind of failure it is.", codes);
    }
}

/// What an answer carries as `reason`.
pub struct Reasons;

impl Kind for Reasons {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ErrorReason".to_owned())
    }

    fn register(registry: &mut Registry) {
        let words = Reason::ALL.iter().map(|reason| reason.word());
        register_words(registry, "ErrorReason", "Why a request failed. Be prepared for new words.", words);
    }
}

/// What is wrong with one field.
#[derive(Object)]
#[oai(rename = "FieldError")]
pub struct FieldFault {
    /// A field of the body, a parameter or a header
    field: String,
    /// What kind of fault it is, in a word for programs
    code: Text<FieldCodes>,
    /// A sentence for people
    message: String,
}

/// What one of `errors` carries as `code`.
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
            "What is wrong with a field. Be prepared for new words.",
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
