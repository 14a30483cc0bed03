//! The session of a program that calls with a token: opened by the first request that comes with it, and resumed by all
//! others as any session is.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::operation::Operation;
use crate::{error::Failure, values::Membership};

pub const OPEN: Operation =
    Operation::write("select auth.log_in_with_claims($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");

/// What a session is opened with: who the provider says it is.
pub struct Opening {
    pub claims: Value,
    pub membership_id: Option<Uuid>,
    /// The token's own end.
    pub expires_at: DateTime<Utc>,
    pub adds_users: bool,
}

/// A refusal is an answer too, so that it is recorded.
#[derive(Deserialize)]
pub struct Opened {
    refusal_code: Option<String>,
    refusal_message: Option<String>,
    memberships: Option<Vec<Membership>>,
}

impl Opened {
    pub fn admitted(self) -> Result<(), Failure> {
        let Some(code) = self.refusal_code else { return Ok(()) };
        let message = self.refusal_message.unwrap_or_else(|| "Access denied".to_owned());
        let failure = Failure::sign_in_refused(&code, message);
        Err(match self.memberships {
            Some(memberships) => {
                failure.with("memberships", serde_json::to_value(memberships).unwrap_or_default())
            }
            None => failure,
        })
    }
}
