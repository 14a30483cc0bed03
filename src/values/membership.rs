//! What somebody is here.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

/// One of the roles in which somebody works here.
#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Membership {
    /// For the header `Casefile-Membership`
    pub id: Uuid,
    #[serde(rename(deserialize = "user_role"))]
    pub role: String,
    /// The name of the court
    pub court_assignment: Option<String>,
    pub organisation_id: Option<String>,
}
