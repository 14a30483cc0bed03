//! A session opened on an identity provider's word: a browser's, once it has signed in; a program's, by the first
//! request with its token. Later requests resume it like any session.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::operation::Operation;
use crate::{error::Failure, metrics, values::Membership};

pub const LOG_IN_WITH_CLAIMS: Operation = Operation::write("auth.log_in_with_claims");

/// The data to open a session with: the verified claims of the provider.
pub struct Opening {
    pub kind: Kind,
    pub claims: Arc<Value>,
    /// Whether a claim rule may add a user whom the directory does not know.
    pub adds_users: bool,
}

pub enum Kind {
    Cookie {
        /// The session that the browser had, which ends.
        previous_sha256: Option<Vec<u8>>,
        return_url: Option<String>,
    },
    Bearer {
        membership_id: Option<Uuid>,
        /// The token's own end.
        expires_at: DateTime<Utc>,
    },
}

impl Kind {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Cookie { .. } => "cookie",
            Self::Bearer { .. } => "bearer",
        }
    }
}

/// A refusal is an answer too, so that it is recorded.
#[derive(Deserialize)]
pub struct Admission {
    redirect_url: Option<String>,
    refusal_code: Option<String>,
    refusal_message: Option<String>,
    memberships: Option<Vec<Membership>>,
}

impl Admission {
    /// Where the browser goes now, or why the sign-in failed.
    pub fn admitted(self, kind: &Kind) -> Result<String, Failure> {
        let Some(code) = self.refusal_code else {
            metrics::sign_in(kind.word(), "OPENED");
            return Ok(self.redirect_url.unwrap_or_default());
        };
        let message = self.refusal_message.unwrap_or_else(|| "Access denied".to_owned());
        let failure = Failure::sign_in_refused(&code, message);
        metrics::sign_in(kind.word(), failure.reason.word());
        let Some(memberships) = self.memberships else { return Err(failure) };
        Err(failure.with("memberships", serde_json::to_value(memberships).unwrap_or_default()))
    }
}
