//! PostgreSQL's answers to some calls, recorded by scripts/gen-instruction-counts --answers.

use base64::{Engine, prelude::BASE64_STANDARD};
use casefile::counted::{AuditPage, CasePage, CaseRead, read};
use postgres_types::{Field, Kind, Type};
use serde::{Deserialize, de::DeserializeOwned};

/// An answer of the database, and how to read it.
pub struct Recorded {
    pub sql_type: Type,
    pub bytes: Vec<u8>,
}

impl Recorded {
    fn parse(json: &str) -> Self {
        #[derive(Deserialize)]
        struct Written {
            sql_type: Described,
            bytes: String,
        }
        let Written { sql_type, bytes } = serde_json::from_str(json).unwrap();
        Self { sql_type: sql_type.into_type(), bytes: BASE64_STANDARD.decode(bytes).unwrap() }
    }

    pub fn read<T: DeserializeOwned>(&self) -> T {
        read(&self.sql_type, &self.bytes).unwrap()
    }
}

#[derive(Deserialize)]
struct Described {
    name: String,
    oid: u32,
    attributes: Option<Vec<(String, Described)>>,
    element: Option<Box<Described>>,
}

impl Described {
    fn into_type(self) -> Type {
        let kind = match (self.attributes, self.element) {
            (Some(attributes), _) => Kind::Composite(
                attributes.into_iter().map(|(name, is)| Field::new(name, is.into_type())).collect(),
            ),
            (None, Some(element)) if Type::from_oid(self.oid).is_none() => Kind::Array(element.into_type()),
            (None, _) => return Type::from_oid(self.oid).unwrap(),
        };
        Type::new(self.name, self.oid, kind, "api".to_owned())
    }
}

pub fn case() -> Recorded {
    Recorded::parse(include_str!("answers/get_case.json"))
}

pub fn page() -> Recorded {
    Recorded::parse(include_str!("answers/list_cases.json"))
}

pub fn audit() -> Recorded {
    Recorded::parse(include_str!("answers/list_case_audit.json"))
}

pub fn case_read() -> CaseRead {
    case().read()
}

pub fn page_read() -> CasePage {
    page().read()
}

pub fn audit_read() -> AuditPage {
    audit().read()
}
