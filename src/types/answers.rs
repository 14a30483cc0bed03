//! What answers of several operations have in common.

use std::error::Error;

use poem_openapi::{Object, types::Example};
use postgres_types::{FromSql, Type};

#[derive(FromSql, Object)]
#[postgres(name = "pagination")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct Pagination {
    /// How many there are in all
    pub total: i64,
    pub page: i32,
    pub page_size: i32,
    pub total_pages: i64,
    /// Where the next page begins, if there is one: pass it as `cursor`
    pub next_cursor: Option<String>,
}

impl Example for Pagination {
    fn example() -> Self {
        Self { total: 1, page: 1, page_size: 20, total_pages: 1, next_cursor: None }
    }
}

/// It is done.
#[derive(Object)]
#[oai(example)]
pub struct Success {
    /// Always true
    pub success: bool,
}

impl Example for Success {
    fn example() -> Self {
        Self { success: true }
    }
}

/// A function that returns nothing has succeeded.
impl<'a> FromSql<'a> for Success {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { success: true })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { success: true })
    }

    fn accepts(sql_type: &Type) -> bool {
        *sql_type == Type::VOID
    }
}
