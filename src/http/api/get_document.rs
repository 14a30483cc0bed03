use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, types::Example};
use serde::Serialize;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, PathId},
    },
    values::DocumentRecord,
};

const GET_DOCUMENT: Operation = Operation::read("request.get_document");

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

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// Read the details of a document
    ///
    /// `uploadStatus`, `virusScanStatus` and `ocrStatus` change while the document is processed.
    #[oai(path = "/documents/:id", method = "get", operation_id = "get_document")]
    async fn get_document(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The document
        id: Path<PathId>,
    ) -> Result<Json<OneDocument>, ApiError<400, 401, 403, 404>> {
        let document = db.call_on(&caller, &GET_DOCUMENT, id.0, &[]).await?;
        Ok(Json(OneDocument { document }))
    }
}
