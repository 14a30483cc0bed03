//! How values travel between HTTP and the database. What they may be, the database decides: a type here
//! documents a limit or a list of words and enforces neither.

mod api_error;
mod body;
mod case;
mod document;
mod form;
mod text;
mod time;
mod version;

pub use self::{
    api_error::ApiError,
    body::{Body, Required, plain_reason},
    case::{CaseRecord, EXAMPLE_CASE_ID, Pagination, Success},
    document::{DocumentRecord, EXAMPLE_DOCUMENT_ID, UploadResult},
    form::{Form, FormFields},
    text::{
        AnyLength, AssignmentTypes, Attentions, AuditActions, CaseTypes, DocumentTypes, Kind, OcrStatuses,
        OrganisationTypes, Roles, SortKeys, SortOrders, Statuses, Text, UpTo, UploadStatuses,
        VirusScanStatuses, Words,
    },
    time::{Date, Timestamp},
    version::{Expected, IfMatch, Versioned, etag},
};

/// `poem_openapi::types::Type` for a type that is its own raw value and no component of the document.
macro_rules! impl_type {
    ($([$($generics:tt)*])? $type:ty, $name:expr, $schema:expr) => {
        impl $(<$($generics)*>)? poem_openapi::types::Type for $type {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                poem_openapi::registry::MetaSchemaRef::Inline(Box::new($schema))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }
    };
}
pub(crate) use impl_type;
