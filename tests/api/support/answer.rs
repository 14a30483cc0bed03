//! An answer, and the rules for every answer.

use std::io::Read;

use casefile::reason::Reason;
use flate2::read::GzDecoder;
use serde_json::Value;
use ureq::http::HeaderMap;
use uuid::Uuid;

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// As they came, compressed or not.
    pub bytes: Vec<u8>,
    /// Empty where the body is none.
    pub text: String,
    /// Null where the body is not JSON.
    pub json: Value,
    /// The request, for messages.
    what: String,
}

/// Undoes any compression.
fn decoded(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    // HEAD tells of a body that does not come.
    match headers.get("Content-Encoding").filter(|_| !body.is_empty()).map(|coding| coding.to_str().unwrap())
    {
        None => plain.extend_from_slice(body),
        Some("gzip") => drop(GzDecoder::new(body).read_to_end(&mut plain).unwrap()),
        Some("br") => brotli::BrotliDecompress(&mut &*body, &mut plain).unwrap(),
        Some(other) => panic!("nobody has asked for {other}"),
    }
    plain
}

impl Answer {
    pub fn read(what: String, mut response: ureq::http::Response<ureq::Body>) -> Self {
        let bytes = response
            .body_mut()
            .with_config()
            .limit(50_000_000)
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{what}: the answer was cut off: {error}"));
        Self::of(what, response.status().as_u16(), response.headers().clone(), bytes)
    }

    pub fn of(what: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        // Only documents may be anything.
        let is_document = headers.contains_key("Content-Disposition");
        let text = String::from_utf8(decoded(&headers, &body)).unwrap_or_else(|error| {
            assert!(is_document, "{what}: the answer is no text: {error}");
            String::new()
        });
        Self {
            status,
            headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
            bytes: body,
            what,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// All values of a header that may come several times, in one line.
    pub fn list(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        values.collect::<Vec<_>>().join(", ")
    }

    /// The only Set-Cookie of the answer.
    pub fn cookie(&self) -> &str {
        let mut cookies = self.headers.get_all("Set-Cookie").iter();
        let cookie = cookies.next().unwrap_or_else(|| panic!("{}: no cookie", self.what));
        assert!(cookies.next().is_none(), "{}: more than one cookie", self.what);
        cookie.to_str().unwrap()
    }

    pub fn request_id(&self) -> Uuid {
        self.header("X-Request-Id").expect("no X-Request-Id").parse().unwrap()
    }

    /// The body, if the request succeeded.
    #[track_caller]
    pub fn succeeded(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.what, self.text);
        self.json
    }

    /// The body, if the request was refused in this way.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}: {}",
            self.what,
            self.text
        );
        self.json
    }

    /// The body, if this field was refused.
    #[track_caller]
    pub fn refused_field(self, field: &str) -> Value {
        let what = self.what.clone();
        let body = self.refused(400, "VALIDATION_ERROR");
        assert_eq!(body["field"], field, "{what}: {body}");
        body
    }

    /// One shape for every failure, and a request id on everything.
    #[track_caller]
    pub fn check_shape(&self) {
        let Self { what, status, text, json, .. } = self;
        let id = self
            .header("X-Request-Id")
            .unwrap_or_else(|| panic!("{what}: no X-Request-Id ({status} {text})"));
        assert!(id.parse::<Uuid>().is_ok(), "{what}: the request id {id} is no UUID");
        assert!(*status != 422, "{what}: 422 is never answered: {text}");
        if *status < 400 {
            return;
        }
        let is_text = |key: &str| json[key].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_text("error"), "{what}: {status} without a sentence: {text}");
        let word =
            json["reason"].as_str().unwrap_or_else(|| panic!("{what}: {status} without a reason: {text}"));
        let reason = Reason::of_word(word).unwrap_or_else(|| panic!("{what}: {word} is not in the register"));
        let is_known = reason
            .answers()
            .iter()
            .any(|answer| (answer.0, Some(answer.1)) == (*status, json["code"].as_str()));
        assert!(is_known, "{what}: {word} is not {status} with this code: {text}");
        assert_eq!(json["requestId"], id, "{what}: {text}");
        if reason == Reason::InvalidInput {
            assert!(
                json["field"].is_string() && json["errors"][0]["field"] == json["field"],
                "{what}: {text}"
            );
        }
        let kind = self.header("Content-Type").unwrap_or_default();
        assert!(kind.starts_with("application/json"), "{what}: an error of type {kind}");
        if *status == 503 {
            assert!(self.header("Retry-After").is_some(), "{what}: 503 without Retry-After");
        }
    }
}
