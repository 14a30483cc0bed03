//! From the cookie to the caller, and to nobody else: who that is, only the database knows.

use std::ops::Deref;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poem::{
    Request,
    http::{StatusCode, header},
    web::cookie::{Cookie, CookieJar, SameSite},
};
use poem_openapi::{SecurityScheme, auth::ApiKey};
use sha2::{Digest, Sha256};

use crate::{
    config::Environment,
    db::{RequestOrigin, Session},
    error::Failure,
};

const COOKIE: &str = "casefile_session";

/// The cookie that `POST /api/auth/login` sets. It lasts for 30 minutes after its last use.
#[derive(Clone, SecurityScheme)]
#[oai(
    rename = "session",
    ty = "api_key",
    key_in = "cookie",
    key_name = "casefile_session",
    checker = "session"
)]
pub struct Caller(pub Session);

/// For calls of the database.
impl Deref for Caller {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits it")]
async fn session(request: &Request, cookie: ApiKey) -> poem::Result<Session> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        let message = "This server takes the session cookie only, no Authorization header";
        return Err(Failure { message: message.to_owned(), ..Failure::from(StatusCode::UNAUTHORIZED) }.into());
    }
    let origin =
        request.data::<RequestOrigin>().ok_or_else(|| Failure::internal("a request without an id"))?;
    Ok(Session { token_sha256: digest(&cookie.key), request: origin.clone() })
}

/// What the database knows of the session whose cookie came with the request, if one did.
pub fn presented_session(request: &Request) -> Option<Vec<u8>> {
    presented_token(request.cookie())
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
