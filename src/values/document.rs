//! The details of a document.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    DocumentTypes, EXAMPLE_CASE_ID, OcrStatuses, Sides, Text, Timestamp, UploadStatuses, VirusScanStatuses,
};

/// For the document: the one that all its examples are about.
pub const EXAMPLE_DOCUMENT_ID: Uuid = Uuid::from_u128(0x019a_b3c5_0a1b_7c2d_8e3f_4a5b_6c7d_8e9f);

/// The details of a document. Details that are not known yet are null.
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename = "Document", rename_all = "camelCase", example)]
pub struct DocumentRecord {
    pub id: Uuid,
    case_id: Uuid,
    #[oai(validator(max_length = 255))]
    pub filename: String,
    /// The file name of the upload
    #[oai(validator(max_length = 255))]
    original_filename: String,
    document_type: Text<DocumentTypes>,
    #[oai(nullable)]
    #[oai(validator(max_length = 500))]
    description: Option<String>,
    /// In bytes
    #[oai(nullable)]
    #[oai(validator(minimum(value = "1")))]
    file_size: Option<i64>,
    /// SHA-256, in hexadecimal
    #[oai(nullable)]
    #[oai(validator(pattern = "^[0-9a-f]{64}$"))]
    file_hash: Option<String>,
    /// The type of the content
    #[oai(nullable)]
    mime_type: Option<String>,
    #[oai(validator(max_length = 100))]
    uploaded_by: String,
    uploaded_at: Timestamp,
    /// Counts the documents with one file name on one side of a case; set when the upload is complete
    #[oai(nullable)]
    #[oai(validator(minimum(value = "1")))]
    version: Option<i32>,
    upload_status: Text<UploadStatuses>,
    ocr_status: Text<OcrStatuses>,
    #[oai(nullable)]
    ocr_completed_at: Option<Timestamp>,
    #[oai(nullable)]
    #[oai(validator(max_length = 500))]
    ocr_failure_reason: Option<String>,
    virus_scan_status: Text<VirusScanStatuses>,
    #[oai(nullable)]
    virus_scan_completed_at: Option<Timestamp>,
    /// The side that uploaded it; each side has its own versions. Null only in an answer that was kept before documents had sides
    #[oai(nullable)]
    side: Option<Text<Sides>>,
    /// The number of pages
    #[oai(nullable)]
    #[oai(validator(minimum(value = "1")))]
    ocr_page_count: Option<i32>,
    /// The number of pages whose text was read
    #[oai(nullable)]
    #[oai(validator(minimum(value = "0")))]
    ocr_pages_read: Option<i32>,
}

impl Example for DocumentRecord {
    fn example() -> Self {
        Self {
            id: EXAMPLE_DOCUMENT_ID,
            case_id: EXAMPLE_CASE_ID,
            filename: "Placement order.pdf".to_owned(),
            original_filename: "Placement order.pdf".to_owned(),
            document_type: Text::new("court-order"),
            description: None,
            file_size: Some(48_213),
            file_hash: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
            mime_type: Some("application/pdf".to_owned()),
            uploaded_by: "olivia.officer".to_owned(),
            uploaded_at: Timestamp::example(1_772_532_000),
            version: Some(1),
            upload_status: Text::new("complete"),
            ocr_status: Text::new("pending"),
            ocr_completed_at: None,
            ocr_failure_reason: None,
            virus_scan_status: Text::new("clean"),
            virus_scan_completed_at: Some(Timestamp::example(1_772_532_002)),
            side: Some(Text::new("PROFESSIONALS")),
            ocr_page_count: None,
            ocr_pages_read: None,
        }
    }
}
