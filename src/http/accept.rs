//! The names that a client accepts, each with a weight (RFC 9110, section 12.4.2).

use poem::http::{HeaderMap, HeaderName, header};

/// The names in such a header, each with its weight in thousandths. A weight that cannot be read counts as none.
fn weights(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, u16)> {
    let listed = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        Some((name, parts.find_map(weight).unwrap_or(1000)))
    })
}

fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let value: f32 = value.trim().parse().ok().filter(|_| name.trim().eq_ignore_ascii_case("q"))?;
    if !value.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 1000")]
    Some((value.clamp(0.0, 1.0) * 1000.0) as u16)
}

/// The weight of the first of these names that the header lists.
pub fn weight_of(headers: &HeaderMap, header: &HeaderName, names: &[&str]) -> Option<u16> {
    names.iter().find_map(|wanted| {
        let mut listed = weights(headers, header.clone());
        listed.find_map(|(name, weight)| name.eq_ignore_ascii_case(wanted).then_some(weight))
    })
}

/// Whether the client names this media type, and likes it as much as JSON.
pub fn prefers(headers: &HeaderMap, media_type: &str) -> bool {
    let weight = |names: &[&str]| weight_of(headers, &header::ACCEPT, names).unwrap_or_default();
    let wanted = weight(&[media_type]);
    wanted > 0 && wanted >= weight(&["application/json", "application/*", "*/*"])
}

/// Whether a client may be given JSON. A client that asks for problems in JSON means the successes too.
pub fn takes_json(headers: &HeaderMap) -> bool {
    let states_types = weights(headers, header::ACCEPT).any(|(name, _)| name.contains('/'));
    let takes = |names: &[&str]| weight_of(headers, &header::ACCEPT, names).is_some_and(|weight| weight > 0);
    !states_types
        || takes(&["application/json", "application/*", "*/*"])
        || takes(&["application/problem+json"])
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn accepting(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (header::ACCEPT, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_most_specific_range_counts() {
        for (values, takes) in [
            (&[][..], true),
            (&[""], true),
            (&["*/*"], true),
            (&["application/json"], true),
            (&["Application/JSON; charset=utf-8"], true),
            (&["application/*;q=0.1"], true),
            (&["text/html, application/xhtml+xml, */*;q=0.8"], true),
            (&["text/html", "application/json"], true),
            (&["application/problem+json"], true),
            (&["nonsense"], true),
            (&["application/json;q=nonsense"], true),
            (&["application/json;q=NaN"], true),
            (&["application/json;q=-1"], false),
            (&["text/html"], false),
            (&["text/*;q=1.0"], false),
            (&["application/json;q=0"], false),
            (&["application/json; Q = 0.000, */*"], false),
            (&["application/*;q=0, */*"], false),
            (&["*/*;q=0"], false),
            (&["application/problem+json;q=0, text/html"], false),
            (&["application/jsonp"], false),
        ] {
            assert_eq!(takes_json(&accepting(values)), takes, "{values:?}");
        }
    }

    #[test]
    fn a_weight_is_from_0_to_1() {
        for (value, weight) in [
            ("a", Some(1000)),
            ("a;q=0.5", Some(500)),
            ("a ; x=1 ; q=0.333 , b", Some(333)),
            ("b, *;q=0.2", Some(200)),
            ("a;q=0, *", Some(0)),
            ("a;q=7", Some(1000)),
            ("b", None),
        ] {
            let headers = accepting(&[value]);
            assert_eq!(weight_of(&headers, &header::ACCEPT, &["a", "*"]), weight, "{value}");
        }
    }
}
