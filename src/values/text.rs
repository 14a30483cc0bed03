//! Strings, and the documented sets of words.

use std::{
    borrow::Cow,
    hash::{Hash, Hasher},
    iter,
    marker::PhantomData,
};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::impl_to_sql;

/// A string of a documented kind: of limited length (`UpTo`), or one of some words.
pub struct Text<K>(String, PhantomData<fn() -> K>);

impl<K> Hash for Text<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The description of a string in the API document.
pub trait Kind: 'static {
    fn schema_ref() -> MetaSchemaRef;
    fn register(_registry: &mut Registry) {}
    /// The form in which it is compared and stored.
    fn form(text: String) -> String {
        text
    }
}

/// At most so many characters.
pub struct UpTo<const LIMIT: usize>;

impl<const LIMIT: usize> Kind for UpTo<LIMIT> {
    fn schema_ref() -> MetaSchemaRef {
        let schema = MetaSchema { max_length: Some(LIMIT), ..MetaSchema::new("string") };
        MetaSchemaRef::Inline(Box::new(schema))
    }
}

/// A name of at most so many characters, in NFC.
/// PostgreSQL 12 could not bring them there.
pub struct Name<const LIMIT: usize>;

impl<const LIMIT: usize> Kind for Name<LIMIT> {
    fn schema_ref() -> MetaSchemaRef {
        UpTo::<LIMIT>::schema_ref()
    }

    fn form(text: String) -> String {
        nfc(&text)
    }
}

pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// No limit of its own.
pub struct AnyLength;

impl Kind for AnyLength {
    fn schema_ref() -> MetaSchemaRef {
        String::schema_ref()
    }
}

macro_rules! forms {
    ($($form:ident = $description:literal, $limit:literal, $pattern:literal;)*) => {
        $(
            #[doc = $description]
            pub struct $form;

            impl Kind for $form {
                fn schema_ref() -> MetaSchemaRef {
                    let (min_length, max_length) = (Some(1), Some($limit));
                    let pattern = Some($pattern.to_owned());
                    let schema = MetaSchema { min_length, max_length, pattern, ..MetaSchema::new("string") };
                    MetaSchemaRef::Inline(Box::new(schema))
                }
            }
        )*
    };
}

forms! {
    CaseNumber = "Court code, year, number within the year.", 50, "^[A-Z]{2,8}/[0-9]{4,}/[0-9]{5,}$";
    CourtCode = "The beginning of each case number of a court.", 8, "^[A-Z]{2,8}$";
    Cursor = "The place where the next page begins.", 500, "^[A-Za-z0-9_-]+$";
}

/// One of these words.
pub trait Words: 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    const WORDS: &'static [&'static str];
}

impl<W: Words> Kind for W {
    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(W::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Text<W>, _>(W::NAME.to_owned(), |_| MetaSchema {
            description: Some(W::DESCRIPTION),
            enum_items: W::WORDS.iter().map(|word| Value::from(*word)).collect(),
            ..MetaSchema::new("string")
        });
    }
}

macro_rules! words {
    ($($set:ident = $name:literal, $description:literal: [$($word:literal),* $(,)?];)*) => {
        $(
            #[doc = $description]
            pub struct $set;

            impl Words for $set {
                const NAME: &'static str = $name;
                const DESCRIPTION: &'static str = $description;
                const WORDS: &'static [&'static str] = &[$($word),*];
            }
        )*
    };
}

