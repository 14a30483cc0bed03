use poem::web::Data;
use poem_openapi::{Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::types::{ApiError, DocumentType, Kept},
    values::{AssignmentTypes, CaseTypes, OrganisationTypes, Roles, Statuses, Text},
};

const GET_REFERENCE: Operation = Operation::read("api.get_reference");

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", example)]
struct Reference {
    case_types: Vec<Text<CaseTypes>>,
    /// In the order of a case's life
    statuses: Vec<Status>,
    /// Every possible change of status
    transitions: Vec<StatusTransition>,
    roles: Vec<Text<Roles>>,
    assignment_types: Vec<Text<AssignmentTypes>>,
    organisation_types: Vec<Text<OrganisationTypes>>,
    /// In the order of a form
    document_types: Vec<DocumentType>,
    file_types: Vec<FileType>,
}

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase")]
struct Status {
    value: Text<Statuses>,
    /// The case has ended: no other status follows
    is_outcome: bool,
}

/// One possible change of status. `permissions.validTransitions` of a case lists the statuses that the caller may
/// choose now.
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase")]
struct StatusTransition {
    #[serde(rename(deserialize = "from_status"))]
    from: Text<Statuses>,
    #[serde(rename(deserialize = "to_status"))]
    to: Text<Statuses>,
    /// The roles that may make this change
    roles: Vec<Text<Roles>>,
    /// The request must give a `reason`
    reason_required: bool,
}

/// A type of file that can be uploaded. The content must match the extension.
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase")]
struct FileType {
    /// The end of the file name
    extension: String,
    mime_type: String,
    /// In bytes
    size_limit: i64,
}

impl Example for Reference {
    fn example() -> Self {
        let withdrawal = StatusTransition {
            from: Text::new("APPLICATION"),
            to: Text::new("APPLICATION_WITHDRAWN"),
            roles: ["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER"].map(Text::new).into(),
            reason_required: true,
        };
        let pdf = FileType {
            extension: "pdf".to_owned(),
            mime_type: "application/pdf".to_owned(),
            size_limit: 20 * 1024 * 1024,
        };
        Self {
            case_types: vec![Text::new("AGENCY_ADOPTION")],
            statuses: vec![
                Status { value: Text::new("APPLICATION"), is_outcome: false },
                Status { value: Text::new("APPLICATION_WITHDRAWN"), is_outcome: true },
            ],
            transitions: vec![withdrawal],
            roles: vec![Text::new("HMCTS_CASE_OFFICER")],
            assignment_types: vec![Text::new("JUDICIAL")],
            organisation_types: vec![Text::new("LOCAL_AUTHORITY")],
            document_types: vec![DocumentType::example()],
            file_types: vec![pdf],
        }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Reference")]
impl Api {
    /// Read the words that forms need
    ///
    /// Types, statuses, and which status may follow which, with the roles that may make the change and whether it needs
    /// a reason. No session is needed. A client may keep the answer for five minutes.
    #[oai(path = "/reference", method = "get", operation_id = "get_reference")]
    async fn get_reference(&self, db: Data<&Db>) -> Result<Kept<Reference>, ApiError> {
        Ok(Kept::new(db.call_as_server(&GET_REFERENCE, &[]).await?))
    }
}
