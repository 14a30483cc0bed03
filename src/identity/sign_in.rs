//! A browser's way to the provider and back. Everything that must come back is derived from one secret that stays in the
//! browser's cookie, so this server keeps nothing of it, and no other browser can finish it.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::error::Failure;

/// From the start to the return, in seconds: the user may have to find a phone meanwhile.
pub const PATIENCE: u64 = 600;
/// No cookie has room for more.
const LONGEST_RETURN_URL: usize = 2000;

pub struct SignIn {
    secret: String,
    /// In seconds since 1970.
    started: u64,
    /// Where to go afterwards, if the database finds it safe.
    pub return_url: Option<String>,
}

impl SignIn {
    pub fn start(return_url: Option<String>) -> Result<Self, Failure> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| Failure::internal(&error))?;
        let return_url = return_url.filter(|url| url.len() <= LONGEST_RETURN_URL);
        Ok(Self { secret: BASE64_URL_SAFE_NO_PAD.encode(secret), started: now(), return_url })
    }

    /// Its form in a cookie.
    pub fn keep(&self) -> String {
        let return_url = BASE64_URL_SAFE_NO_PAD.encode(self.return_url.as_deref().unwrap_or_default());
        format!("{}.{}.{return_url}", self.secret, self.started)
    }

    /// From the cookie; none if it is malformed or too old.
    pub fn read(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (secret, started, return_url) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let age = now().checked_sub(started)?;
        if parts.next().is_some() || age > PATIENCE {
            return None;
        }
        let return_url = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(return_url).ok()?).ok()?;
        let return_url = Some(return_url).filter(|url| !url.is_empty());
        Some(Self { secret: secret.to_owned(), started, return_url })
    }

    /// Comes back with the browser: proves that the answer is for its request.
    pub fn state(&self) -> String {
        self.derive("state")
    }

    /// Comes back inside the token: proves that it is for this sign-in.
    pub fn nonce(&self) -> String {
        self.derive("nonce")
    }

    /// PKCE (RFC 7636): only the client that asked for the code can redeem it.
    pub fn verifier(&self) -> String {
        self.derive("verifier")
    }

    /// The part of the verifier that the provider learns.
    pub fn challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier()))
    }

    fn derive(&self, purpose: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{purpose} {}", self.keep())))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(return_url: Option<&str>) -> SignIn {
        SignIn::start(return_url.map(str::to_owned)).unwrap()
    }

    #[test]
    fn a_cookie_brings_back_what_was_started() {
        for return_url in [None, Some("/cases?caseNumber=BFC%2F2025&q=Zoë.")] {
            let begun = started(return_url);
            let back = SignIn::read(&begun.keep()).unwrap();
            assert_eq!(back.return_url.as_deref(), return_url);
            let facts = |sign_in: &SignIn| (sign_in.state(), sign_in.nonce(), sign_in.verifier());
            assert_eq!(facts(&back), facts(&begun));
            let (state, nonce, verifier) = facts(&back);
            assert!(state != nonce && nonce != verifier && verifier.len() == 43);
            assert_ne!(state, started(return_url).state());
        }
        assert!(started(Some(&"/".repeat(2001))).return_url.is_none());
    }

    #[test]
    fn a_foreign_old_or_future_cookie_is_refused() {
        for cookie in ["", "a", "a.b.c", "a.1", "a.1.", "a.99999999999999.", "a.1..", "a.1.%"] {
            assert!(SignIn::read(cookie).is_none(), "{cookie}");
        }
        let aged = |age: u64| SignIn { started: now() - age, ..started(None) };
        assert!(SignIn::read(&aged(PATIENCE - 1).keep()).is_some());
        assert!(SignIn::read(&aged(PATIENCE + 2).keep()).is_none());
    }

    #[test]
    fn a_changed_cookie_is_another_sign_in() {
        let begun = started(Some("/here"));
        let elsewhere =
            SignIn { return_url: Some("/there".to_owned()), ..SignIn::read(&begun.keep()).unwrap() };
        let later = SignIn { started: begun.started - 1, ..SignIn::read(&begun.keep()).unwrap() };
        assert!(elsewhere.state() != begun.state() && later.state() != begun.state());
    }
}
