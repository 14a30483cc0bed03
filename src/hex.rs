//! Bytes in hexadecimal, in small letters.

use std::fmt::Write;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Those of a SHA-256, if that is what the text is.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || text.bytes().any(|digit| !matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (number, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * number..2 * number + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_bytes_are_decoded_and_anything_else_is_refused() {
        let bytes: [u8; 32] = std::array::from_fn(|number| u8::try_from(number * 8).unwrap());
        let text = hex(&bytes);
        assert!(text.starts_with("00081018") && text.ends_with("f0f8"), "{text}");
        assert_eq!(unhex(&text), Some(bytes));
        let wrong = [&text[2..], &format!("{text}00"), &text.to_uppercase(), &text.replace("00", "+0"), ""];
        assert!(wrong.iter().all(|text| unhex(text).is_none()));
    }
}
