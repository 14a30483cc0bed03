use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::{Example, MaybeUndefined, ToJSON},
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Tag;
use crate::{
    auth::Caller,
    db::{Db, Operation},
    types::{
        ApiError, Body, CaseRecord, Expected, IfMatch, Json, Required, Statuses, Success, Text, Timestamp,
        UpTo, Versioned,
    },
};

const UPDATE_CASE: Operation = Operation::write_once("select api.update_case($1, $2, $3)");
const CHANGE_CASE_STATUS: Operation = Operation::write_once("select api.change_case_status($1, $2, $3, $4)");
const DELETE_CASE: Operation = Operation::write("select api.delete_case($1, $2)");

/// What is left out stays as it is; null clears.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct UpdateCase {
    #[oai(nullable)]
    notes: MaybeUndefined<Text<UpTo<20_000>>>,
    #[oai(nullable)]
    internal_notes: MaybeUndefined<Text<UpTo<20_000>>>,
    #[oai(nullable)]
    staff_comments: MaybeUndefined<Text<UpTo<20_000>>>,
    /// The number of a case in the family court that belongs to this one
    #[oai(nullable)]
    linked_family_court_case_reference: MaybeUndefined<Text<UpTo<50>>>,
    #[oai(nullable)]
    next_hearing: MaybeUndefined<Timestamp>,
    /// The version that you saw. If it is stale by now, nothing is changed.
    version: Option<i32>,
}

impl UpdateCase {
    /// The fields that are there, under the database's names.
    fn changes(&self) -> Value {
        let mut changes = Map::new();
        let mut change = |column: &str, value: &dyn Fn() -> Option<Value>, undefined: bool| {
            if !undefined {
                changes.insert(column.to_owned(), value().unwrap_or_default());
            }
        };
        macro_rules! change {
            ($($field:ident),*) => {
                $(change(stringify!($field), &|| self.$field.to_json(), self.$field.is_undefined());)*
            };
        }
        change!(notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing);
        Value::Object(changes)
    }
}

impl Example for UpdateCase {
    fn example() -> Self {
        Self {
            notes: MaybeUndefined::Value(Text::new("Consent of both parents received")),
            internal_notes: MaybeUndefined::Undefined,
            staff_comments: MaybeUndefined::Undefined,
            linked_family_court_case_reference: MaybeUndefined::Undefined,
            next_hearing: MaybeUndefined::Value(Timestamp::example(1_775_037_600)),
            version: Some(3),
        }
    }
}

#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct ChangeCaseStatus {
    status: Required<Text<Statuses>>,
    /// Why. Required for some changes, such as `ON_HOLD` and `APPLICATION_WITHDRAWN`.
    reason: Option<Text<UpTo<2_000>>>,
    /// The older name of `reason`
    #[oai(deprecated)]
    notes: Option<Text<UpTo<2_000>>>,
    /// The version that you saw. If it is stale by now, nothing is changed.
    version: Option<i32>,
}

impl Example for ChangeCaseStatus {
    fn example() -> Self {
        Self {
            status: Required(Some(Text::new("ON_HOLD"))),
            reason: Some(Text::new("Waiting for the medical report")),
            notes: None,
            version: Some(3),
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

pub struct CaseChangesApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl CaseChangesApi {
    /// Change a case's details
    ///
    /// A change that changes nothing moves no version. State the version that you saw, in the body or with
    /// `If-Match`; a stale one is refused, and the answer tells the current one.
    #[oai(path = "/cases/:id", method = "patch", operation_id = "update_case")]
    async fn update_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// The `ETag` that reading the case gave
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
        body: Body<UpdateCase>,
    ) -> Result<Versioned<CaseRecord>, ApiError<400, 401, 403, 404, 409, 412, 413, 415>> {
        let expected = Expected::new(body.0.version, if_match.0)?;
        let case: CaseRecord = db
            .call_on(&caller, &UPDATE_CASE, id.0, &[&expected.version, &body.0.changes()])
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Versioned::new(case.version, case))
    }

    /// Move a case to another status
    ///
    /// `permissions.validTransitions` of the case says which may follow. State the version that you saw, in the
    /// body or with `If-Match`; a stale one is refused, and the answer tells the current one. The codes of 400
    /// are `TERMINAL_STATUS` after an outcome, `INVALID_TRANSITION` with `validTransitions`, `REASON_REQUIRED`,
    /// and `VALIDATION_ERROR`.
    #[oai(path = "/cases/:id/status", method = "patch", operation_id = "change_case_status")]
    async fn change_case_status(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// The `ETag` that reading the case gave
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
        body: Body<ChangeCaseStatus>,
    ) -> Result<Versioned<StatusChange>, ApiError<400, 401, 403, 404, 409, 412, 413, 415>> {
        let ChangeCaseStatus { status, reason, notes, version } = body.0;
        let expected = Expected::new(version, if_match.0)?;
        let change: StatusChange = db
            .call_on(&caller, &CHANGE_CASE_STATUS, id.0, &[&expected.version, &status, &reason.or(notes)])
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Versioned::new(change.case_record.version, change))
    }

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