words! {
    Roles = "UserRole", "The role of a user, which decides what the user may do.": [
        "HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER", "ADOPTER",
    ];
    CaseTypes = "CaseType", "The kind of adoption.": [
        "AGENCY_ADOPTION", "STEP_PARENT_ADOPTION", "INTERCOUNTRY_ADOPTION", "NON_AGENCY_ADOPTION",
        "FOSTER_TO_ADOPT", "ADOPTION_FOLLOWING_PLACEMENT_ORDER",
    ];
    Statuses = "CaseStatus", "The stage of a case. `ORDER_GRANTED`, `APPLICATION_REFUSED` and `APPLICATION_WITHDRAWN` are outcomes: no other status follows them.": [
        "APPLICATION", "DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING",
        "ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN", "ON_HOLD", "ADJOURNED",
    ];
    AssignmentTypes = "AssignmentType", "The part that a user has in a case.": [
        "JUDICIAL", "CAFCASS", "SOCIAL_WORKER", "APPLICANT",
    ];
    OrganisationTypes = "OrganisationType", "The part that an organisation has in a case.": [
        "LOCAL_AUTHORITY", "VOLUNTARY_AGENCY",
    ];
    AuditActions = "AuditAction", "The kind of change.": [
        "CREATE", "STATUS_CHANGE", "UPDATE", "DELETE", "ASSIGNMENT_CREATE", "ASSIGNMENT_REVOKE",
        "ORGANISATION_LINK", "ORGANISATION_UNLINK",
        "DOCUMENT_UPLOAD", "DOCUMENT_DOWNLOAD", "DOCUMENT_STATUS", "DOCUMENT_DELETE",
    ];
    DocumentTypes = "DocumentType", "The type of a document.": [
        "legal-correspondence", "court-order", "background-checks", "medical-reports", "cafcass-reports",
        "home-study-assessment", "child-permanence-report", "prospective-adopter-report", "matching-report",
        "placement-plan", "support-plan", "contact-arrangements", "identity-documents", "photographs", "other",
    ];
    Sides = "Side", "The side of a case that uploaded a document.": [
        "ADOPTER", "PROFESSIONALS",
    ];
    UploadStatuses = "UploadStatus", "Whether the bytes of a document are stored.": [
        "uploading", "complete", "failed",
    ];
    VirusScanStatuses = "VirusScanStatus", "The status of the virus scan. Only `clean` and `skipped` documents can be downloaded.": [
        "pending", "clean", "infected", "skipped",
    ];
    OcrStatuses = "OcrStatus", "Whether the text of a document has been read.": [
        "pending", "processing", "complete", "failed", "not-applicable",
    ];
    Attentions = "Attention", "How soon a case needs attention: its next hearing is past, within 7 days, or neither.": [
        "overdue", "approaching", "normal",
    ];
    ActorRoles = "ActorRole", "The role of the user who made a change; `DOCUMENT_PROCESSOR` for the program that scans and reads documents; `DATABASE` for a change made in the database without this service.": [
        "HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER", "ADOPTER",
        "DOCUMENT_PROCESSOR", "DATABASE",
    ];
    HealthStatuses = "HealthStatus", "Whether the service works. It is `degraded` in an error only.": [
        "healthy", "degraded",
    ];
    DatabaseStates = "DatabaseState", "Whether the database answers, and takes changes. In an error, it is `disconnected` or `read-only`.": [
        "connected", "disconnected", "read-only",
    ];
    AuthModes = "AuthMode", "How users sign in. `oidc`: at an identity provider. `mock`: anybody may log in as any user. `none`: nobody can log in.": [
        "oidc", "mock", "none",
    ];
    SortKeys = "SortBy", "The sort key of a list of cases.": [
        "createdAt", "caseNumber", "status", "attention",
    ];
    SortOrders = "SortOrder", "The direction of sorting.": [
        "asc", "desc",
    ];
}

impl<K> Text<K> {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<K: Kind> Text<K> {
    fn storable(text: impl Into<String>) -> Result<Self, &'static str> {
        let text = text.into();
        if text.contains('\0') {
            Err("a NUL character cannot be stored")
        } else {
            Ok(Self::new(K::form(text)))
        }
    }
}

impl<K: Kind> Type for Text<K> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "text".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        K::schema_ref()
    }

    fn register(registry: &mut Registry) {
        K::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(iter::once(self))
    }
}

impl<K: Kind> ParseFromJSON for Text<K> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self::storable(text)?),
            _ => Err(ParseError::custom("must be a string")),
        }
    }
}

impl<K: Kind> ParseFromParameter for Text<K> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self::storable(value)?)
    }
}

impl<K: Kind> ToJSON for Text<K> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

impl<'de, K> Deserialize<'de> for Text<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl<K> Serialize for Text<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl_to_sql!(Text<K>, String, K);

impl<K> std::fmt::Debug for Text<K> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<K> Clone for Text<K> {
    fn clone(&self) -> Self {
        Self::new(self.0.as_str())
    }
}
