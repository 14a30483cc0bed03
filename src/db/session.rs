//! The caller and the request of a call to the database.

use std::{iter, net::IpAddr, sync::Arc};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::opening::Opening;

/// The credentials of a request. Only the database knows whose they are.
#[derive(Clone)]
pub struct Session {
    pub token_sha256: Vec<u8>,
    pub request: RequestOrigin,
    /// How to open it, if it is not open.
    pub opening: Option<Arc<Opening>>,
}

impl Session {
    /// For one of several things that a request asks for, each of which happens once under its key.
    pub fn with_part_of_key(mut self, number: usize, parts: &[&str]) -> Self {
        if let Some(IdempotencyKey { key, request_sha256 }) = &mut self.request.key {
            // Short, and unlike any key that a client makes up.
            *key = BASE64_URL_SAFE_NO_PAD.encode(digest_of([key.as_bytes(), &number.to_be_bytes()]));
            let parts = iter::once(request_sha256.as_slice()).chain(parts.iter().map(|part| part.as_bytes()));
            *request_sha256 = digest_of(parts);
        }
        self
    }
}

/// Which request it is and where it comes from, for the audit.
#[derive(Clone)]
pub struct RequestOrigin {
    pub id: Uuid,
    pub client_address: Option<IpAddr>,
    pub key: Option<IdempotencyKey>,
}

/// The key for asking again after a lost answer.
#[derive(Clone)]
pub struct IdempotencyKey {
    pub key: String,
    /// Of all that identifies the request.
    pub request_sha256: Vec<u8>,
}

/// Of several things, each with its length, so that none is taken for part of another.
pub fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}
