use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, PathId},
    },
    values::Success,
};

const DELETE_DOCUMENT: Operation = Operation::write("request.delete_document");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// Delete a document
    ///
    /// The document is no longer listed or downloaded. Its bytes stay in the document store.
    #[oai(path = "/documents/:id", method = "delete", operation_id = "delete_document")]
    async fn delete_document(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The document
        id: Path<PathId>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &DELETE_DOCUMENT, id.0, &[]).await?))
    }
}
