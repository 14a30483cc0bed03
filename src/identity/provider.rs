//! Requests to the provider, and checks of its answers.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use url::Url;

use super::{
    claims::Claims,
    client::{Client, NoTokens, Tokens},
    discovery::{Discovery, Metadata},
    fetch::{Fetcher, away},
    keys::{Keys, NoKey},
    sign_in::SignIn,
    token::{self, Header},
    verified::{AccessToken, VerifiedTokens},
};
use crate::{config::OidcSettings, current::Current, error::Failure};

#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: OidcSettings,
    client: Current<Client>,
    fetcher: Fetcher,
    discovery: Discovery,
    keys: Keys,
    verified: VerifiedTokens,
}

impl Provider {
    /// Asks it nothing yet: it may be away while this server starts.
    pub fn new(settings: OidcSettings) -> Result<Self, String> {
        let keys = Keys::new(Duration::from_secs(settings.keys_seconds.into()));
        let (client, fetcher) = (Current::new(Client::new(&settings)?.into()), Fetcher::new()?);
        let (discovery, verified) = (Discovery::default(), VerifiedTokens::default());
        Ok(Self(Arc::new(Inner { settings, client, fetcher, discovery, keys, verified })))
    }

    /// Lets the provider know this server by another secret.
    pub fn renew(&self, settings: &OidcSettings) -> Result<(), String> {
        self.0.client.set(Client::new(settings)?.into());
        Ok(())
    }

    /// Where a browser goes to sign in: authorization code with PKCE.
    pub async fn authorization_url(&self, sign_in: &SignIn) -> Result<Url, Failure> {
        let Inner { settings, .. } = &*self.0;
        let mut url = parsed(&self.metadata().await?.authorization_endpoint)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", settings.redirect_url.as_str())
            .append_pair("scope", &settings.scopes)
            .append_pair("state", &sign_in.state())
            .append_pair("nonce", &sign_in.nonce())
            .append_pair("code_challenge", &sign_in.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Whether this provider sent the browser back (RFC 9207): one provider may pass on another's code.
    pub async fn check_answerer(&self, stated: Option<&str>) -> Result<(), Failure> {
        let is_named = self.metadata().await?.authorization_response_iss_parameter_supported;
        if stated.map_or(is_named, |stated| stated != self.issuer()) {
            return Err(Failure::bad_sign_in("another identity provider answers"));
        }
        Ok(())
    }

    /// The user who has signed in, for the code that the browser brought back.
    pub async fn redeem(&self, sign_in: &SignIn, code: &str) -> Result<Claims, Failure> {
        let Inner { settings, client, fetcher, .. } = &*self.0;
        let metadata = self.metadata().await?;
        let (verifier, redirect_url) = (sign_in.verifier(), settings.redirect_url.as_str());
        let tokens = client.get().redeem(fetcher, &metadata, code, &verifier, redirect_url).await;
        let Tokens { id_token, access_token } = tokens.map_err(|reason| match reason {
            NoTokens::BadCode => {
                Failure::failed_sign_in("the provider's answer has been used, or is too old")
            }
            NoTokens::Failed(failure) => failure,
        })?;
        let header = Header::read(&id_token).map_err(Failure::failed_sign_in)?;
        if !matches!(header.kind.as_deref(), None | Some("jwt")) {
            return Err(Failure::failed_sign_in("the provider's answer has no ID token"));
        }
        let claims = self.verify(&id_token, &header, &settings.client_id, Failure::failed_sign_in).await?;
        claims.check_identity(&settings.client_id, &sign_in.nonce()).map_err(Failure::failed_sign_in)?;
        if let Some(stated) = claims.text("at_hash")
            && !access_token.is_some_and(|token| token::is_hash_of(stated, &token, header.algorithm))
        {
            return Err(Failure::failed_sign_in("its tokens do not belong together"));
        }
        Ok(claims)
    }

    /// Where a browser goes to end the provider's own session, if that can be told now.
    pub async fn log_out_url(&self) -> Option<Url> {
        let Inner { settings, .. } = &*self.0;
        let metadata = self.metadata().await.ok()?;
        let mut url = parsed(metadata.end_session_endpoint.as_ref()?).ok()?;
        url.query_pairs_mut().append_pair("client_id", &settings.client_id);
        if let Some(back) = &settings.logged_out_url {
            url.query_pairs_mut().append_pair("post_logout_redirect_uri", back.as_str());
        }
        Some(url)
    }

    /// The claims of an access token that the provider issued for this server.
    pub async fn verify_access_token(&self, token: &str) -> Result<AccessToken, Failure> {
        let Inner { settings, keys, verified, .. } = &*self.0;
        // Before it is verified: should the keys change meanwhile, it is verified again.
        let version = keys.version();
        if let Some(known) = verified.find(token, version) {
            return Ok(known);
        }
        let audience = settings
            .audience
            .as_deref()
            .ok_or_else(|| Failure::bad_token("this server accepts no tokens (OIDC_AUDIENCE)"))?;
        let header = Header::read(token).map_err(Failure::bad_token)?;
        if !matches!(header.kind.as_deref(), None | Some("jwt" | "at+jwt")) {
            return Err(Failure::bad_token("it is not an access token"));
        }
        let claims = self.verify(token, &header, audience, Failure::bad_token).await?;
        claims.check_access(&settings.client_id).map_err(Failure::bad_token)?;
        let expires_at = claims.expires_at().ok_or_else(|| Failure::bad_token("its exp is not a time"))?;
        let known = AccessToken { claims: Arc::new(Value::Object(claims.0)), expires_at };
        verified.remember(token, version, known.clone());
        Ok(known)
    }

    /// The user whose session has ended at the provider.
    pub async fn verify_logout_token(&self, token: &str) -> Result<Claims, Failure> {
        let header = Header::read(token).map_err(Failure::bad_logout_token)?;
        if !matches!(header.kind.as_deref(), None | Some("jwt" | "logout+jwt")) {
            return Err(Failure::bad_logout_token("it is not a logout token"));
        }
        let claims =
            self.verify(token, &header, &self.0.settings.client_id, Failure::bad_logout_token).await?;
        claims.check_logout().map_err(Failure::bad_logout_token)?;
        Ok(claims)
    }

    pub fn issuer(&self) -> &str {
        &self.0.settings.issuer
    }

    pub fn adds_users(&self) -> bool {
        self.0.settings.adds_users
    }

    async fn verify(
        &self,
        token: &str,
        header: &Header,
        audience: &str,
        refused: impl Fn(&'static str) -> Failure,
    ) -> Result<Claims, Failure> {
        let Inner { settings, fetcher, keys, .. } = &*self.0;
        let metadata = self.metadata().await?;
        let key = keys.find(fetcher, &metadata.jwks_uri, header).await.map_err(|reason| match reason {
            NoKey::Unknown => refused("the provider has no such key"),
            NoKey::Away(reason) => away(&reason),
        })?;
        token::verify(token, header.algorithm, &key, &settings.issuer, audience).map_err(refused)
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Failure> {
        let Inner { settings, fetcher, discovery, .. } = &*self.0;
        discovery.metadata(fetcher, &settings.issuer).await
    }
}

fn parsed(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| away("it names an endpoint that is no URL"))
}
