use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    types::Example,
};
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Page, Paged, PathId},
    },
    values::{
        Cursor, DocumentRecord, DocumentTypes, Name, OcrStatuses, PageNumber, PageSize, Pagination, Text,
    },
};

const LIST_DOCUMENTS: Operation = Operation::read("request.list_documents");

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
struct DocumentPage {
    #[oai(validator(max_items = 1_000))]
    documents: Vec<DocumentRecord>,
    pagination: Pagination,
}

impl Page for DocumentPage {
    fn pagination(&mut self) -> &mut Pagination {
        &mut self.pagination
    }
}

impl Example for DocumentPage {
    fn example() -> Self {
        Self { documents: vec![DocumentRecord::example()], pagination: Pagination::example() }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// List the documents of a case
    ///
    /// Newest first. Without a paging parameter, all documents, up to 1,000. Request pages by number, or pass
    /// `nextCursor` of an answer as `cursor`: then new documents do not shift the pages. Refused uploads are not
    /// listed. An adopter sees only their own uploads.
    #[oai(path = "/cases/:id/documents", method = "get", operation_id = "list_documents")]
    #[expect(clippy::too_many_arguments, reason = "one for each parameter of the query")]
    async fn list_documents(
        &self,
        db: Data<&Db>,
        caller: Caller,
        request: &Request,
        /// The case
        id: Path<PathId>,
        /// Only documents of this type
        #[oai(name = "documentType")]
        document_type: Query<Option<Text<DocumentTypes>>>,
        /// Only documents whose text recognition has this status
        #[oai(name = "ocrStatus")]
        ocr_status: Query<Option<Text<OcrStatuses>>>,
        /// Only documents that this user uploaded
        #[oai(name = "uploadedBy")]
        uploaded_by: Query<Option<Text<Name<100>>>>,
        /// The number of the page, starting at 1
        page: Query<Option<PageNumber>>,
        /// Documents on a page: at most 100, and 20 by default if `page` is given
        #[oai(name = "pageSize")]
        page_size: Query<Option<PageSize>>,
        /// `nextCursor` of the previous page
        cursor: Query<Option<Text<Cursor>>>,
    ) -> Result<Paged<DocumentPage>, ApiError<400, 401, 403, 404>> {
        let documents = db
            .call_on(
                &caller,
                &LIST_DOCUMENTS,
                id.0,
                &[&document_type.0, &ocr_status.0, &uploaded_by.0, &page.0, &page_size.0, &cursor.0],
            )
            .await?;
        Ok(Paged::new(request, cursor.0.is_some(), documents))
    }
}
