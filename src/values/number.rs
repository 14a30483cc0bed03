//! Whole numbers among the parameters of a request.

use std::{borrow::Cow, iter};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromParameter, ParseResult, Type},
};

use super::impl_to_sql;

/// A whole number that is documented as one from 1 to `MAX`. The database refuses others; here, only what it could not
/// be asked about.
#[derive(Debug)]
pub struct UpToNumber<const MAX: i32>(i32);

/// Which page of a list.
pub type PageNumber = UpToNumber<{ i32::MAX }>;
/// The size of a page.
pub type PageSize = UpToNumber<100>;

impl_to_sql!(UpToNumber<MAX>, i32, const MAX: i32);

impl<const MAX: i32> Type for UpToNumber<MAX> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        format!("integer_up_to_{MAX}").into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let (minimum, maximum) = (Some(1.0), Some(f64::from(MAX)));
        let schema = MetaSchema { minimum, maximum, ..MetaSchema::new_with_format("integer", "int32") };
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(iter::once(self))
    }
}

impl<const MAX: i32> ParseFromParameter for UpToNumber<MAX> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let number = value.parse().map(Self);
        number.map_err(|_| ParseError::custom(format!("must be a whole number from 1 to {MAX}")))
    }
}
