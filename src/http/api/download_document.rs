use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem::{
    Body, IntoResponse, Request, Response,
    http::{StatusCode, header},
    web::Data,
};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};
use serde::Deserialize;
use uuid::Uuid;

use super::Tag;
use crate::{
    db::{Db, Operation},
    documents::Store,
    error::Failure,
    http::{
        auth::Caller,
        types::{ApiError, ByteRange, PathId},
    },
    metrics,
    reason::Reason,
    values::{AnyLength, Success, Text},
};

const DOWNLOAD_DOCUMENT: Operation = Operation::write("request.download_document");
const REPORT_DAMAGE: Operation = Operation::write("request.report_damage").within("download_document");

/// Characters that need no encoding in a header: the `attr-char` of RFC 8187.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The place and the type of a document's bytes.
#[derive(Deserialize)]
struct Stored {
    document_id: Uuid,
    case_id: Uuid,
    filename: String,
    mime_type: String,
    file_size: i64,
    file_hash: String,
}

/// The bytes, or some of them.
struct Download {
    stored: Stored,
    size: u64,
    part: Option<Range<u64>>,
    bytes: Body,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let Self { stored, size, part, bytes } = self;
        let whole = 0..size;
        let Range { start, end } = part.as_ref().unwrap_or(&whole);
        let mut response = Response::builder()
            .content_type(stored.mime_type)
            .header(header::CONTENT_LENGTH, end - start)
            .header(header::CONTENT_DISPOSITION, content_disposition(&stored.filename))
            .header(header::ACCEPT_RANGES, "bytes")
            .header(header::ETAG, format!("\"{}\"", stored.file_hash))
            .header(header::CACHE_CONTROL, "private, no-store")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if part.is_some() {
            response = response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", end - 1));
        }
        response.body(bytes)
    }
}

/// RFC 6266: the name in ASCII for the oldest clients, and as it is for all others.
fn content_disposition(filename: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') { c } else { '_' };
    let fallback: String = filename.chars().map(plain).collect();
    format!(
        "attachment; filename=\"{fallback}\"; filename*=UTF-8''{}",
        utf8_percent_encode(filename, ENCODED)
    )
}

impl ApiResponse for Download {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![
                documented(200, "The document", &[]),
                documented(
                    206,
                    "The part of the document that `Range` asked for",
                    &[("Content-Range", "The position of this part", "bytes 0-1023/48213")],
                ),
            ],
        }
    }

    fn register(_registry: &mut Registry) {}
}

/// The types of documents.
const TYPES: [&str; 6] = [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/jpeg",
    "image/png",
    "image/tiff",
];

fn documented(status: u16, description: &'static str, more: &[(&str, &str, &str)]) -> MetaResponse {
    let headers = [
        (
            "Content-Disposition",
            "The name of the document, in any script",
            "attachment; filename=\"Placement order.pdf\"; filename*=UTF-8''Placement%20order.pdf",
        ),
        ("ETag", "The SHA-256 of the document in quotes, for `If-Range`", "\"9f86d081884c7d65...\""),
        ("X-Content-Type-Options", "Tells browsers not to guess the type of the content", "nosniff"),
    ];
    let content = TYPES.map(|content_type| {
        let schema = MetaSchema {
            example: Some("%PDF-1.7 ...".into()),
            ..MetaSchema::new_with_format("string", "binary")
        };
        MetaMediaType { content_type, schema: MetaSchemaRef::Inline(Box::new(schema)) }
    });
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: content.into(),
        headers: headers.iter().chain(more).map(documented_header).collect(),
    }
}

fn documented_header((name, description, example): &(&str, &str, &str)) -> MetaHeader {
    let schema = MetaSchema { example: Some((*example).into()), ..MetaSchema::new("string") };
    MetaHeader {
        name: (*name).to_owned(),
        description: Some((*description).to_owned()),
        required: true,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(schema)),
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// Download a document
    ///
    /// The bytes of the document, with its name and content type; HEAD returns the headers only. Until the
    /// document has been scanned for viruses, the answer is 409; if it is infected, 403. Every download is recorded in
    /// the case's audit trail, even of a part, and so is HEAD. All stored bytes are compared with their SHA-256 before
    /// any are sent, even for a part. If they are damaged, none are sent: the answer is 500 with the reason
    /// `DOCUMENT_DAMAGED`.
    #[oai(path = "/documents/:id/download", method = "get", operation_id = "download_document")]
    #[expect(clippy::too_many_arguments, reason = "each is read from the request")]
    async fn download_document(
        &self,
        db: Data<&Db>,
        store: Data<&Store>,
        caller: Caller,
        request: &Request,
        /// The document
        id: Path<PathId>,
        /// The part to return: `bytes=0-1023`, `bytes=1024-` or `bytes=-1024`. A request for several parts returns
        /// the whole document.
        #[oai(name = "Range")]
        range: Header<Option<Text<AnyLength>>>,
        /// An `ETag`. If the document has a different one, the whole document is returned
        #[oai(name = "If-Range")]
        _if_range: Header<Option<Text<AnyLength>>>,
    ) -> Result<Download, ApiError<400, 401, 403, 404, 409, 416>> {
        let stored: Stored = db.call_on(&caller, &DOWNLOAD_DOCUMENT, id.0, &[]).await?;
        let size = u64::try_from(stored.file_size).unwrap_or_default();
        let etag = format!("\"{}\"", stored.file_hash);
        // The framework passes over one that is not ASCII. It names no document that is here.
        let mut stated = request.headers().get_all(header::IF_RANGE).iter();
        let range = range.0.filter(|_| stated.all(|tag| *tag == etag));

        let part = match ByteRange::parse(range.as_ref().map_or("", Text::as_str), size) {
            ByteRange::Whole => None,
            ByteRange::Part(part) => Some(part),
            ByteRange::Unsatisfiable => {
                return Err(Failure::from(Reason::RangeNotSatisfiable).with("fileSize", size).into());
            }
        };
        let (case_id, document_id) = (stored.case_id, stored.document_id);
        if !store.holds(case_id, document_id, size, &stored.file_hash).await.map_err(Failure::from)? {
            return Err(report_damage(&db, &caller, document_id).await.into());
        }
        let bytes = store.get(case_id, document_id, part.clone()).await.map_err(Failure::from)?;
        Ok(Download { stored, size, part, bytes: Body::from_bytes_stream(bytes) })
    }
}

/// Only the stored bytes are sent. If they are damaged, an operator must restore them.
async fn report_damage(db: &Db, caller: &Caller, document_id: Uuid) -> Failure {
    metrics::document_damaged();
    tracing::error!(%document_id, "the stored bytes of a document are gone or damaged");
    if let Err(failure) = db.call_on::<Success>(caller, &REPORT_DAMAGE, document_id, &[]).await {
        return failure;
    }
    let message =
        "The stored bytes of this document are damaged. The operators of this service can restore them";
    Failure::new(Reason::DocumentDamaged, message)
}

#[cfg(test)]
mod tests {
    use super::content_disposition;

    #[test]
    fn names_of_any_script_go_out_whole() {
        for (name, header) in [
            ("a b.pdf", "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf"),
            (
                "\"50%\" ü.pdf",
                "attachment; filename=\"_50__ _.pdf\"; filename*=UTF-8''%2250%25%22%20%C3%BC.pdf",
            ),
            ("判决.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%88%A4%E5%86%B3.pdf"),
        ] {
            assert_eq!(content_disposition(name), header);
        }
    }
}
