use poem::{Request, web::Data};
use poem_openapi::{Object, OpenApi, param::Query, types::Example};
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Page, Paged},
    },
    values::{
        CaseRecord, CaseTypes, Cursor, Date, PageNumber, PageSize, Pagination, SortKeys, SortOrders,
        Statuses, Text, UpTo,
    },
};

const LIST_CASES: Operation = Operation::read("request.list_cases");

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
pub struct CasePage {
    #[oai(validator(max_items = 100))]
    cases: Vec<CaseRecord>,
    pagination: Pagination,
}

impl Page for CasePage {
    fn pagination(&mut self) -> &mut Pagination {
        &mut self.pagination
    }
}

impl Example for CasePage {
    fn example() -> Self {
        Self { cases: vec![CaseRecord::example()], pagination: Pagination::example() }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// List cases
    ///
    /// The cases that the caller can see, newest first by default. Request pages by number, or pass `nextCursor` of
    /// an answer as `cursor` of the next request: then new cases do not shift the pages. With a filter, cases are
    /// counted up to 1,000. If there are more, `totalIsMinimum` is true, and there are pages beyond `totalPages`.
    #[oai(path = "/cases", method = "get", operation_id = "list_cases")]
    #[expect(clippy::too_many_arguments, reason = "one for each parameter of the query")]
    async fn list_cases(
        &self,
        db: Data<&Db>,
        caller: Caller,
        request: &Request,
        /// Only cases in this status
        status: Query<Option<Text<Statuses>>>,
        /// Only cases of this type
        #[oai(name = "caseType")]
        case_type: Query<Option<Text<CaseTypes>>>,
        /// Only cases whose next hearing is on this day or later; without a hearing, the day of creation is used
        #[oai(name = "dateFrom")]
        date_from: Query<Option<Date>>,
        /// Only cases whose next hearing is on this day or earlier; without a hearing, the day of creation is used
        #[oai(name = "dateTo")]
        date_to: Query<Option<Date>>,
        /// Only cases whose number begins with this text
        #[oai(name = "caseNumber")]
        case_number: Query<Option<Text<UpTo<50>>>>,
        /// Default: createdAt
        #[oai(name = "sortBy")]
        sort_by: Query<Option<Text<SortKeys>>>,
        /// Default: desc
        #[oai(name = "sortOrder")]
        sort_order: Query<Option<Text<SortOrders>>>,
        /// The number of the page, starting at 1
        page: Query<Option<PageNumber>>,
        /// Cases on a page: 20 by default, at most 100
        #[oai(name = "pageSize")]
        page_size: Query<Option<PageSize>>,
        /// `nextCursor` of the previous page; use the same sort order
        cursor: Query<Option<Text<Cursor>>>,
    ) -> Result<Paged<CasePage>, ApiError<400, 401>> {
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
        Ok(Paged::new(request, cursor.0.is_some(), cases))
    }
}
