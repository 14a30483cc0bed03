//! A logged-in user.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::values::{Roles, Text, Timestamp};

/// The user who is logged in.
#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct User {
    #[oai(validator(max_length = 100))]
    pub user_id: String,
    #[oai(validator(max_length = 100))]
    pub username: String,
    /// Left out until a user with several roles has chosen one
    #[serde(rename(deserialize = "user_role"))]
    pub role: Option<Text<Roles>>,
    /// The name of the user's court
    #[oai(validator(max_length = 100))]
    pub court_assignment: Option<String>,
    #[oai(validator(max_length = 100))]
    pub organisation_id: Option<String>,
}

impl Example for User {
    fn example() -> Self {
        Self {
            user_id: "olivia.officer".to_owned(),
            username: "olivia.officer".to_owned(),
            role: Some(Text::new("HMCTS_CASE_OFFICER")),
            court_assignment: Some("Birmingham Family Court".to_owned()),
            organisation_id: None,
        }
    }
}

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
pub struct Greeting {
    pub message: String,
    #[serde(rename(deserialize = "caller"))]
    pub user: User,
}

impl Example for Greeting {
    fn example() -> Self {
        Self { message: "You are signed in".to_owned(), user: User::example() }
    }
}

/// The user who is logged in now.
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", example)]
pub struct LoggedIn {
    /// Always true
    #[serde(skip_deserializing, default = "always")]
    pub success: bool,
    #[serde(rename(deserialize = "caller"))]
    pub user: User,
    /// The page to go to
    pub redirect_url: String,
    /// When the session ends if nobody uses it. Each use moves this, up to `endsAt`.
    pub expires_at: Timestamp,
    /// When the session ends in any case
    pub ends_at: Timestamp,
}

fn always() -> bool {
    true
}

impl Example for LoggedIn {
    fn example() -> Self {
        Self {
            success: true,
            user: User::example(),
            redirect_url: "/dashboard".to_owned(),
            expires_at: Timestamp::example(1_772_534_800),
            ends_at: Timestamp::example(1_772_576_200),
        }
    }
}
