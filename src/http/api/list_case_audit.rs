use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    registry::MetaSchema,
    types::{Example, ParseFromJSON, ParseResult, ToJSON},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Page, Paged, PathId},
    },
    values::{
        ActorRoles, AuditActions, Cursor, EXAMPLE_CASE_ID, PageNumber, PageSize, Pagination, Text, Timestamp,
        impl_type,
    },
};

const LIST_CASE_AUDIT: Operation = Operation::read("request.list_case_audit");

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
pub struct AuditPage {
    #[oai(validator(max_items = 100))]
    entries: Vec<AuditEntry>,
    pagination: Pagination,
}

impl Page for AuditPage {
    fn pagination(&mut self) -> &mut Pagination {
        &mut self.pagination
    }
}

impl Example for AuditPage {
    fn example() -> Self {
        let entry = AuditEntry {
            id: 1042,
            case_id: EXAMPLE_CASE_ID,
            action: Text::new("STATUS_CHANGE"),
            actor: "olivia.officer".to_owned(),
            actor_role: Text::new("HMCTS_CASE_OFFICER"),
            timestamp: Timestamp::example(1_772_532_000),
            changes: Changes::example(),
            request_id: Some(Uuid::from_u128(0x7b0c_3b0e_6f0d_4f5e_9d37_0f6f_3f0a_8a11)),
        };
        Self { entries: vec![entry], pagination: Pagination { page_size: 50, ..Pagination::example() } }
    }
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct AuditEntry {
    /// Higher than that of every earlier entry
    #[serde(deserialize_with = "number")]
    #[oai(validator(minimum(value = "1")))]
    id: i64,
    case_id: Uuid,
    action: Text<AuditActions>,
    /// The user who made the change
    #[oai(validator(max_length = 100))]
    actor: String,
    actor_role: Text<ActorRoles>,
    #[serde(rename(deserialize = "occurred_at"))]
    timestamp: Timestamp,
    /// The change, as `before` and `after`. For a change of status, these are the two statuses, and `others` has what
    /// else changed; for any other change, they are the fields
    changes: Changes,
    /// The request that made the change
    request_id: Option<Uuid>,
}

/// It comes as a text, for servers that pass it on as one; an empty text only asks for the shape of an answer.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(0) } else { text.parse().map_err(D::Error::custom) }
}

/// The change, as the database returns it.
#[derive(Deserialize, Serialize)]
struct Changes(Value);

impl_type!(Changes, "changes", MetaSchema::new("object"));

impl Example for Changes {
    fn example() -> Self {
        Self(json!({
            "entity": "case",
            "entityId": EXAMPLE_CASE_ID.to_string(),
            "before": "APPLICATION",
            "after": "DIRECTIONS",
            "others": { "before": { "version": 2 }, "after": { "version": 3 } },
        }))
    }
}

impl ParseFromJSON for Changes {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Ok(Self(value.unwrap_or_default()))
    }
}

impl ToJSON for Changes {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Audit")]
impl Api {
    /// Read a case's audit trail
    ///
    /// Every change of the case, of its assignments and of its organisations, newest first. Case officers of the
    /// court can still read it after the case was deleted. Request pages by number, or pass `nextCursor` of an answer
    /// as `cursor` of the next request: then new entries do not shift the pages.
    #[oai(path = "/cases/:id/audit", method = "get", operation_id = "list_case_audit")]
    #[expect(clippy::too_many_arguments, reason = "each is read from the request")]
    async fn list_case_audit(
        &self,
        db: Data<&Db>,
        caller: Caller,
        request: &Request,
        /// The case
        id: Path<PathId>,
        /// The number of the page, starting at 1
        page: Query<Option<PageNumber>>,
        /// Entries on a page: 50 by default, at most 100
        #[oai(name = "pageSize")]
        page_size: Query<Option<PageSize>>,
        /// `nextCursor` of the previous page
        cursor: Query<Option<Text<Cursor>>>,
    ) -> Result<Paged<AuditPage>, ApiError<400, 401, 403, 404>> {
        let entries =
            db.call_on(&caller, &LIST_CASE_AUDIT, id.0, &[&page.0, &page_size.0, &cursor.0]).await?;
        Ok(Paged::new(request, cursor.0.is_some(), entries))
    }
}
