//! A text that is the same for all who ask.

use std::sync::OnceLock;

use bytes::Bytes;
use poem::{Response, http::header};
use sha2::{Digest, Sha256};

use super::compression::{Coding, Effort};
use crate::hex::hex;

/// Compressed once in each coding, when somebody first asks for it.
pub struct Fixed {
    plain: Bytes,
    tag: String,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

impl Fixed {
    pub fn new(text: impl Into<Bytes>) -> Self {
        let plain = text.into();
        let tag = format!("\"{}\"", hex(&Sha256::digest(&plain)));
        Self { plain, tag, gzip: OnceLock::new(), brotli: OnceLock::new() }
    }

    /// Clients may keep it, and ask whether it is still the same.
    pub fn response(&'static self, content_type: &str) -> Response {
        let mut response = Response::builder()
            .content_type(content_type)
            .header(header::ETAG, &self.tag)
            .header(header::CACHE_CONTROL, "no-cache")
            .body(self.plain.clone());
        response.set_data(self);
        response
    }

    pub fn compressed(&self, coding: Coding) -> Bytes {
        let kept = match coding {
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        };
        kept.get_or_init(|| coding.compress(&self.plain, Effort::Thorough).into()).clone()
    }
}
