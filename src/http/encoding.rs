//! Percent-encoding that stands for no text is refused before anything looks at it.

use poem::http::Uri;

use crate::{error::Failure, reason::Reason};

pub fn check_encoding(uri: &Uri) -> Result<(), Failure> {
    check("path", uri.path())?;
    uri.query().unwrap_or_default().split('&').try_for_each(|parameter| {
        let name = parameter.split('=').next().filter(|name| !name.contains('%'));
        check(name.unwrap_or("query"), parameter)
    })
}

fn check(field: &str, encoded: &str) -> Result<(), Failure> {
    let fault = match decoded(encoded) {
        None => "this is not percent-encoded UTF-8 text",
        Some(text) if text.contains('\0') => "a NUL character cannot be stored",
        Some(_) => return Ok(()),
    };
    Err(Failure::about(Reason::InvalidEncoding, field, format!("{field}: {fault}")))
}

/// Percent signs with two digits each, and UTF-8 behind them.
fn decoded(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut parts = encoded.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.extend(u8::from_str_radix(digits, 16).ok());
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}
