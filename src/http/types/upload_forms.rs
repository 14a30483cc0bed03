//! The two forms of an upload.

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::Type,
};
use serde_json::json;

use super::form::FormFields;
use crate::{
    documents::{Fields, SpooledFile, storable},
    error::Failure,
    field_error::{FieldCode, FieldError, FieldErrors},
    values::{AnyLength, DocumentTypes, Kind, Text, UpTo},
};

pub struct UploadDocument;

impl FormFields for UploadDocument {
    const FILES: (&'static str, usize) = ("file", 1);
    const TEXTS: &'static [&'static str] = &["documentType", "description"];

    fn schema() -> MetaSchema {
        MetaSchema {
            required: vec!["file", "documentType"],
            properties: vec![
                ("file", MetaSchemaRef::Inline(Box::new(file()))),
                ("documentType", Text::<DocumentTypes>::schema_ref()),
                ("description", Text::<UpTo<500>>::schema_ref()),
            ],
            example: Some(
                json!({ "file": "(the bytes of Placement order.pdf)", "documentType": "court-order" }),
            ),
            ..MetaSchema::new("object")
        }
    }
}

pub struct UploadDocuments;

impl FormFields for UploadDocuments {
    const FILES: (&'static str, usize) = ("files", 10);
    const TEXTS: &'static [&'static str] = &["documentType", "documentTypes", "descriptions"];

    fn schema() -> MetaSchema {
        let files = MetaSchema {
            items: Some(Box::new(MetaSchemaRef::Inline(Box::new(file())))),
            max_items: Some(Self::FILES.1),
            ..MetaSchema::new("array")
        };
        let list = |description| {
            let schema = MetaSchema { description: Some(description), ..MetaSchema::new("string") };
            MetaSchemaRef::Inline(Box::new(schema))
        };
        MetaSchema {
            required: vec!["files"],
            properties: vec![
                ("files", MetaSchemaRef::Inline(Box::new(files))),
                ("documentType", Text::<DocumentTypes>::schema_ref()),
                (
                    "documentTypes",
                    list("Instead of `documentType`: a JSON array with one type for each file"),
                ),
                ("descriptions", list("A JSON array with a text or null for each file")),
            ],
            example: Some(json!({
                "files": ["(the bytes of Placement order.pdf)", "(the bytes of Birth certificate.jpg)"],
                "documentTypes": "[\"court-order\", \"identity-documents\"]",
                "descriptions": "[null, \"Certified copy\"]",
            })),
            ..MetaSchema::new("object")
        }
    }
}

fn file() -> MetaSchema {
    MetaSchema::new_with_format("string", "binary")
}

/// The details of a file: its type, and a description.
pub type FileDetails = (Option<Text<DocumentTypes>>, Option<Text<UpTo<500>>>);

/// The files of the larger form, each with its details.
pub fn several(fields: Fields) -> Result<Vec<(SpooledFile, FileDetails)>, Failure> {
    let count = fields.files.len();
    if count == 0 {
        return Err(Failure::invalid("files", FieldCode::Required, "files is required"));
    }
    let mut errors = FieldErrors::default();
    let document_type = errors.take(fields.text("documentType"));
    let mut document_types =
        errors.take(list(&fields, "documentTypes", count)).unwrap_or_else(|| vec![document_type; count]);
    let mut descriptions = errors.take(list(&fields, "descriptions", count)).unwrap_or_default();
    errors.check()?;
    document_types.resize_with(count, || None);
    descriptions.resize_with(count, || None);
    Ok(fields.files.into_iter().zip(document_types.into_iter().zip(descriptions)).collect())
}

/// An array of texts, no more of them than files.
fn list<K: Kind>(
    fields: &Fields,
    name: &str,
    limit: usize,
) -> Result<Option<Vec<Option<Text<K>>>>, FieldError> {
    let Some(text) = fields.text::<AnyLength>(name)? else { return Ok(None) };
    let Ok(texts) = serde_json::from_str::<Vec<Option<String>>>(text.as_str()) else {
        let message = format!("{name} must be a JSON array of strings");
        return Err(FieldError::new(name, FieldCode::WrongType, message));
    };
    if texts.len() > limit {
        let message = format!("{name} has more entries than there are files");
        return Err(FieldError::new(name, FieldCode::TooMany, message));
    }
    let texts = texts.iter().map(|text| text.as_deref().map(|text| storable(name, text)).transpose());
    texts.collect::<Result<_, _>>().map(Some)
}
