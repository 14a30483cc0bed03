//! What all pages of lists have in common.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct Pagination {
    /// How many there are in all, or at least
    #[oai(validator(minimum(value = "0")))]
    pub total: i64,
    #[oai(validator(minimum(value = "1")))]
    pub page: i32,
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub page_size: i32,
    #[oai(validator(minimum(value = "0")))]
    pub total_pages: i64,
    /// Where the next page begins, if there is one: pass it as `cursor`
    #[oai(validator(max_length = 500, pattern = "^[A-Za-z0-9_-]+$"))]
    pub next_cursor: Option<String>,
    /// There are more than `total`: cases are counted no further than 1,000, but for those of a whole court
    pub total_is_minimum: bool,
}

impl Example for Pagination {
    fn example() -> Self {
        Self { total: 1, page: 1, page_size: 20, total_pages: 1, next_cursor: None, total_is_minimum: false }
    }
}
