//! Recently verified access tokens: a signature at each request would be a fifth of a small one's cost.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// After this, the signature is checked again, and the age of the provider's keys.
const FRESH: Duration = Duration::from_secs(60);
/// The number kept. Beyond it, all are forgotten and verified again.
const KEPT: usize = 10_000;

#[derive(Clone)]
pub struct AccessToken {
    pub claims: Arc<Value>,
    /// Until when it is taken.
    pub expires_at: DateTime<Utc>,
}

#[derive(Default)]
pub struct VerifiedTokens(Mutex<HashMap<Vec<u8>, Entry>>);

struct Entry {
    token: AccessToken,
    /// Of the keys: other keys, other signatures.
    version: u64,
    since: Instant,
}

impl VerifiedTokens {
    /// Unless it has expired since, or was verified too long ago or by other keys.
    pub fn find(&self, token: &str, version: u64) -> Option<AccessToken> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.get(Sha256::digest(token).as_slice())?;
        let holds =
            entry.version == version && entry.since.elapsed() < FRESH && Utc::now() < entry.token.expires_at;
        holds.then(|| entry.token.clone())
    }

    pub fn remember(&self, token: &str, version: u64, verified: AccessToken) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        let entry = Entry { token: verified, version, since: Instant::now() };
        known.insert(Sha256::digest(token).to_vec(), entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_for(seconds: i64) -> AccessToken {
        let expires_at = Utc::now() + chrono::TimeDelta::seconds(seconds);
        AccessToken { claims: Arc::default(), expires_at }
    }

    #[test]
    fn a_token_is_looked_at_again_after_a_minute_with_other_keys_and_when_it_has_expired() {
        let known = VerifiedTokens::default();
        known.remember("good", 1, token_for(600));
        known.remember("over", 1, token_for(-1));
        assert!(known.find("good", 1).is_some());
        assert!(known.find("good", 2).is_none() && known.find("over", 1).is_none());
        assert!(known.find("unknown", 1).is_none());
        for entry in known.0.lock().unwrap().values_mut() {
            entry.since = entry.since.checked_sub(FRESH).unwrap();
        }
        assert!(known.find("good", 1).is_none());
    }

    #[test]
    fn a_flood_of_tokens_takes_no_more_memory_than_its_share() {
        let known = VerifiedTokens::default();
        for number in 0..KEPT + 10 {
            known.remember(&number.to_string(), 1, token_for(600));
        }
        assert_eq!(known.0.lock().unwrap().len(), 10);
    }
}
