//! The provider, as its discovery document tells.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{
    claims::Claims,
    fetch::Fetcher,
    keys::{Keys, NoKey},
    token::{self, Header},
};
use crate::{config::OidcSettings, error::Failure};

/// A provider that is away is asked again after so long.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: OidcSettings,
    fetcher: Fetcher,
    discovered: Mutex<Discovered>,
    keys: Keys,
}

#[derive(Default)]
struct Discovered {
    metadata: Option<Arc<Metadata>>,
    last_failure: Option<Instant>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Provider {
    /// Asks it nothing yet: it may be away while this server starts.
    pub fn new(settings: OidcSettings) -> Result<Self, String> {
        let keys = Keys::new(Duration::from_secs(settings.keys_seconds.into()));
        let (fetcher, discovered) = (Fetcher::new()?, Mutex::default());
        Ok(Self(Arc::new(Inner { settings, fetcher, discovered, keys })))
    }

    /// What an access token says, made out for this server by its provider.
    pub async fn verify_access_token(&self, token: &str) -> Result<Claims, Failure> {
        let Inner { settings, .. } = &*self.0;
        let audience = settings
            .audience
            .as_deref()
            .ok_or_else(|| Failure::bad_token("this server takes none (OIDC_AUDIENCE)"))?;
        let header = Header::read(token).map_err(Failure::bad_token)?;
        if !matches!(header.kind.as_deref(), None | Some("jwt" | "at+jwt")) {
            return Err(Failure::bad_token("it is no access token"));
        }
        let claims = self.verify(token, &header, audience).await?;
        claims.check_access(&settings.client_id).map_err(Failure::bad_token)?;
        Ok(claims)
    }

    pub fn adds_users(&self) -> bool {
        self.0.settings.adds_users
    }

    async fn verify(&self, token: &str, header: &Header, audience: &str) -> Result<Claims, Failure> {
        let Inner { settings, fetcher, keys, .. } = &*self.0;
        let metadata = self.metadata().await?;
        let key = keys.find(fetcher, &metadata.jwks_uri, header).await.map_err(|reason| match reason {
            NoKey::Unknown => Failure::bad_token("the provider has no such key"),
            NoKey::Away(reason) => away(&reason),
        })?;
        token::verify(token, header.algorithm, &key, &settings.issuer, audience).map_err(Failure::bad_token)
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Failure> {
        let Inner { settings, fetcher, discovered, .. } = &*self.0;
        let mut discovered = discovered.lock().await;
        if let Some(metadata) = &discovered.metadata {
            return Ok(Arc::clone(metadata));
        }
        if discovered.last_failure.is_some_and(|last| last.elapsed() < RETRY) {
            return Err(away("it did not answer a moment ago"));
        }
        let url = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
        let found: Result<Metadata, String> = fetcher.get(&url).await;
        match found.and_then(|found| check(found, &settings.issuer)) {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                discovered.metadata = Some(Arc::clone(&metadata));
                Ok(metadata)
            }
            Err(reason) => {
                tracing::warn!(reason, "the identity provider (OIDC_ISSUER) is of no use");
                discovered.last_failure = Some(Instant::now());
                Err(away(&reason))
            }
        }
    }
}

/// Or one provider could speak for another.
fn check(metadata: Metadata, issuer: &str) -> Result<Metadata, String> {
    if metadata.issuer != issuer {
        return Err("its discovery document names another issuer than OIDC_ISSUER".to_owned());
    }
    let is_secure = metadata.jwks_uri.starts_with("https://") || issuer.starts_with("http://");
    if is_secure { Ok(metadata) } else { Err("its keys are not at an https URL".to_owned()) }
}

fn away(reason: &str) -> Failure {
    Failure::unavailable(&format!("the identity provider: {reason}"))
}
