use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::Tag;
use crate::{
    auth::Caller,
    db::{Db, Operation},
    types::{
        ApiError, AssignmentTypes, Body, EXAMPLE_CASE_ID, Json, Required, Success, Text, Timestamp, UpTo,
    },
};

const CREATE_ASSIGNMENT: Operation = Operation::write_once("select api.create_assignment($1, $2, $3)");
const LIST_ASSIGNMENTS: Operation = Operation::read("select api.list_assignments($1)");
const REVOKE_ASSIGNMENT: Operation = Operation::write("select api.revoke_assignment($1, $2)");

const EXAMPLE_ID: Uuid = Uuid::from_u128(0x019a_b3c4_61f2_7a11_8c3d_5e6f_7081_92a3);

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct Assignment {
    id: Uuid,
    case_id: Uuid,
    user_id: String,
    assignment_type: Text<AssignmentTypes>,
    created_at: Timestamp,
    created_by: Option<String>,
}

impl Example for Assignment {
    fn example() -> Self {
        Self {
            id: EXAMPLE_ID,
            case_id: EXAMPLE_CASE_ID,
            user_id: "jo.judge".to_owned(),
            assignment_type: Text::new("JUDICIAL"),
            created_at: Timestamp::example(1_772_532_000),
            created_by: Some("olivia.officer".to_owned()),
        }
    }
}

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

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct CreateAssignment {
    user_id: Required<Text<UpTo<100>>>,
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
    Assignment(Json<NewAssignment>),
}

pub struct AssignmentsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Assignments")]
impl AssignmentsApi {
    /// Assign a user to a case
    ///
    /// The user reaches the case from now on, as far as the user's role goes.
    #[oai(path = "/cases/:id/assignments", method = "post", operation_id = "create_assignment")]
    async fn create_assignment(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        body: Body<CreateAssignment>,
    ) -> Result<AssignmentCreated, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let CreateAssignment { user_id, assignment_type } = body.0;
        let assignment: Assignment =
            db.call_on(&caller, &CREATE_ASSIGNMENT, id.0, &[&user_id, &assignment_type]).await?;
        Ok(AssignmentCreated::Assignment(Json(assignment.into())))
    }

    /// List the assignments of a case
    ///
    /// The active ones. An adopter sees only its own.
    #[oai(path = "/cases/:id/assignments", method = "get", operation_id = "list_assignments")]
    async fn list_assignments(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
    ) -> Result<Json<Assignments>, ApiError<400, 401, 403, 404>> {
        let assignments = db.call_on(&caller, &LIST_ASSIGNMENTS, id.0, &[]).await?;
        Ok(Json(Assignments { assignments }))
    }

    /// Revoke an assignment
    ///
    /// Ends the access that it gave at once.
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
        id: Path<Uuid>,
        /// The assignment
        #[oai(name = "assignmentId")]
        assignment_id: Path<Uuid>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &REVOKE_ASSIGNMENT, id.0, &[&assignment_id.0]).await?))
    }
}
