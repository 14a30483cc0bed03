//! The id of something, in the path of a request.

use poem_openapi::{
    registry::MetaSchema,
    types::{ParseFromParameter, ParseResult},
};
use uuid::Uuid;

use crate::values::{impl_to_sql, impl_type};

/// A text that is no UUID names nothing, and is then taken for the nil UUID, which nothing has: the database answers as for
/// any id that it does not know.
#[derive(Debug)]
pub struct PathId(Uuid);

impl_to_sql!(PathId, Uuid);
impl_type!(PathId, "uuid", MetaSchema::new_with_format("string", "uuid"));

impl ParseFromParameter for PathId {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.parse().unwrap_or_default()))
    }
}

impl From<PathId> for Uuid {
    fn from(id: PathId) -> Self {
        id.0
    }
}
