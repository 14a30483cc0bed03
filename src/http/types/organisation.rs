//! Which organisations take part in a case.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use crate::values::{EXAMPLE_CASE_ID, OrganisationTypes, Text, Timestamp};

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct OrganisationLink {
    pub case_id: Uuid,
    #[oai(validator(max_length = 100))]
    pub organisation_id: String,
    pub organisation_type: Text<OrganisationTypes>,
    pub created_at: Timestamp,
    #[oai(validator(max_length = 100))]
    pub created_by: Option<String>,
}

impl Example for OrganisationLink {
    fn example() -> Self {
        Self {
            case_id: EXAMPLE_CASE_ID,
            organisation_id: "birmingham-city-council".to_owned(),
            organisation_type: Text::new("LOCAL_AUTHORITY"),
            created_at: Timestamp::example(1_772_532_000),
            created_by: Some("olivia.officer".to_owned()),
        }
    }
}
