//! A role of a user.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::{Roles, Text};

/// One of a user's roles.
#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct Membership {
    /// For the header `Casefile-Membership`
    pub id: Uuid,
    #[serde(rename(deserialize = "user_role"))]
    pub role: Text<Roles>,
    /// The name of the court
    #[oai(validator(max_length = 100))]
    pub court_assignment: Option<String>,
    #[oai(validator(max_length = 100))]
    pub organisation_id: Option<String>,
}

impl Example for Membership {
    fn example() -> Self {
        Self {
            id: Uuid::from_u128(0x51ee_9a3c_7d44_4c6e_8f3b_2f1f_60cb_2d0e),
            role: Text::new("HMCTS_CASE_OFFICER"),
            court_assignment: Some("Birmingham Family Court".to_owned()),
            organisation_id: None,
        }
    }
}
