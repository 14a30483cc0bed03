use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    types::Example,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Tag;
use crate::{
    auth::Caller,
    db::{Db, Operation},
    types::{ApiError, DocumentRecord, DocumentTypes, Json, OcrStatuses, Pagination, Success, Text, UpTo},
};

const LIST_DOCUMENTS: Operation = Operation::read("select api.list_documents($1, $2, $3, $4, $5, $6)");
const LIST_DOCUMENT_VERSIONS: Operation = Operation::read("select api.list_document_versions($1, $2)");
const GET_DOCUMENT: Operation = Operation::read("select api.get_document($1)");
const DELETE_DOCUMENT: Operation = Operation::write("select api.delete_document($1)");

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
struct DocumentPage {
    documents: Vec<DocumentRecord>,
    pagination: Pagination,
}

impl Example for DocumentPage {
    fn example() -> Self {
        Self { documents: vec![DocumentRecord::example()], pagination: Pagination::example() }
    }
}

#[derive(Serialize, Object)]
#[oai(example)]
struct DocumentVersions {
    /// Newest version first
    versions: Vec<DocumentRecord>,
}

impl Example for DocumentVersions {
    fn example() -> Self {
        Self { versions: vec![DocumentRecord::example()] }
    }
}

#[derive(Serialize, Object)]
#[oai(example)]
struct OneDocument {
    document: DocumentRecord,
}

impl Example for OneDocument {
    fn example() -> Self {
        Self { document: DocumentRecord::example() }
    }
}

pub struct DocumentsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl DocumentsApi {
    /// List the documents of a case
    ///
    /// Newest first, those whose upload is under way or failed included. An adopter sees only its own uploads.
    #[oai(path = "/cases/:id/documents", method = "get", operation_id = "list_documents")]
    #[expect(clippy::too_many_arguments, reason = "one for each parameter of the query")]
    async fn list_documents(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// Only documents of this type
        #[oai(name = "documentType")]
        document_type: Query<Option<Text<DocumentTypes>>>,
        /// Only documents whose text is in this state
        #[oai(name = "ocrStatus")]
        ocr_status: Query<Option<Text<OcrStatuses>>>,
        /// Only documents that this user uploaded
        #[oai(name = "uploadedBy")]
        uploaded_by: Query<Option<Text<UpTo<100>>>>,
        /// The number of the page, from 1
        page: Query<Option<i32>>,
        /// How many documents to a page: 20 unless stated, at most 100
        #[oai(name = "pageSize")]
        page_size: Query<Option<i32>>,
    ) -> Result<Json<DocumentPage>, ApiError<400, 401, 403, 404>> {
        let documents = db
            .call_on(
                &caller,
                &LIST_DOCUMENTS,
                id.0,
                &[&document_type.0, &ocr_status.0, &uploaded_by.0, &page.0, &page_size.0],
            )
            .await?;
        Ok(Json(documents))
    }

    /// List the versions of a document
    ///
    /// The documents of one name in a case, newest version first. An adopter sees only its own uploads.
    #[oai(
        path = "/cases/:id/documents/:filename/versions",
        method = "get",
        operation_id = "list_document_versions"
    )]
    async fn list_document_versions(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// The name of the file
        filename: Path<Text<UpTo<255>>>,
    ) -> Result<Json<DocumentVersions>, ApiError<400, 401, 403, 404>> {
        let versions = db.call_on(&caller, &LIST_DOCUMENT_VERSIONS, id.0, &[&filename.0]).await?;
        Ok(Json(DocumentVersions { versions }))
    }

    /// Read what is known of a document
    ///
    /// `uploadStatus`, `virusScanStatus` and `ocrStatus` move while the document is worked on.
    #[oai(path = "/documents/:id", method = "get", operation_id = "get_document")]
    async fn get_document(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The document
        id: Path<Uuid>,
    ) -> Result<Json<OneDocument>, ApiError<400, 401, 403, 404>> {
        let document = db.call_on(&caller, &GET_DOCUMENT, id.0, &[]).await?;
        Ok(Json(OneDocument { document }))
    }

    /// Delete a document
    ///
    /// Nobody is given it any more; its bytes stay in the document store.
    #[oai(path = "/documents/:id", method = "delete", operation_id = "delete_document")]
    async fn delete_document(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The document
        id: Path<Uuid>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &DELETE_DOCUMENT, id.0, &[]).await?))
    }
}
