//! Which sites' pages may use this API from a browser: its own, those that the operator lists, and on a developer's machine
//! those of that machine.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use url::{Host, Origin, Url};

use crate::{config::Config, error::Failure, reason::Reason};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, casefile-membership, content-type, idempotency-key, if-match, if-none-match, if-range, range, traceparent, x-request-id",
);
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "allow, casefile-ignored-parameters, casefile-request-id-replaced, content-disposition, content-range, etag, idempotency-replayed, link, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id",
);
const A_DAY: HeaderValue = HeaderValue::from_static("86400");

/// The headers of a request about the page that it comes from.
pub enum PageOrigin {
    /// This site's page, or no page at all.
    Own,
    Allowed(HeaderValue),
    Foreign,
}

impl PageOrigin {
    pub fn of(headers: &HeaderMap, config: &Config) -> Self {
        let Some(stated) = headers.get(header::ORIGIN) else { return Self::Own };
        let Some(url) = stated.to_str().ok().and_then(|origin| Url::parse(origin).ok()) else {
            return Self::Foreign;
        };
        let origin = url.origin();
        if config.allowed_origins.contains(&origin) || config.allows_loopback_origins && is_loopback(&url) {
            Self::Allowed(stated.clone())
        } else if own_origin(headers, url.scheme()) == Some(origin) {
            Self::Own
        } else {
            Self::Foreign
        }
    }

    /// A browser sends its cookies with any request of another site's page; by itself it only forbids reading the
    /// answer.
    pub fn check(&self, request: &Request) -> Result<(), Failure> {
        let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if changes && matches!(self, Self::Foreign) {
            return Err(foreign());
        }
        Ok(())
    }

    /// A browser asks beforehand whether it may.
    pub fn preflight(&self, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !asks {
            return None;
        }
        let Self::Allowed(_) = self else {
            return Some(poem::Error::from(foreign()).into_response());
        };
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, A_DAY);
        Some(response)
    }

    /// Tells the browser that the page may read the answer.
    pub fn tell(self, headers: &mut HeaderMap) {
        if let Self::Allowed(origin) = self {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// With any scheme: TLS may end at a proxy.
fn own_origin(headers: &HeaderMap, scheme: &str) -> Option<Origin> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    Url::parse(&format!("{scheme}://{host}")).ok().map(|url| url.origin())
}

fn foreign() -> Failure {
    Failure::new(
        Reason::ForeignOrigin,
        "A page of another site sent this request, and the operators have not allowed that site",
    )
}
