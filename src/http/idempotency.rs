//! The key under which a client may ask for the same again.

use poem::{
    Request,
    http::{HeaderValue, Method, header},
};

use crate::{
    db::{IdempotencyKey, digest_of},
    error::Failure,
    field_error::FieldCode,
};

pub const HEADER: &str = "Idempotency-Key";
/// Says of an answer that it was given before.
pub const REPLAYED: &str = "Idempotency-Replayed";
pub const LONGEST: usize = 255;

/// The key of a request, with the digest of what makes it the same request. A form's files are not part of it yet.
pub fn key_of(request: &Request, body: &[u8]) -> Result<Option<IdempotencyKey>, Failure> {
    let takes_key = matches!(*request.method(), Method::POST | Method::PATCH);
    let mut stated = request.headers().get_all(HEADER).iter().filter(|_| takes_key);
    let Some(key) = stated.next() else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| is_key(key) && stated.next().is_none()).ok_or_else(|| {
        let message = format!("{HEADER}: must be 1 to {LONGEST} printable ASCII characters");
        Failure::invalid(HEADER, FieldCode::InvalidFormat, message)
    })?;

    let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let if_match: Vec<_> =
        request.headers().get_all(header::IF_MATCH).iter().map(HeaderValue::as_bytes).collect();
    let if_match = if_match.join(&b", "[..]);
    let request_sha256 =
        digest_of([request.method().as_str().as_bytes(), address.as_bytes(), &if_match, body]);
    Ok(Some(IdempotencyKey { key: key.to_owned(), request_sha256 }))
}

fn is_key(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
