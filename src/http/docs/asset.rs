//! Files served as they are, and how long a browser may keep them.

use bytes::Bytes;
use poem::{
    Response,
    http::{HeaderValue, header},
};

use crate::http::fixed::Fixed;

pub struct Asset {
    content_type: &'static str,
    policy: HeaderValue,
    content: Fixed,
}

/// How long a browser may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keep {
    /// Its address has its digest in it: another content has another address.
    Forever,
    /// It asks each time whether it is still the same.
    Revalidated,
}

impl Keep {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Revalidated => "no-cache",
        })
    }
}

impl Asset {
    pub fn new(content_type: &'static str, policy: HeaderValue, content: impl Into<Bytes>) -> Self {
        Self { content_type, policy, content: Fixed::new(content) }
    }

    /// `style.css` with its digest: `style-1f0c9a3e5b7d2468.css`.
    pub fn name(&self, plain: &str) -> String {
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        format!("{stem}-{}.{ending}", self.content.digest())
    }

    #[cfg(test)]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.content.plain()).into_owned()
    }

    pub fn answer(&self, keep: Keep) -> Response {
        let mut response = self.content.response(self.content_type);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, keep.header());
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        response
    }
}
