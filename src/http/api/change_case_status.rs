use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::Example,
};
use serde::{Deserialize, Serialize, Serializer};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        entity_tag,
        types::{ApiError, Body, Expected, IfMatch, PathId, Required, Versioned},
    },
    values::{CaseRecord, Statuses, Text, UpTo},
};

const CHANGE_CASE_STATUS: Operation = Operation::write_once("request.change_case_status");

#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct ChangeCaseStatus {
    status: Required<Text<Statuses>>,
    /// The reason for the change. Required for some changes, such as to `ON_HOLD` and `APPLICATION_WITHDRAWN`.
    reason: Option<Text<UpTo<2_000>>>,
    /// The former name of `reason`
    #[oai(deprecated)]
    notes: Option<Text<UpTo<2_000>>>,
    /// The version that your change is based on. If it is no longer current, nothing is changed.
    version: Option<i32>,
}

impl Example for ChangeCaseStatus {
    fn example() -> Self {
        Self {
            status: Required(Some(Text::new("ON_HOLD"))),
            reason: Some(Text::new("Waiting for the medical report")),
            notes: None,
            version: Some(2),
        }
    }
}

#[derive(Deserialize, Object)]
#[oai(rename = "CaseWithPreviousStatus", rename_all = "camelCase", example)]
struct StatusChange {
    #[oai(flatten)]
    case_record: CaseRecord,
    previous_status: Text<Statuses>,
}

/// The previous status beside the fields of the case.
impl Serialize for StatusChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Flat<'a> {
            #[serde(flatten)]
            case_record: &'a CaseRecord,
            previous_status: &'a Text<Statuses>,
        }
        let Self { case_record, previous_status } = self;
        Flat { case_record, previous_status }.serialize(serializer)
    }
}

impl Example for StatusChange {
    fn example() -> Self {
        Self { case_record: CaseRecord::example(), previous_status: Text::new("APPLICATION") }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Move a case to another status
    ///
    /// `permissions.validTransitions` of the case lists the possible statuses. State the version that your change is
    /// based on, in the body or with `If-Match`. If it is no longer current, the request is refused, and the answer
    /// contains the current version. The codes of 400 are `TERMINAL_STATUS` after an outcome, `INVALID_TRANSITION`
    /// with `validTransitions`, `REASON_REQUIRED`, and `VALIDATION_ERROR`.
    #[oai(path = "/cases/:id/status", method = "patch", operation_id = "change_case_status")]
    async fn change_case_status(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        /// The `ETag` of the case as you read it. If there are several, one that matches is enough
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
        body: Body<ChangeCaseStatus>,
    ) -> Result<Versioned<StatusChange>, ApiError<400, 401, 403, 404, 409, 412, 413, 415>> {
        let ChangeCaseStatus { status, reason, notes, version } = body.0;
        let expected = Expected::new(version, if_match.0)?;
        let change: StatusChange = db
            .call_on(
                &caller,
                &CHANGE_CASE_STATUS,
                id.0,
                &[&expected.version, &status, &reason.or(notes), &expected.any_of],
            )
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Versioned::new(entity_tag::of_case(&change.case_record), change))
    }
}
