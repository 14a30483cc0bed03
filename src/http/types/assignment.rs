//! The assignments of a case.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use crate::values::{AssignmentTypes, EXAMPLE_CASE_ID, Text, Timestamp};

const EXAMPLE_ID: Uuid = Uuid::from_u128(0x019a_b3c4_61f2_7a11_8c3d_5e6f_7081_92a3);

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct Assignment {
    pub id: Uuid,
    pub case_id: Uuid,
    #[oai(validator(max_length = 100))]
    pub user_id: String,
    pub assignment_type: Text<AssignmentTypes>,
    pub created_at: Timestamp,
    #[oai(validator(max_length = 100))]
    pub created_by: Option<String>,
}

impl Example for Assignment {
    fn example() -> Self {
        Self {
            id: EXAMPLE_ID,
            case_id: EXAMPLE_CASE_ID,
            user_id: "jo.judge".to_owned(),
            assignment_type: Text::new("JUDICIAL"),
            created_at: Timestamp::example(1_772_532_000),
            created_by: Some("olivia.officer".to_owned()),
        }
    }
}
