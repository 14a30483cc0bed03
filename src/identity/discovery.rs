//! The provider's discovery document, fetched once.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::fetch::{Fetcher, away};
use crate::error::Failure;

/// A provider that is away is asked again after so long.
const RETRY: Duration = Duration::from_secs(2);

/// OpenID Connect Discovery 1.0, section 3, as far as it matters here.
#[derive(Deserialize)]
pub struct Metadata {
    issuer: String,
    pub jwks_uri: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    /// Where its own session ends; not every provider has that.
    pub end_session_endpoint: Option<String>,
    /// Whether it names itself when it sends browsers back (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// `client_secret_basic` if it says nothing.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Default)]
pub struct Discovery {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    metadata: Option<Arc<Metadata>>,
    last_failure: Option<Instant>,
}

impl Discovery {
    pub async fn metadata(&self, fetcher: &Fetcher, issuer: &str) -> Result<Arc<Metadata>, Failure> {
        let mut state = self.state.lock().await;
        if let Some(metadata) = &state.metadata {
            return Ok(Arc::clone(metadata));
        }
        if state.last_failure.is_some_and(|last| last.elapsed() < RETRY) {
            return Err(away("it did not answer a moment ago"));
        }
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let found: Result<Metadata, String> = fetcher.get(&url).await;
        match found.and_then(|found| found.checked(issuer)) {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                state.metadata = Some(Arc::clone(&metadata));
                Ok(metadata)
            }
            Err(reason) => {
                tracing::warn!(reason, "the identity provider (OIDC_ISSUER) is of no use");
                state.last_failure = Some(Instant::now());
                Err(away(&reason))
            }
        }
    }
}

impl Metadata {
    fn checked(self, issuer: &str) -> Result<Self, String> {
        // Or one provider could speak for another.
        if self.issuer != issuer {
            return Err("its discovery document names another issuer than OIDC_ISSUER".to_owned());
        }
        let is_secure = |url: &String| url.starts_with("https://") || issuer.starts_with("http://");
        let required = [&self.jwks_uri, &self.authorization_endpoint, &self.token_endpoint];
        let are_secure = required.into_iter().chain(&self.end_session_endpoint).all(is_secure);
        if are_secure { Ok(self) } else { Err("it is not at https URLs throughout".to_owned()) }
    }
}
