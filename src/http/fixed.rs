//! Answers that are the same for everybody: compressed at most once in each coding, at the first request for it, and
//! known by their content.

use std::sync::Arc;

use bytes::Bytes;
use poem::{Response, http::header};
use sha2::{Digest, Sha256};
use tokio::{sync::OnceCell, task};

use super::compression::{Coding, Effort};
use crate::hex::hex;

#[derive(Clone)]
pub struct Fixed(Arc<Content>);

struct Content {
    plain: Bytes,
    digest: String,
    gzip: OnceCell<Bytes>,
    brotli: OnceCell<Bytes>,
}

impl Fixed {
    pub fn new(content: impl Into<Bytes>) -> Self {
        let plain = content.into();
        let digest = hex(&Sha256::digest(&plain)[..8]);
        Self(Arc::new(Content { plain, digest, gzip: OnceCell::new(), brotli: OnceCell::new() }))
    }

    #[cfg(test)]
    pub fn plain(&self) -> &[u8] {
        &self.0.plain
    }

    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// On its way out, it is compressed as the client takes it, or left out if the client has it.
    pub fn response(&self, content_type: &str) -> Response {
        let tag = format!("\"{}\"", self.digest());
        let response = Response::builder().content_type(content_type).header(header::ETAG, tag);
        let mut response = response.body(self.0.plain.clone());
        response.set_data(self.clone());
        response
    }

    pub async fn compressed(&self, coding: Coding) -> Option<Bytes> {
        let kept = match coding {
            Coding::Gzip => &self.0.gzip,
            Coding::Brotli => &self.0.brotli,
        };
        let plain = self.0.plain.clone();
        let compress = || async move {
            task::spawn_blocking(move || Bytes::from(coding.compress(&plain, Effort::Thorough))).await
        };
        kept.get_or_try_init(compress).await.ok().cloned()
    }
}
