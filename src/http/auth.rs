//! From the cookie or the bearer token to the caller, and to nobody else: who that is, only the database knows.

use std::{ops::Deref, sync::Arc};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::DateTime;
use poem::{
    Request,
    http::header,
    web::cookie::{Cookie, CookieJar, SameSite},
};
use poem_openapi::{
    SecurityScheme,
    auth::{ApiKey, Bearer},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    config::Environment,
    db::{Opening, RequestOrigin, Session},
    error::Failure,
    identity::Provider,
};

const COOKIE: &str = "casefile_session";
/// In which of several roles a program calls.
pub const MEMBERSHIP: &str = "Casefile-Membership";

/// Whoever calls. Not both at once: see `check_credentials`.
#[derive(SecurityScheme)]
pub enum Caller {
    Cookie(ByCookie),
    // Last, as its refusal is the one that is told.
    Bearer(ByBearer),
}

/// The cookie that `POST /api/auth/login` sets. It lasts for 30 minutes after its last use.
#[derive(SecurityScheme)]
#[oai(
    rename = "session",
    ty = "api_key",
    key_in = "cookie",
    key_name = "casefile_session",
    checker = "session"
)]
pub struct ByCookie(Session);

/// An access token of the identity provider, for programs. `Casefile-Membership` says in which of several roles it calls.
#[derive(SecurityScheme)]
#[oai(rename = "bearer", ty = "bearer", bearer_format = "JWT", checker = "bearer")]
pub struct ByBearer(Session);

/// For calls of the database.
impl Deref for Caller {
    type Target = Session;

    fn deref(&self) -> &Session {
        match self {
            Self::Cookie(ByCookie(session)) | Self::Bearer(ByBearer(session)) => session,
        }
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits it")]
async fn session(request: &Request, cookie: ApiKey) -> poem::Result<Session> {
    Ok(Session { token_sha256: digest(&cookie.key), request: origin_of(request)?, opening: None })
}

async fn bearer(request: &Request, Bearer { token }: Bearer) -> poem::Result<Session> {
    let provider = request.data::<Option<Provider>>().and_then(Option::as_ref);
    let provider = provider.ok_or_else(|| Failure::bad_token("this server takes none (AUTH_MODE)"))?;
    let membership = request.header(MEMBERSHIP);
    let membership_id = membership
        .map(|id| {
            id.parse::<Uuid>()
                .map_err(|_| Failure::invalid(MEMBERSHIP, format!("{MEMBERSHIP}: must be a UUID")))
        })
        .transpose()?;
    // Each time, as it costs less than to remember it would: a key that the provider has withdrawn counts no longer.
    let claims = provider.verify_access_token(&token).await?;
    let expires_at =
        claims.time("exp").and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0));
    let expires_at = expires_at.ok_or_else(|| Failure::bad_token("exp is no time"))?;
    let opening = Opening {
        claims: Value::Object(claims.0),
        membership_id,
        expires_at,
        adds_users: provider.adds_users(),
    };
    Ok(Session {
        token_sha256: bearer_digest(&token, membership),
        request: origin_of(request)?,
        opening: Some(Arc::new(opening)),
    })
}

fn origin_of(request: &Request) -> Result<RequestOrigin, Failure> {
    request.data::<RequestOrigin>().cloned().ok_or_else(|| Failure::internal("a request without an id"))
}

/// Refuses a request that says twice who sends it, which might be two people.
pub fn check_credentials(request: &Request) -> Result<(), Failure> {
    if has_bearer(request) && request.cookie().get(COOKIE).is_some() {
        let message = "The request has a session cookie and an Authorization header. Send one of them";
        return Err(Failure::invalid("Authorization", message));
    }
    Ok(())
}

/// Then no cookie counts.
pub fn has_bearer(request: &Request) -> bool {
    request.headers().contains_key(header::AUTHORIZATION)
}

fn bearer_digest(token: &str, membership: Option<&str>) -> Vec<u8> {
    let digest =
        Sha256::new().chain_update(token).chain_update("\n").chain_update(membership.unwrap_or_default());
    digest.finalize().to_vec()
}

/// What the database knows of the session whose cookie or token came with the request, if one did.
pub fn presented_session(request: &Request) -> Option<Vec<u8>> {
    let Some(stated) = request.header(header::AUTHORIZATION) else {
        return presented_token(request.cookie());
    };
    let (_, token) = stated.split_once(' ')?;
    Some(bearer_digest(token.trim(), request.header(MEMBERSHIP)))
}

pub fn presented_token(cookies: &CookieJar) -> Option<Vec<u8>> {
    cookies.get(COOKIE).map(|cookie| digest(cookie.value_str()))
}

/// A token that nobody can guess, and its digest.
pub fn new_token() -> Result<(String, Vec<u8>), Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::internal(&error))?;
    let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let digest = digest(&token);
    Ok((token, digest))
}

pub fn set_cookie(cookies: &CookieJar, token: &str, environment: Environment) {
    cookies.add(cookie(token, environment));
}

pub fn clear_cookie(cookies: &CookieJar, environment: Environment) {
    let mut cookie = cookie("", environment);
    cookie.set_max_age(std::time::Duration::ZERO);
    cookies.add(cookie);
}

fn cookie(value: &str, environment: Environment) -> Cookie {
    let mut cookie = Cookie::new_with_str(COOKIE, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(environment != Environment::Local);
    cookie
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}
