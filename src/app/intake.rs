//! What is looked at before any operation: how the address is written, and how large the body is.

use std::time::Duration;

use poem::{
    Body, Request,
    http::{StatusCode, Uri},
};
use tokio::{
    io::{AsyncReadExt, copy, sink},
    time::timeout,
};

use crate::error::Failure;

const BODY_LIMIT: u64 = 1024 * 1024;
/// How much of a body that is too large is read all the same, so that its sender is there for the answer.
const DISCARDED: u64 = 16 * BODY_LIMIT;
const PATIENCE_FOR_A_BODY: Duration = Duration::from_secs(30);

/// Takes the body in, whatever the answer will be: a request half read would be cut off and not answered.
pub async fn prepare(request: &mut Request) -> Result<(), Failure> {
    check_encoding(request.uri())?;
    let body = read(request.take_body());
    let body = timeout(PATIENCE_FOR_A_BODY, body)
        .await
        .unwrap_or_else(|_| Err(Failure::invalid("body", "The body did not arrive in time")))?;
    request.set_body(body);
    Ok(())
}

async fn read(body: Body) -> Result<Vec<u8>, Failure> {
    let incomplete = |error| Failure::invalid("body", format!("The body cannot be read: {error}"));
    let mut body = body.into_async_read();
    let mut bytes = Vec::new();
    (&mut body).take(BODY_LIMIT + 1).read_to_end(&mut bytes).await.map_err(incomplete)?;
    if bytes.len() as u64 > BODY_LIMIT {
        copy(&mut body.take(DISCARDED), &mut sink()).await.map_err(incomplete)?;
        return Err(StatusCode::PAYLOAD_TOO_LARGE.into());
    }
    Ok(bytes)
}

fn check_encoding(uri: &Uri) -> Result<(), Failure> {
    let refuse =
        |field| Failure::invalid(field, format!("{field}: the percent-encoding is not that of a text"));
    if !is_encoded_text(uri.path()) {
        return Err(refuse("path"));
    }
    for parameter in uri.query().unwrap_or_default().split('&') {
        if !is_encoded_text(parameter) {
            return Err(refuse(
                parameter.split('=').next().filter(|name| !name.contains('%')).unwrap_or("query"),
            ));
        }
    }
    Ok(())
}

/// Percent signs with two digits each, and UTF-8 without NUL behind them.
fn is_encoded_text(encoded: &str) -> bool {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut parts = encoded.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let Some((digits, rest)) = part.split_at_checked(2) else { return false };
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return false;
        }
        bytes.extend(u8::from_str_radix(digits, 16).ok());
        bytes.extend(rest.bytes());
    }
    !bytes.contains(&0) && str::from_utf8(&bytes).is_ok()
}
