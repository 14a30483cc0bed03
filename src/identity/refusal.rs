//! What is said to whoever comes with something of the provider's that is not accepted. No reason holds any of it.

use poem::http::StatusCode;

use crate::error::Failure;

/// Where a browser begins.
const START: &str = "/api/auth/login";

impl Failure {
    pub fn bad_token(reason: &'static str) -> Self {
        let message = format!("The token is refused: {reason}. Ask the identity provider for a new one.");
        Self { message, ..Self::from(StatusCode::UNAUTHORIZED) }.with("reason", "INVALID_TOKEN")
    }

    pub fn failed_sign_in(reason: &'static str) -> Self {
        let message = format!("Nobody is signed in: {reason}. Start again at {START}.");
        Self { message, ..Self::from(StatusCode::UNAUTHORIZED) }.with("reason", "SIGN_IN_FAILED")
    }

    pub fn bad_sign_in(reason: &'static str) -> Self {
        let message = format!("Nobody is signed in: {reason}. Start again at {START}.");
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message).with("reason", "SIGN_IN_FAILED")
    }

    pub fn bad_logout_token(reason: &'static str) -> Self {
        Self::invalid("logout_token", format!("The logout token is refused: {reason}."))
            .with("reason", "INVALID_TOKEN")
    }
}
