//! What a token that has been verified says.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

/// Clocks differ.
pub const LEEWAY: u64 = 60;

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
    pub fn time(&self, name: &str) -> Option<u64> {
        let value = self.0.get(name)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        value
            .as_u64()
            .or_else(|| value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
    }

    /// `aud` is a text, or several.
    pub fn is_for(&self, audience: &str) -> bool {
        match self.0.get("aud") {
            Some(Value::String(stated)) => stated == audience,
            Some(Value::Array(stated)) => stated.iter().any(|stated| stated == audience),
            _ => false,
        }
    }

    /// Whether it was made out before now.
    pub fn check_issue_time(&self) -> Result<(), &'static str> {
        match (self.has("iat"), self.time("iat")) {
            (true, None) => Err("iat is no time"),
            (_, Some(time)) if time > now() + LEEWAY => Err("it was issued in the future"),
            _ => Ok(()),
        }
    }

    /// A program's right to call, and not something else that the provider has signed. Some providers send no type
    /// (`at+jwt`), so what only other tokens have tells, too.
    pub fn check_access(&self, client_id: &str) -> Result<(), &'static str> {
        let kind = self.text("typ").unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") || ["at_hash", "c_hash"].iter().any(|name| self.has(name)) {
            return Err("it is no access token");
        }
        if self.has("events") {
            return Err("it is a logout token");
        }
        if self.has("nonce") && self.is_for(client_id) {
            return Err("it is an ID token");
        }
        if self.text("sub").is_none_or(str::is_empty) {
            return Err("it is nobody's");
        }
        self.check_issue_time()
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
