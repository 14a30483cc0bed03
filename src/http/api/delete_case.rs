use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Expected, IfMatch, Json, PathId},
    },
    values::Success,
};

const DELETE_CASE: Operation = Operation::write("request.delete_case");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Delete a case
    ///
    /// The case stays in the database. Case officers of its court can still read its audit trail.
    #[oai(path = "/cases/:id", method = "delete", operation_id = "delete_case")]
    async fn delete_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        /// The `ETag` of the case as you read it. If there are several, one that matches is enough
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404, 412>> {
        let expected = Expected::new(None, if_match.0)?;
        let success: Success = db
            .call_on(&caller, &DELETE_CASE, id.0, &[&expected.version, &expected.any_of])
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Json(success))
    }
}
