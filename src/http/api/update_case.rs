use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    types::{Example, MaybeUndefined, ToJSON},
};
use serde_json::{Map, Value};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        entity_tag,
        types::{ApiError, Body, Expected, IfMatch, PathId, Versioned},
    },
    values::{CaseRecord, Text, Timestamp, UpTo},
};

const UPDATE_CASE: Operation = Operation::write_once("request.update_case");

/// A field that is left out keeps its value; null clears it.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct UpdateCase {
    #[oai(nullable)]
    notes: MaybeUndefined<Text<UpTo<20_000>>>,
    #[oai(nullable)]
    internal_notes: MaybeUndefined<Text<UpTo<20_000>>>,
    #[oai(nullable)]
    staff_comments: MaybeUndefined<Text<UpTo<20_000>>>,
    /// The number of a related case in the family court
    #[oai(nullable)]
    linked_family_court_case_reference: MaybeUndefined<Text<UpTo<50>>>,
    #[oai(nullable)]
    next_hearing: MaybeUndefined<Timestamp>,
    /// The version that your change is based on. If it is no longer current, nothing is changed.
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
        if let MaybeUndefined::Value(moment) = self.next_hearing {
            changes.insert("next_hearing".to_owned(), moment.for_postgres().into());
        }
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
            version: Some(2),
        }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Change a case's details
    ///
    /// State the version that your change is based on, in the body or with `If-Match`. If it is no longer current,
    /// the request is refused, and the answer contains the current version. A request that changes nothing does not
    /// change the version.
    #[oai(path = "/cases/:id", method = "patch", operation_id = "update_case")]
    async fn update_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        /// The `ETag` of the case as you read it. If there are several, one that matches is enough
        #[oai(name = "If-Match")]
        if_match: Header<Option<IfMatch>>,
        body: Body<UpdateCase>,
    ) -> Result<Versioned<CaseRecord>, ApiError<400, 401, 403, 404, 409, 412, 413, 415>> {
        let expected = Expected::new(body.0.version, if_match.0)?;
        let case: CaseRecord = db
            .call_on(&caller, &UPDATE_CASE, id.0, &[&expected.version, &body.0.changes(), &expected.any_of])
            .await
            .map_err(|failure| expected.judge(failure))?;
        Ok(Versioned::new(entity_tag::of_case(&case), case))
    }
}
