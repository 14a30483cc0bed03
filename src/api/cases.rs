use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    types::Example,
};
use serde::{Deserialize, Serialize, Serializer};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::Tag;
use crate::{
    auth::Caller,
    db::{Db, Operation},
    types::{
        AnyLength, ApiError, Body, CaseRecord, CaseTypes, Date, Json, Pagination, Required, SortKeys,
        SortOrders, Statuses, Text, Timestamp, UpTo, Versioned, etag,
    },
};

const CREATE_CASE: Operation = Operation::write_once("select api.create_case($1, $2, $3, $4, $5, $6)");
const LIST_CASES: Operation =
    Operation::read("select api.list_cases($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
const GET_CASE: Operation = Operation::read("select api.get_case($1)");

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct CreateCase {
    case_type: Required<Text<CaseTypes>>,
    notes: Option<Text<UpTo<20_000>>>,
    internal_notes: Option<Text<UpTo<20_000>>>,
    staff_comments: Option<Text<UpTo<20_000>>>,
    /// The number of a case in the family court that belongs to this one
    linked_family_court_case_reference: Option<Text<UpTo<50>>>,
    next_hearing: Option<Timestamp>,
}

impl Example for CreateCase {
    fn example() -> Self {
        Self {
            case_type: Required(Some(Text::new("AGENCY_ADOPTION"))),
            notes: Some(Text::new("Placement order made on 2 February 2026")),
            internal_notes: None,
            staff_comments: None,
            linked_family_court_case_reference: Some(Text::new("BM25C00417")),
            next_hearing: None,
        }
    }
}

#[derive(ApiResponse)]
enum CaseCreated {
    /// The case as created
    #[oai(status = 201)]
    Case(
        Json<CaseRecord>,
        /// The address of the case
        #[oai(header = "Location")]
        String,
        /// The version of the case in quotes, for `If-Match`
        #[oai(header = "ETag")]
        String,
    ),
}

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
pub struct CasePage {
    cases: Vec<CaseRecord>,
    pagination: Pagination,
}

impl Example for CasePage {
    fn example() -> Self {
        Self { cases: vec![CaseRecord::example()], pagination: Pagination::example() }
    }
}

#[derive(Deserialize, Object)]
#[oai(rename = "CaseWithHistory", example)]
pub struct CaseRead {
    #[oai(flatten)]
    case_record: CaseRecord,
    /// How the case came to its present status, oldest change first
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

pub struct CasesApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl CasesApi {
    /// Create a case
    ///
    /// In the court of the case officer who calls. The case gets the court's next number of this year.
    #[oai(path = "/cases", method = "post", operation_id = "create_case")]
    async fn create_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        body: Body<CreateCase>,
    ) -> Result<CaseCreated, ApiError<400, 401, 403, 409, 413, 415>> {
        let CreateCase {
            case_type,
            notes,
            internal_notes,
            staff_comments,
            linked_family_court_case_reference,
            next_hearing,
        } = body.0;
        let case: CaseRecord = db
            .call(
                &caller,
                &CREATE_CASE,
                &[
                    &case_type,
                    &notes,
                    &internal_notes,
                    &staff_comments,
                    &linked_family_court_case_reference,
                    &next_hearing,
                ],
            )
            .await?;
        let (location, etag) = (format!("/api/cases/{}", case.id), etag(case.version));
        Ok(CaseCreated::Case(Json(case), location, etag))
    }

    /// List cases
    ///
    /// Those that the caller reaches, newest first unless told otherwise. Page by number, or take `nextCursor`
    /// of an answer as `cursor` of the next request: cases created meanwhile then shift nothing.
    #[oai(path = "/cases", method = "get", operation_id = "list_cases")]
    #[expect(clippy::too_many_arguments, reason = "one for each parameter of the query")]
    async fn list_cases(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// Only cases in this status
        status: Query<Option<Text<Statuses>>>,
        /// Only cases of this type
        #[oai(name = "caseType")]
        case_type: Query<Option<Text<CaseTypes>>>,
        /// Only cases whose next hearing, or creation where none is fixed, is on this day or later
        #[oai(name = "dateFrom")]
        date_from: Query<Option<Date>>,
        /// Only cases whose next hearing, or creation where none is fixed, is on this day or earlier
        #[oai(name = "dateTo")]
        date_to: Query<Option<Date>>,
        /// Only cases whose number begins like this
        #[oai(name = "caseNumber")]
        case_number: Query<Option<Text<UpTo<50>>>>,
        /// createdAt unless stated
        #[oai(name = "sortBy")]
        sort_by: Query<Option<Text<SortKeys>>>,
        /// desc unless stated
        #[oai(name = "sortOrder")]
        sort_order: Query<Option<Text<SortOrders>>>,
        /// The number of the page, from 1
        page: Query<Option<i32>>,
        /// How many cases to a page: 20 unless stated, at most 100
        #[oai(name = "pageSize")]
        page_size: Query<Option<i32>>,
        /// `nextCursor` of the page before, in the same order
        cursor: Query<Option<Text<AnyLength>>>,
    ) -> Result<Json<CasePage>, ApiError<400, 401>> {
        let cases = db
            .call(
                &caller,
                &LIST_CASES,
                &[
                    &status.0,
                    &case_type.0,
                    &date_from.0,
                    &date_to.0,
                    &case_number.0,
                    &sort_by.0,
                    &sort_order.0,
                    &page.0,
                    &page_size.0,
                    &cursor.0,
                ],
            )
            .await?;
        Ok(Json(cases))
    }

    /// Read a case
    ///
    /// With the history of its status, and with what the caller may do next.
    #[oai(path = "/cases/:id", method = "get", operation_id = "get_case")]
    async fn get_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
    ) -> Result<Versioned<CaseRead>, ApiError<400, 401, 403, 404>> {
        let case: CaseRead = db.call_on(&caller, &GET_CASE, id.0, &[]).await?;
        Ok(Versioned::new(case.case_record.version, case))
    }
}
