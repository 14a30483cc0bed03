//! Entity tags, by which a client says what it has seen.
//!
//! The tag of a case is `"3.9f86d081884c7d65"`: its version, and a digest of what the caller can see of it, which changes
//! without the version when a judge is assigned or the next hearing draws near. `If-None-Match` compares all of it.
//! `If-Match` is about changes of the case, so it compares only the version; it still accepts `"3"`, the whole tag of earlier
//! releases. The history is not in the digest, because the version determines it. So an answer to a change has the same tag as
//! the case that is read next. A compressed answer has other bytes, and so another tag: `"3.9f86d081884c7d65-gzip"`.

use std::hash::{DefaultHasher, Hash, Hasher};

use poem::http::{HeaderMap, HeaderValue, header};

use super::compression::Coding;
use crate::{error::Failure, field_error::FieldCode, values::CaseRecord};

const DIGITS: usize = 16;

/// A server of another release may make another digest; clients then read the case again.
pub fn of_case(case: &CaseRecord) -> String {
    let mut hasher = DefaultHasher::new();
    case.hash(&mut hasher);
    format!("\"{}.{:0DIGITS$x}\"", case.version, hasher.finish())
}

/// The version that a tag states. A tag that this server would not write states none.
pub fn version_of(tag: &str) -> Option<i32> {
    let opaque = tag.strip_prefix('"')?.strip_suffix('"')?;
    let version = match opaque.split_once('.') {
        None => opaque,
        Some((version, rest)) => {
            let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let digest = without_coding(rest);
            (digest.len() == DIGITS && digest.bytes().all(is_digit)).then_some(version)?
        }
    };
    version.parse().ok().filter(|number: &i32| number.to_string() == version)
}

/// The framework passes over a header that is not ASCII. Then a change would be made as if no version were stated.
pub fn check_if_match(headers: &HeaderMap) -> Result<(), Failure> {
    if headers.get_all(header::IF_MATCH).iter().all(|value| value.to_str().is_ok()) {
        return Ok(());
    }
    let message = "If-Match: must be printable ASCII characters";
    Err(Failure::invalid("If-Match", FieldCode::InvalidCharacter, message))
}

/// The tag of the same in another coding.
pub fn in_coding(tag: &str, coding: Coding) -> String {
    format!("{}-{}\"", tag.strip_suffix('"').unwrap_or(tag), coding.name())
}

/// Whether `If-None-Match` lists the tag, in whatever coding the client was given it.
pub fn is_listed(tag: &str, if_none_match: &[HeaderValue]) -> bool {
    let lists = if_none_match.iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|listed| listed == "*" || opaque(listed) == opaque(tag))
}

/// Without the part that a weak comparison ignores.
fn opaque(tag: &str) -> &str {
    without_coding(tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"'))
}

fn without_coding(tag: &str) -> &str {
    let coding = [Coding::Gzip, Coding::Brotli].map(Coding::name);
    tag.rsplit_once('-').filter(|(_, last)| coding.contains(last)).map_or(tag, |(tag, _)| tag)
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::{Example, ParseFromJSON, ToJSON};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_tag_states_its_version_and_so_does_the_version_alone() {
        let tag = of_case(&CaseRecord::example());
        assert_eq!(tag, of_case(&CaseRecord::example()));
        for coded in [&tag, &in_coding(&tag, Coding::Gzip), &in_coding(&tag, Coding::Brotli), "\"3\""] {
            assert_eq!(version_of(coded), Some(3), "{coded}");
        }
        for other in [
            "\"3.\"",
            "\"3.12\"",
            "\"3.9F86D081884C7D65\"",
            "\"3.9f86d081884c7d65-zstd\"",
            "\"03\"",
            "W/\"3\"",
            "3",
        ] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }

    #[test]
    fn every_field_that_is_shown_is_in_the_tag() {
        let read = |shown: &Value| CaseRecord::parse_from_json(Some(shown.clone())).ok().unwrap();
        let mut shown = CaseRecord::example().to_json().unwrap();
        shown["statusReason"] = "a".into();
        shown["redacted"] = true.into();
        let case = read(&shown);
        let changed = changed(&shown);
        assert!(changed.len() > 20, "{changed:?}");
        for other in changed {
            assert_ne!(of_case(&read(&other)), of_case(&case), "{other}");
        }
    }

    /// The same with one value changed, for each value.
    fn changed(value: &Value) -> Vec<Value> {
        let within = |items: &[Value], wrap: &dyn Fn(usize, Value) -> Value| {
            let items = items.iter().enumerate();
            items
                .flat_map(|(at, item)| changed(item).into_iter().map(move |item| (at, item)))
                .map(|(at, item)| wrap(at, item))
                .collect()
        };
        match value {
            Value::Object(fields) => {
                let values: Vec<_> = fields.values().cloned().collect();
                within(&values, &|at, item| {
                    let mut fields = fields.clone();
                    if let Some((_, field)) = fields.iter_mut().nth(at) {
                        *field = item;
                    }
                    Value::Object(fields)
                })
            }
            Value::Array(items) => within(items, &|at, item| {
                let mut items = items.clone();
                items[at] = item;
                Value::Array(items)
            }),
            Value::Bool(flag) => vec![Value::Bool(!flag)],
            Value::Number(number) => vec![Value::from(number.as_i64().unwrap() + 1)],
            // A moment or an id stays one.
            Value::String(text) if text.contains('0') => vec![Value::from(text.replacen('0', "1", 1))],
            Value::String(text) => vec![Value::from(text.clone() + "x")],
            Value::Null => Vec::new(),
        }
    }

    #[test]
    fn a_tag_is_known_by_all_of_it_in_any_coding_strong_or_weak() {
        let tag = "\"3.9f86d081884c7d65\"";
        for (stated, is_known) in [
            (&[tag][..], true),
            (&["\"1\", \"3.9f86d081884c7d65-br\""], true),
            (&["\"1\"", "W/\"3.9f86d081884c7d65-gzip\""], true),
            (&["*"], true),
            (&["\"3\""], false),
            (&["\"3.9f86d081884c7d66\""], false),
            (&["\"3.9f86d081884c7d65-zstd\""], false),
            (&[""], false),
            (&[], false),
        ] {
            let stated: Vec<_> = stated.iter().map(|value| HeaderValue::from_static(value)).collect();
            assert_eq!(is_listed(tag, &stated), is_known, "{stated:?}");
        }
    }
}
