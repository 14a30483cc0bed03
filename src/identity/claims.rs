//! The claims of a verified token.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// Clocks differ.
pub const LEEWAY: u64 = 60;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Never in a log: they are about a person.
#[derive(Clone)]
pub struct Claims(pub Map<String, Value>);

impl Claims {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// In seconds since 1970; a fraction is dropped.
    fn time(&self, name: &str) -> Option<u64> {
        let value = self.0.get(name)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        value
            .as_u64()
            .or_else(|| value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
    }

    /// Until when it is taken.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(i64::try_from(self.time("exp")?.checked_add(LEEWAY)?).ok()?, 0)
    }

    /// `aud` is a text, or several.
    pub fn is_for(&self, audience: &str) -> bool {
        match self.0.get("aud") {
            Some(Value::String(stated)) => stated == audience,
            Some(Value::Array(stated)) => stated.iter().any(|stated| stated == audience),
            _ => false,
        }
    }

    /// The user who signs in, in an answer to the sign-in with this nonce (OpenID Connect Core 1.0, 3.1.3.7).
    pub fn check_identity(&self, client_id: &str, nonce: &str) -> Result<(), &'static str> {
        if self.text("nonce") != Some(nonce) {
            return Err("its nonce is not that of this sign-in");
        }
        let is_of_several = matches!(self.0.get("aud"), Some(Value::Array(stated)) if stated.len() > 1);
        if (is_of_several || self.has("azp")) && self.text("azp") != Some(client_id) {
            return Err("it was made out to another client");
        }
        self.check_subject()?;
        self.check_issue_time()
    }

    /// That a session has ended at the provider (OpenID Connect Back-Channel Logout 1.0, 2.6).
    pub fn check_logout(&self) -> Result<(), &'static str> {
        let event = self.0.get("events").and_then(|events| events.get(LOGOUT_EVENT));
        if !event.is_some_and(Value::is_object) || self.has("nonce") {
            return Err("it is not a logout token");
        }
        if self.text("sub").is_none() && self.text("sid").is_none() {
            return Err("it names neither a subject nor a session");
        }
        if !self.has("iat") {
            return Err("it does not say when it was issued");
        }
        self.check_issue_time()
    }

    fn check_subject(&self) -> Result<(), &'static str> {
        if self.text("sub").is_none_or(str::is_empty) { Err("it names no subject") } else { Ok(()) }
    }

    /// Whether it was made out before now.
    fn check_issue_time(&self) -> Result<(), &'static str> {
        match (self.has("iat"), self.time("iat")) {
            (true, None) => Err("its iat is not a time"),
            (_, Some(time)) if time > now() + LEEWAY => Err("it was issued in the future"),
            _ => Ok(()),
        }
    }

    /// A program's right to call, and no other token of the provider. Some providers send no type (`at+jwt`), so claims
    /// that only other tokens have count, too.
    pub fn check_access(&self, client_id: &str) -> Result<(), &'static str> {
        let kind = self.text("typ").unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") || ["at_hash", "c_hash"].iter().any(|name| self.has(name)) {
            return Err("it is not an access token");
        }
        if self.has("events") {
            return Err("it is a logout token");
        }
        if self.has("nonce") && self.is_for(client_id) {
            return Err("it is an ID token");
        }
        if self.text("sub").is_none_or(str::is_empty) {
            return Err("it names no subject");
        }
        self.check_issue_time()
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
