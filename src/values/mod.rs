//! Types that the database and the JSON of HTTP share. The database decides which values are valid: a type here documents a
//! limit or a list of words and enforces neither.

mod case;
mod document;
mod membership;
mod number;
mod page;
mod success;
mod text;
mod time;

pub use self::{
    case::{CaseRecord, EXAMPLE_CASE_ID},
    document::{DocumentRecord, EXAMPLE_DOCUMENT_ID},
    membership::Membership,
    number::{PageNumber, PageSize},
    page::Pagination,
    success::Success,
    text::{
        ActorRoles, AnyLength, AssignmentTypes, Attentions, AuditActions, AuthModes, CaseNumber, CaseTypes,
        CourtCode, Cursor, DatabaseStates, DocumentTypes, HealthStatuses, Kind, Name, OcrStatuses,
        OrganisationTypes, Roles, Sides, SortKeys, SortOrders, Statuses, Text, UpTo, UploadStatuses,
        VirusScanStatuses, Words, nfc,
    },
    time::{Date, Timestamp},
};

/// `poem_openapi::types::Type` for a type that is its own raw value and no component of the document.
macro_rules! impl_type {
    ($type:ty, $name:expr, $schema:expr) => {
        impl poem_openapi::types::Type for $type {
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

/// `ToSql` for a type that is another one inside.
macro_rules! impl_to_sql {
    ($type:ty, $inner:ty $(, $($generics:tt)+)?) => {
        impl $(<$($generics)+>)? postgres_types::ToSql for $type {
            fn to_sql(
                &self,
                sql_type: &postgres_types::Type,
                out: &mut postgres_types::private::BytesMut,
            ) -> Result<postgres_types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
                self.0.to_sql(sql_type, out)
            }

            fn accepts(sql_type: &postgres_types::Type) -> bool {
                <$inner as postgres_types::ToSql>::accepts(sql_type)
            }

            postgres_types::to_sql_checked!();
        }
    };
}
pub(crate) use impl_to_sql;
