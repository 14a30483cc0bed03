//! The roles that callers have in the database, and which of them a session turned out to have: a hint for the choice
//! of a connection, and for nothing else.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
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

/// How many are kept. Beyond, all are forgotten, and learnt again.
const KEPT: usize = 20_000;

/// The roles of sessions, by the digests of their tokens.
#[derive(Clone, Default)]
pub struct KnownRoles(Arc<Mutex<HashMap<Vec<u8>, Role>>>);

impl KnownRoles {
    pub fn of(&self, token_sha256: &[u8]) -> Option<Role> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token_sha256).copied()
    }

    pub fn learn(&self, token_sha256: &[u8], role: Role) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(token_sha256.to_vec(), role);
    }
}
