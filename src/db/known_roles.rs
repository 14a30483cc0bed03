//! Whose role a session turned out to have: a hint for the choice of a connection, and for nothing else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::Role;

/// How many are kept. Beyond, all are forgotten, and learnt again.
const KEPT: usize = 20_000;

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
