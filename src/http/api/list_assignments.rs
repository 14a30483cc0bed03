use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, types::Example};
use serde::Serialize;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Assignment, Json, PathId},
    },
};

const LIST_ASSIGNMENTS: Operation = Operation::read("request.list_assignments");

#[derive(Serialize, Object)]
#[oai(example)]
struct Assignments {
    assignments: Vec<Assignment>,
}

impl Example for Assignments {
    fn example() -> Self {
        Self { assignments: vec![Assignment::example()] }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Assignments")]
impl Api {
    /// List the assignments of a case
    ///
    /// The active assignments. An adopter sees only their own.
    #[oai(path = "/cases/:id/assignments", method = "get", operation_id = "list_assignments")]
    async fn list_assignments(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
    ) -> Result<Json<Assignments>, ApiError<400, 401, 403, 404>> {
        let assignments = db.call_on(&caller, &LIST_ASSIGNMENTS, id.0, &[]).await?;
        Ok(Json(Assignments { assignments }))
    }
}
