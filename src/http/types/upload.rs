//! The common parts of uploads.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::error_body::{Codes, Reasons};
use crate::{
    error::Failure,
    values::{DocumentTypes, EXAMPLE_CASE_ID, Roles, Text},
};

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", example)]
pub struct UploadForm {
    pub case_id: Uuid,
    pub document_types: Vec<DocumentType>,
    /// The caller's role
    pub user_role: Text<Roles>,
}

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename = "DocumentTypeOption", rename_all = "camelCase")]
pub struct DocumentType {
    pub value: Text<DocumentTypes>,
    pub label: String,
    pub help_text: String,
    /// An upload of this type needs a description
    pub description_required: bool,
}

impl Example for DocumentType {
    fn example() -> Self {
        Self {
            value: Text::new("court-order"),
            label: "Court order".to_owned(),
            help_text: "Orders and directions that a court has made".to_owned(),
            description_required: false,
        }
    }
}

impl Example for UploadForm {
    fn example() -> Self {
        let user_role = Text::new("HMCTS_CASE_OFFICER");
        Self { case_id: EXAMPLE_CASE_ID, document_types: vec![DocumentType::example()], user_role }
    }
}

/// The result of one of several uploads.
#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct UploadResult {
    filename: String,
    pub success: bool,
    document_id: Option<Uuid>,
    /// A sentence for people
    error: Option<String>,
    /// A word for programs
    code: Option<Text<Codes>>,
    reason: Option<Text<Reasons>>,
    field: Option<String>,
    is_duplicate: Option<bool>,
    existing_document_id: Option<Uuid>,
}

impl UploadResult {
    pub fn new(filename: &str, outcome: Result<Uuid, &Failure>) -> Self {
        let failure = outcome.err();
        let text = |key| failure.and_then(|failure| failure.get(key)?.as_str().map(str::to_owned));
        Self {
            filename: filename.to_owned(),
            success: failure.is_none(),
            document_id: outcome.ok(),
            error: failure.map(|failure| failure.message.clone()),
            code: failure.map(|failure| Text::new(failure.code())),
            reason: failure.map(|failure| Text::new(failure.reason.word())),
            field: text("field"),
            is_duplicate: failure.and_then(|failure| failure.get("isDuplicate")?.as_bool()),
            existing_document_id: text("existingDocumentId").and_then(|id| id.parse().ok()),
        }
    }
}

/// The page that shows a case and its documents.
pub fn case_page(case_id: Uuid) -> String {
    format!("/cases/{case_id}")
}
