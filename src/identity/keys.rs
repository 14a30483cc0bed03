//! The provider's keys: fetched when a token names an unknown one, but never more often than the setting allows, however
//! many names are made up. While the provider is away, known keys stay valid.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::{fetch::Fetcher, token::Header};

/// After that, keys that the provider has withdrawn are no longer used.
const OLD: Duration = Duration::from_secs(600);

pub struct Keys {
    known: RwLock<Option<Known>>,
    last_try: Mutex<Option<Try>>,
    gap: Duration,
}

/// The last fetch.
struct Try {
    since: Instant,
    failed: bool,
}

struct Known {
    keys: Arc<Vec<Jwk>>,
    since: Instant,
    /// How often they were fetched.
    version: u64,
}

/// Why there is no key.
pub enum NoKey {
    Unknown,
    /// The provider did not answer, or not with keys.
    Away(String),
}

/// Some of them may be of unknown kinds.
#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

impl Keys {
    pub fn new(gap: Duration) -> Self {
        Self { known: RwLock::default(), last_try: Mutex::default(), gap }
    }

    /// The key of a token with that header.
    pub async fn find(&self, fetcher: &Fetcher, url: &str, header: &Header) -> Result<Jwk, NoKey> {
        let (found, is_old) = self.look(header);
        if let Some(key) = found {
            // One request fetches; the others use the known keys.
            if is_old && let Ok(mut last_try) = self.last_try.try_lock() {
                let _ = self.fetch(fetcher, url, &mut last_try).await;
                return self.look(header).0.ok_or(NoKey::Unknown);
            }
            return Ok(key);
        }
        let mut last_try = self.last_try.lock().await;
        if let Some(key) = self.look(header).0 {
            return Ok(key);
        }
        self.fetch(fetcher, url, &mut last_try).await?;
        self.look(header).0.ok_or(NoKey::Unknown)
    }

    /// Another number, other keys.
    pub fn version(&self) -> u64 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map_or(0, |known| known.version)
    }

    async fn fetch(&self, fetcher: &Fetcher, url: &str, last_try: &mut Option<Try>) -> Result<(), NoKey> {
        if let Some(Try { since, failed }) = last_try
            && since.elapsed() < self.gap
        {
            return if *failed {
                Err(NoKey::Away("it did not answer a moment ago".to_owned()))
            } else {
                Ok(())
            };
        }
        let since = Instant::now();
        *last_try = Some(Try { since, failed: true });
        let published: Published = fetcher.get(url).await.map_err(NoKey::Away)?;
        *last_try = Some(Try { since, failed: false });
        let set = JwkSet {
            keys: published.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect(),
        };
        let version = self.version() + 1;
        let known = Known { keys: Arc::new(set.keys), since: Instant::now(), version };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(())
    }

    /// The key, and whether all of them are old. Without a name it is the only one that suits.
    fn look(&self, header: &Header) -> (Option<Jwk>, bool) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let Some(Known { keys, since, .. }) = known.as_ref() else { return (None, false) };
        let mut suitable = keys
            .iter()
            .filter(|key| header.suits(key))
            .filter(|key| header.key_id.is_none() || key.common.key_id == header.key_id);
        let found = suitable.next().filter(|_| suitable.next().is_none());
        (found.cloned(), since.elapsed() > OLD)
    }
}
