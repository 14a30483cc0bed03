//! The shape of failures in RFC 9457, for clients that ask for it.

use poem::http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::accept::prefers;
use crate::error::Failure;

pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Whether the request asks for problem details, and does not prefer plain JSON.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    prefers(headers, "application/problem+json")
}

/// The members that RFC 9457 defines. All others are extensions.
pub fn members(failure: &Failure, request_id: Uuid) -> Map<String, Value> {
    let word = failure.reason.word();
    let title = word.split('_').map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
    let (first, rest) = title.split_at(1);
    Map::from_iter([
        ("type".to_owned(), format!("/docs/errors#{word}").into()),
        ("title".to_owned(), (first.to_ascii_uppercase() + rest).into()),
        ("status".to_owned(), failure.status.as_u16().into()),
        ("detail".to_owned(), failure.message.as_str().into()),
        ("instance".to_owned(), format!("urn:uuid:{request_id}").into()),
    ])
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue, header};

    use super::is_wanted;

    #[test]
    fn problems_are_for_those_who_want_them_at_least_as_much_as_json() {
        for (accept, wanted) in [
            ("application/problem+json", true),
            ("application/json, application/problem+json", true),
            ("Application/Problem+JSON; charset=utf-8", true),
            ("application/problem+json;q=0.5, application/json;q=0.4", true),
            ("application/problem+json;q=0.5, application/*;q=0.4, */*;q=0.9", true),
            ("application/problem+json;q=0.5, application/json", false),
            ("application/problem+json; q=0.5, */*", false),
            ("application/problem+json;q=0", false),
            ("application/json", false),
            ("*/*", false),
            ("application/problem+xml", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(is_wanted(&headers), wanted, "{accept}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
