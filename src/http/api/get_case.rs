use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, types::Example};
use serde::{Deserialize, Serialize, Serializer};
use serde_with::skip_serializing_none;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        entity_tag,
        types::{ApiError, PathId, Versioned},
    },
    values::{CaseRecord, Statuses, Text, Timestamp},
};

const GET_CASE: Operation = Operation::read("request.get_case");

#[derive(Deserialize, Object)]
#[oai(rename = "CaseWithHistory", example)]
pub struct CaseRead {
    #[oai(flatten)]
    case_record: CaseRecord,
    /// The changes of status, oldest first
    history: Vec<StatusHistoryEntry>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[oai(skip_serializing_if_is_none)]
struct StatusHistoryEntry {
    #[serde(rename(deserialize = "from_status"))]
    from: Text<Statuses>,
    #[serde(rename(deserialize = "to_status"))]
    to: Text<Statuses>,
    #[serde(rename(deserialize = "changed_at"))]
    at: Timestamp,
    #[serde(rename(deserialize = "changed_by"))]
    by: Option<String>,
}

/// The history beside the fields of the case.
impl Serialize for CaseRead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            #[serde(flatten)]
            case_record: &'a CaseRecord,
            history: &'a [StatusHistoryEntry],
        }
        let Self { case_record, history } = self;
        Flat { case_record, history }.serialize(serializer)
    }
}

impl Example for CaseRead {
    fn example() -> Self {
        let directions = StatusHistoryEntry {
            from: Text::new("APPLICATION"),
            to: Text::new("DIRECTIONS"),
            at: Timestamp::example(1_772_532_000),
            by: Some("olivia.officer".to_owned()),
        };
        Self { case_record: CaseRecord::example(), history: vec![directions] }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Read a case
    ///
    /// Includes the history of its status, and what the caller may do next.
    #[oai(path = "/cases/:id", method = "get", operation_id = "get_case")]
    async fn get_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
    ) -> Result<Versioned<CaseRead>, ApiError<400, 401, 403, 404>> {
        let case: CaseRead = db.call_on(&caller, &GET_CASE, id.0, &[]).await?;
        Ok(Versioned::new(entity_tag::of_case(&case.case_record), case))
    }
}
