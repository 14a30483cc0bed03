use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, types::Example};
use serde::Serialize;
use uuid::Uuid;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Assignment, Body, Json, PathId, Required},
    },
    values::{AssignmentTypes, Name, Text},
};

const CREATE_ASSIGNMENT: Operation = Operation::write_once("request.create_assignment");

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct CreateAssignment {
    user_id: Required<Text<Name<100>>>,
    assignment_type: Required<Text<AssignmentTypes>>,
}

impl Example for CreateAssignment {
    fn example() -> Self {
        Self {
            user_id: Required(Some(Text::new("jo.judge"))),
            assignment_type: Required(Some(Text::new("JUDICIAL"))),
        }
    }
}

#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", example)]
struct NewAssignment {
    assignment_id: Uuid,
    case_id: Uuid,
    #[oai(validator(max_length = 100))]
    user_id: String,
    assignment_type: Text<AssignmentTypes>,
}

impl From<Assignment> for NewAssignment {
    fn from(Assignment { id, case_id, user_id, assignment_type, .. }: Assignment) -> Self {
        Self { assignment_id: id, case_id, user_id, assignment_type }
    }
}

impl Example for NewAssignment {
    fn example() -> Self {
        Assignment::example().into()
    }
}

#[derive(ApiResponse)]
enum AssignmentCreated {
    /// The user is assigned
    #[oai(status = 201)]
    Assignment(
        Json<NewAssignment>,
        /// The assignments of the case
        #[oai(header = "Location")]
        String,
    ),
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Assignments")]
impl Api {
    /// Assign a user to a case
    ///
    /// From now on, the user can see the case and work on it as the user's role allows.
    #[oai(path = "/cases/:id/assignments", method = "post", operation_id = "create_assignment")]
    async fn create_assignment(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        body: Body<CreateAssignment>,
    ) -> Result<AssignmentCreated, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let CreateAssignment { user_id, assignment_type } = body.0;
        let assignment: Assignment =
            db.call_on(&caller, &CREATE_ASSIGNMENT, id.0, &[&user_id, &assignment_type]).await?;
        let location = format!("/api/cases/{}/assignments", assignment.case_id);
        Ok(AssignmentCreated::Assignment(Json(assignment.into()), location))
    }
}
