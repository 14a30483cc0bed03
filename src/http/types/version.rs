//! The version of a case, which is its entity tag.

use poem::http::StatusCode;
use poem_openapi::{
    ApiResponse,
    registry::MetaSchema,
    types::{ParseFromParameter, ParseResult},
};

use super::json::{Documented, Json};
use crate::{error::Failure, http::entity_tag, reason::Reason, values::impl_type};

/// The header `If-Match`, one or several: tags, of whose versions the case must have any; `*` states none.
#[derive(Debug)]
pub struct IfMatch(Option<Vec<i32>>);

impl_type!(IfMatch, "if-match", MetaSchema { example: Some("\"2\"".into()), ..MetaSchema::new("string") });

impl ParseFromParameter for IfMatch {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Self::parse_from_parameters([value])
    }

    /// A tag is compared as it is written, so one that this server would not write matches nothing.
    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(headers: I) -> ParseResult<Self> {
        let mut versions = Some(Vec::new());
        for header in headers {
            for tag in header.as_ref().split(',').map(str::trim) {
                if tag == "*" {
                    versions = None;
                }
                if let Some(versions) = &mut versions {
                    versions.extend(entity_tag::version_of(tag));
                }
            }
        }
        Ok(Self(versions))
    }
}

/// The version that the caller saw, if it says so.
pub struct Expected {
    pub version: Option<i32>,
    pub any_of: Option<Vec<i32>>,
}

impl Expected {
    pub fn new(in_body: Option<i32>, in_header: Option<IfMatch>) -> Result<Self, Failure> {
        let any_of = in_header.and_then(|header| header.0);
        match (in_body, &any_of) {
            (Some(version), Some(versions)) if !versions.contains(&version) => {
                let message = "version and If-Match state different versions";
                Err(Failure::about(Reason::VersionsDiffer, "version", message))
            }
            _ => Ok(Self { version: in_body, any_of }),
        }
    }

    /// A stale version is a conflict, and where a header stated it, a precondition that failed.
    pub fn judge(&self, failure: Failure) -> Failure {
        let is_of_header = self.any_of.is_some() && failure.reason == Reason::StaleVersion;
        if is_of_header { failure.at(StatusCode::PRECONDITION_FAILED) } else { failure }
    }
}

#[derive(ApiResponse)]
pub enum Versioned<T: Documented> {
    /// The case in its current state
    #[oai(status = 200)]
    Case(
        Json<T>,
        /// The version of the case, and a digest of what the caller can see of it
        #[oai(header = "ETag")]
        String,
    ),
}

impl<T: Documented> Versioned<T> {
    pub fn new(tag: String, case: T) -> Self {
        Self::Case(Json(case), tag)
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ParseFromParameter;

    use super::IfMatch;

    #[test]
    fn tags_are_a_list_and_compared_as_they_are_written() {
        for (headers, versions) in [
            (&["\"3\""][..], Some(vec![3])),
            (&["\"2\", \"3\""], Some(vec![2, 3])),
            (&["\"2\"", "\"3\""], Some(vec![2, 3])),
            (&["*"], None),
            (&["\"2\"", " * "], None),
            (&["\"3.9f86d081884c7d65\", \"4.9f86d081884c7d65-gzip\""], Some(vec![3, 4])),
            (&["\"02\", \"+3\", \"-0\", \" 4\", W/\"5\", 6, \"\", \"x\", \"99999999999\""], Some(vec![])),
            (&[""], Some(vec![])),
        ] {
            assert_eq!(IfMatch::parse_from_parameters(headers).unwrap().0, versions, "{headers:?}");
        }
    }
}
