use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use uuid::Uuid;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Expected, IfMatch, Json},
    },
    values::Success,
};

const DELETE_CASE: Operation = Operation::write("select api.delete_case($1, $2)");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Delete a case
    ///
    /// It stays in the database with its audit trail, which case officers of its court can still read.
    #[oai(path = "/cases/:id", method = "delete", operation_id = "delete_case")]
    async fn delete_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// The `ETag` that reading the case gave
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404, 412>> {
        let expected = Expected::new(None, if_match.0)?;
        let success: Success = db
            .call_on(&caller, &DELETE_CASE, id.0, &[&expected.version])
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Json(success))
    }
}
