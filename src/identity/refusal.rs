//! What is said to whoever comes with a token that is not accepted.

use poem::http::StatusCode;

use crate::error::Failure;

impl Failure {
    /// The reason holds nothing of the token.
    pub fn bad_token(reason: &'static str) -> Self {
        let message = format!("The token is refused: {reason}. Ask the identity provider for a new one.");
        Self { message, ..Self::from(StatusCode::UNAUTHORIZED) }.with("reason", "INVALID_TOKEN")
    }
}
