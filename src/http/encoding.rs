//! Percent-encoding that stands for no text is refused before anything looks at it.

use poem::http::Uri;

use crate::{error::Failure, reason::Reason};

pub fn check_encoding(uri: &Uri) -> Result<(), Failure> {
    let refuse = |field| {
        Failure::about(
            Reason::InvalidEncoding,
            field,
            format!("{field}: this is not percent-encoded UTF-8 text"),
        )
    };
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
