//! What is served as it is: compressed at most once, when somebody first wants it so, and known by its content.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};
use tokio::{sync::OnceCell, task};

use crate::hex::hex;

/// The highest levels cost seconds, and save a few percent more.
const BROTLI: i32 = 9;
const GZIP: Compression = Compression::new(9);

pub struct Asset {
    content_type: &'static str,
    policy: HeaderValue,
    bytes: Bytes,
    digest: String,
    gzip: OnceCell<Bytes>,
    brotli: OnceCell<Bytes>,
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
    pub fn new(content_type: &'static str, policy: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let digest = hex(&Sha256::digest(&bytes)[..8]);
        Self { content_type, policy, bytes, digest, gzip: OnceCell::new(), brotli: OnceCell::new() }
    }

    /// `style.css` with its digest: `style-1f0c9a3e5b7d2468.css`.
    pub fn name(&self, plain: &str) -> String {
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        format!("{stem}-{}.{ending}", self.digest)
    }

    pub async fn answer(&self, request: &Request, keep: Keep) -> Response {
        // Weak, as it is the same for each encoding.
        let tag = format!("W/\"{}\"", self.digest);
        let response = Response::builder()
            .header(header::ETAG, &tag)
            .header(header::CACHE_CONTROL, keep.header())
            .header(header::CONTENT_SECURITY_POLICY, self.policy.clone())
            .header(header::VARY, "Accept-Encoding");
        if is_known(request.headers(), &tag) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let (bytes, encoding) = self.encoded(request.headers()).await;
        let response = response.content_type(self.content_type);
        match encoding {
            Some(name) => response.header(header::CONTENT_ENCODING, name).body(bytes),
            None => response.body(bytes),
        }
    }

    async fn encoded(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        let made = if accepts(headers, "br") {
            Some((&self.brotli, brotli as fn(&[u8]) -> Vec<u8>, "br"))
        } else if accepts(headers, "gzip") {
            Some((&self.gzip, gzip as fn(&[u8]) -> Vec<u8>, "gzip"))
        } else {
            None
        };
        if let Some((cell, compress, name)) = made {
            let plain = self.bytes.clone();
            let compressed = cell.get_or_try_init(|| async move {
                task::spawn_blocking(move || Bytes::from(compress(&plain))).await
            });
            if let Ok(bytes) = compressed.await {
                return (bytes.clone(), Some(name));
            }
        }
        (self.bytes.clone(), None)
    }
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let parameters =
        BrotliEncoderParams { quality: BROTLI, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    // Into memory, where nothing can fail.
    let _ = brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters);
    compressed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), GZIP);
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// `If-None-Match` names that tag, or any.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    values(headers, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == strong)
}

/// `Accept-Encoding` names that encoding, and not with `q=0`.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    values(headers, header::ACCEPT_ENCODING).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        is_it && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// What a list in a header has, however many lines it takes.
fn values(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn asked(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn an_encoding_counts_unless_its_weight_is_nothing() {
        for (value, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, gzip; q=1.0", false, true),
            ("identity", false, false),
            ("br;q=high", false, false),
            ("", false, false),
        ] {
            let headers = asked(header::ACCEPT_ENCODING, value);
            assert_eq!((accepts(&headers, "br"), accepts(&headers, "gzip")), (br, gzip), "{value}");
        }
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        for (value, known) in [
            ("W/\"1f\"", true),
            ("\"1f\"", true),
            ("\"2f\", W/\"1f\"", true),
            ("*", true),
            ("\"2f\"", false),
            ("1f", false),
        ] {
            assert_eq!(is_known(&asked(header::IF_NONE_MATCH, value), "W/\"1f\""), known, "{value}");
        }
    }

    #[test]
    fn what_is_compressed_comes_out_as_it_went_in() {
        let text = "the same again and again, ".repeat(100);
        let mut out = String::new();
        flate2::read::GzDecoder::new(&*gzip(text.as_bytes())).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
        let mut out = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(text.as_bytes()), &mut out).unwrap();
        assert_eq!(out, text.as_bytes());
    }
}
