//! The cookies that a browser keeps for this server alone: its session's token and, on the way to the identity provider
//! and back, the start of its sign-in.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poem::{
    http::{
        HeaderMap, HeaderValue,
        header::{self, Entry},
    },
    web::cookie::{Cookie, CookieJar, SameSite},
};
use sha2::{Digest, Sha256};

use crate::{
    config::Environment,
    error::Failure,
    identity::{PATIENCE, SignIn},
};

pub const SESSION: &str = "casefile_session";
const SIGN_IN: &str = "casefile_sign_in";
/// Ways to the provider that one browser may be on at once: all their cookies come with each request.
const WAYS: u32 = 32;

/// Another application of the same host may have set a cookie that is not ASCII. The framework would then read none.
pub fn make_readable(headers: &mut HeaderMap) {
    let Entry::Occupied(mut cookies) = headers.entry(header::COOKIE) else { return };
    for value in cookies.iter_mut().filter(|value| value.to_str().is_err()) {
        let text: String = value
            .as_bytes()
            .iter()
            .map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' })
            .collect();
        if let Ok(readable) = HeaderValue::try_from(text) {
            *value = readable;
        }
    }
}

/// The database's name of the session that the browser has, if it has one.
pub fn presented_session(cookies: &CookieJar) -> Option<Vec<u8>> {
    cookies.get(SESSION).map(|cookie| digest(cookie.value_str()))
}

/// A token that cannot be guessed, and its digest, which is all that the database gets.
pub fn new_token() -> Result<(String, Vec<u8>), Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::internal(&error))?;
    let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let digest = digest(&token);
    Ok((token, digest))
}

pub fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

pub fn set_session(cookies: &CookieJar, token: &str, environment: Environment) {
    cookies.add(cookie(SESSION, token, environment));
}

pub fn clear_session(cookies: &CookieJar, environment: Environment) {
    clear(cookies, SESSION, environment);
}

/// None if the browser has not started the one with this state, or too long ago.
pub fn presented_sign_in(cookies: &CookieJar, state: &str) -> Option<SignIn> {
    SignIn::read(cookies.get(&sign_in_name(state))?.value_str())
}

pub fn set_sign_in(cookies: &CookieJar, sign_in: &SignIn, environment: Environment) {
    let mut cookie = cookie(&sign_in_name(&sign_in.state()), &sign_in.keep(), environment);
    cookie.set_max_age(Duration::from_secs(PATIENCE));
    cookies.add(cookie);
}

pub fn clear_sign_in(cookies: &CookieJar, state: &str, environment: Environment) {
    clear(cookies, &sign_in_name(state), environment);
}

/// A cookie of its own, as a browser that opens its windows again signs in with all of them at once.
fn sign_in_name(state: &str) -> String {
    let way = state.bytes().take(4).map(u32::from).sum::<u32>() % WAYS;
    format!("{SIGN_IN}_{way}")
}

fn clear(cookies: &CookieJar, name: &str, environment: Environment) {
    let mut cookie = cookie(name, "", environment);
    cookie.set_max_age(Duration::ZERO);
    cookies.add(cookie);
}

fn cookie(name: &str, value: &str, environment: Environment) -> Cookie {
    let mut cookie = Cookie::new_with_str(name, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(environment != Environment::Local);
    cookie
}
