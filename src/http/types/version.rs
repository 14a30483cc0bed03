//! The version of a case, which is its entity tag.

use poem::http::StatusCode;
use poem_openapi::{
    ApiResponse,
    registry::MetaSchema,
    types::{ParseFromParameter, ParseResult},
};

use super::json::{Documented, Json};
use crate::{error::Failure, values::impl_type};

/// A version that no case has.
const NEVER: i32 = 0;

/// The header `If-Match`: a version in quotes; `*` states none.
pub struct IfMatch(Option<i32>);

impl_type!(IfMatch, "if-match", MetaSchema { example: Some("\"3\"".into()), ..MetaSchema::new("string") });

impl ParseFromParameter for IfMatch {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let version = || value.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        Ok(Self(if value.trim() == "*" { None } else { Some(version().unwrap_or(NEVER)) }))
    }
}

/// The version that the caller saw, if it says so.
pub struct Expected {
    pub version: Option<i32>,
    stated_in_header: bool,
}

impl Expected {
    pub fn new(in_body: Option<i32>, in_header: Option<IfMatch>) -> Result<Self, Failure> {
        let in_header = in_header.and_then(|header| header.0);
        match (in_body, in_header) {
            (Some(body), Some(header)) if body != header => {
                Err(Failure::invalid("version", "version and If-Match state different versions"))
            }
            _ => Ok(Self { version: in_body.or(in_header), stated_in_header: in_header.is_some() }),
        }
    }

    /// A stale version is a conflict, and where a header stated it, a precondition that failed.
    pub fn judge(&self, failure: Failure) -> Failure {
        if self.stated_in_header && failure.has("currentVersion") {
            return Failure { status: StatusCode::PRECONDITION_FAILED, ..failure };
        }
        failure
    }
}

#[derive(ApiResponse)]
pub enum Versioned<T: Documented> {
    /// The case as it now stands
    #[oai(status = 200)]
    Case(
        Json<T>,
        /// The version of the case in quotes, for `If-Match`
        #[oai(header = "ETag")]
        String,
    ),
}

impl<T: Documented> Versioned<T> {
    pub fn new(version: i32, case: T) -> Self {
        Self::Case(Json(case), etag(version))
    }
}

pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}
