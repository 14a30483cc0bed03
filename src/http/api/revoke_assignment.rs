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

const REVOKE_ASSIGNMENT: Operation = Operation::write("request.revoke_assignment");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Assignments")]
impl Api {
    /// Revoke an assignment
    ///
    /// The user's access through this assignment ends at once.
    #[oai(
        path = "/cases/:id/assignments/:assignmentId",
        method = "delete",
        operation_id = "revoke_assignment"
    )]
    async fn revoke_assignment(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        /// The assignment
        #[oai(name = "assignmentId")]
        assignment_id: Path<PathId>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &REVOKE_ASSIGNMENT, id.0, &[&assignment_id.0]).await?))
    }
}
