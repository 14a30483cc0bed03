//! The common parts of all pages of lists.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct Pagination {
    /// The total number; if `totalIsMinimum` is true, there are more
    #[oai(validator(minimum(value = "0")))]
    pub total: i64,
    /// The number of this page, starting at 1. Left out if the page was requested by a cursor
    #[oai(validator(minimum(value = "1")))]
    pub page: Option<i32>,
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub page_size: i32,
    /// The number of pages of this size, counted from `total`
    #[oai(validator(minimum(value = "0")))]
    pub total_pages: i64,
    /// The start of the next page, if there is one: pass it as `cursor`
    #[oai(validator(max_length = 500, pattern = "^[A-Za-z0-9_-]+$"))]
    pub next_cursor: Option<String>,
    /// True if there are more than `total`. Cases are counted up to 1,000; only the unfiltered list of a case officer is
    /// always counted completely
    pub total_is_minimum: bool,
}

impl Example for Pagination {
    fn example() -> Self {
        Self {
            total: 1,
            page: Some(1),
            page_size: 20,
            total_pages: 1,
            next_cursor: None,
            total_is_minimum: false,
        }
    }
}
