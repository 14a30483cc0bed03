use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, PathId, UploadForm},
    },
};

const GET_UPLOAD_FORM: Operation = Operation::read("request.get_upload_form");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// See the document types for an upload
    ///
    /// The document types, as a form shows them. Not for judges, who do not upload.
    #[oai(path = "/cases/:id/upload-document", method = "get", operation_id = "get_upload_form")]
    async fn get_upload_form(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
    ) -> Result<Json<UploadForm>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &GET_UPLOAD_FORM, id.0, &[]).await?))
    }
}
