//! The database roles of callers, and the one that each session turned out to have: a hint for choosing a connection
//! and for log lines only.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::values::{Roles, Words};

/// The database's name of a caller's role.
pub type Role = &'static str;

/// The words for roles, in the database's spelling.
pub static ROLES: LazyLock<Vec<String>> =
    LazyLock::new(|| Roles::WORDS.iter().map(|word| word.to_lowercase()).collect());

/// One of the six, in the database's spelling.
pub fn known_role(name: &str) -> Option<Role> {
    ROLES.iter().find(|role| *role == name).map(String::as_str)
}

/// The number kept. Beyond it, all are forgotten and learnt again.
const KEPT: usize = 20_000;
/// The database moves a session's expiry once in this time (`auth.claim_session`).
const BETWEEN_TOUCHES: Duration = Duration::from_secs(60);

/// The roles of sessions, by the digests of their tokens.
#[derive(Clone, Default)]
pub struct KnownRoles(Arc<Mutex<HashMap<Vec<u8>, Known>>>);

struct Known {
    role: Role,
    at_primary: Option<Instant>,
}

impl KnownRoles {
    fn all(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn of(&self, token_sha256: &[u8]) -> Option<Role> {
        self.all().get(token_sha256).map(|known| known.role)
    }

    pub fn learn(&self, token_sha256: &[u8], role: Role) {
        let mut all = self.all();
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(token_sha256.to_vec(), Known { role, at_primary: None });
    }

    /// The primary has served it just now.
    pub fn was_at_primary(&self, token_sha256: &[u8]) {
        if let Some(known) = self.all().get_mut(token_sha256) {
            known.at_primary = Some(Instant::now());
        }
    }

    /// Whether the primary has served it so lately that its expiry need not move.
    pub fn is_lately_at_primary(&self, token_sha256: &[u8]) -> bool {
        let at_primary = self.all().get(token_sha256).and_then(|known| known.at_primary);
        at_primary.is_some_and(|at_primary| at_primary.elapsed() < BETWEEN_TOUCHES)
    }
}
