//! Answers to codes and tokens of the provider that are refused. No reason contains any part of them.

use poem::http::StatusCode;

use crate::{error::Failure, reason::Reason};

/// Where a browser begins.
const START: &str = "/api/auth/login";

impl Failure {
    pub fn bad_token(reason: &'static str) -> Self {
        let message = format!("The token is refused: {reason}. Ask the identity provider for a new one.");
        Self::new(Reason::InvalidToken, message)
    }

    pub fn failed_sign_in(reason: &'static str) -> Self {
        let message = format!("You are not signed in: {reason}. Start again at {START}.");
        Self::new(Reason::SignInFailed, message)
    }

    pub fn bad_sign_in(reason: &'static str) -> Self {
        let message = format!("You are not signed in: {reason}. Start again at {START}.");
        Self::new(Reason::SignInFailed, message).at(StatusCode::BAD_REQUEST)
    }

    pub fn bad_logout_token(reason: &'static str) -> Self {
        let message = format!("The logout token is refused: {reason}.");
        Self::about(Reason::InvalidToken, "logout_token", message).at(StatusCode::BAD_REQUEST)
    }
}
