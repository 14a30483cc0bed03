//! From the cookie or the bearer token to the caller. Only the database knows who that is.

use std::{ops::Deref, sync::Arc};

use poem::{Request, http::header};
use poem_openapi::{
    SecurityScheme,
    auth::{ApiKey, Bearer},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::cookies;
use crate::{
    db::{Kind, Opening, RequestOrigin, Session},
    error::Failure,
    field_error::FieldCode,
    identity::{AccessToken, Provider},
    metrics,
    reason::Reason,
};

/// In which of several roles a program calls.
pub const MEMBERSHIP: &str = "Casefile-Membership";

/// The caller. Not both at once: see `check_credentials`.
#[derive(SecurityScheme)]
pub enum Caller {
    Cookie(ByCookie),
    // Last, because its refusal is the one reported.
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

/// An access token of the identity provider, for programs. A program with several roles names one in
/// `Casefile-Membership`.
#[derive(SecurityScheme)]
#[oai(rename = "bearer", ty = "bearer", bearer_format = "JWT", checker = "bearer")]
pub struct ByBearer(Session);

impl Deref for ByCookie {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

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
    Ok(Session { token_sha256: cookies::digest(&cookie.key), request: origin_of(request)?, opening: None })
}

async fn bearer(request: &Request, Bearer { token }: Bearer) -> poem::Result<Session> {
    bearer_session(request, &token).await.map_err(poem::Error::from)
}

async fn bearer_session(request: &Request, token: &str) -> Result<Session, Failure> {
    let provider = request.data::<Option<Provider>>().and_then(Option::as_ref);
    let provider = provider.ok_or_else(|| Failure::bad_token("this server accepts no tokens (AUTH_MODE)"))?;
    let membership = request.header(MEMBERSHIP);
    let membership_id = membership
        .map(|id| {
            id.parse::<Uuid>().map_err(|_| {
                Failure::invalid(
                    MEMBERSHIP,
                    FieldCode::InvalidFormat,
                    format!("{MEMBERSHIP}: must be a UUID"),
                )
            })
        })
        .transpose()?;
    let AccessToken { claims, expires_at } =
        provider.verify_access_token(token).await.inspect_err(refused)?;
    let opening = Opening {
        kind: Kind::Bearer { membership_id, expires_at },
        claims,
        adds_users: provider.adds_users(),
    };
    Ok(Session {
        token_sha256: bearer_digest(token, membership),
        request: origin_of(request)?,
        opening: Some(Arc::new(opening)),
    })
}

fn refused(failure: &Failure) {
    metrics::sign_in("bearer", failure.reason.word());
}

/// For open operations: the session of the request's cookie or token, if any.
pub async fn presented(request: &Request) -> Result<Option<Session>, Failure> {
    let Some(stated) = request.headers().get(header::AUTHORIZATION) else {
        let Some(token_sha256) = cookies::presented_session(request.cookie()) else { return Ok(None) };
        return Ok(Some(Session { token_sha256, request: origin_of(request)?, opening: None }));
    };
    match stated.to_str().unwrap_or_default().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            bearer_session(request, token.trim()).await.map(Some)
        }
        _ => Err(Failure::bad_token("the Authorization header has no bearer token")),
    }
}

fn origin_of(request: &Request) -> Result<RequestOrigin, Failure> {
    request.data::<RequestOrigin>().cloned().ok_or_else(|| Failure::internal("a request without an id"))
}

/// Refuses a request that says twice who sends it, which might be two people.
pub fn check_credentials(request: &Request) -> Result<(), Failure> {
    if has_bearer(request) && request.cookie().get(cookies::SESSION).is_some() {
        let message = "The request has a session cookie and an Authorization header. Send one of them";
        return Err(Failure::about(Reason::TwoCredentials, "Authorization", message));
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

/// The session of the request's cookie or token, from the database, if there is one.
pub fn presented_session(request: &Request) -> Option<Vec<u8>> {
    let Some(stated) = request.header(header::AUTHORIZATION) else {
        return cookies::presented_session(request.cookie());
    };
    let (_, token) = stated.split_once(' ')?;
    Some(bearer_digest(token.trim(), request.header(MEMBERSHIP)))
}
