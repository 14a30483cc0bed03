//! The way of every request in and out: it gets an id, is refused if no operation needs to see it, its failure gets the
//! common shape, and it leaves a line in the log.

use std::{net::IpAddr, sync::Arc, time::Instant};

use poem::{
    Endpoint, Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use poem_openapi::OperationId;
use serde_json::{Map, Value};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    auth::{check_credentials, has_bearer, presented_session},
    body::{self, ReceivedBody, RestOfBody},
    client_address::client_address,
    encoding::check_encoding,
    entity_tag::check_if_match,
    fixed::Fixed,
    idempotency::{self, key_of},
    limiters::{Limiters, is_limited},
    methods::Methods,
    origin::PageOrigin,
    probes::is_probe,
    problem,
    representation::Wanted,
    standing::{self, with_standings},
    time_limit::TimeLimit,
};
use crate::{
    config::Config,
    db::{Cost, RequestOrigin, with_cost},
    error::Failure,
    metrics,
    process::milliseconds,
    reason::Reason,
    trace::{TRACEPARENT, Trace, with_trace},
};

pub const REQUEST_ID: &str = "X-Request-Id";
/// Says that the request's own id was no UUID.
pub const REQUEST_ID_REPLACED: &str = "Casefile-Request-Id-Replaced";

/// A page that was tricked into showing an answer may do nothing with it.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// RFC 6750. The body says what is wrong with a token.
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"casefile\"");
const INVALID_TOKEN: HeaderValue =
    HeaderValue::from_static("Bearer realm=\"casefile\", error=\"invalid_token\"");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// The values that the pipeline depends on.
pub struct Pipeline {
    pub config: Arc<Config>,
    pub limiters: Limiters,
    pub methods: Methods,
}

pub async fn answer<E: Endpoint>(
    next: Arc<E>,
    mut request: Request,
    pipeline: Arc<Pipeline>,
) -> poem::Result<Response> {
    let Pipeline { config, limiters, methods } = &*pipeline;
    let started = Instant::now();
    let own_id = request.headers().get(REQUEST_ID);
    let readable_id = own_id.and_then(|id| id.to_str().ok()?.parse().ok());
    let replaces_id = own_id.is_some() && readable_id.is_none();
    let id = readable_id.unwrap_or_else(Uuid::new_v4);
    let wants_problem = problem::is_wanted(request.headers());
    let trace = request.header(TRACEPARENT).and_then(Trace::read);
    #[cfg(feature = "otlp")]
    let (span, trace) = crate::otlp::begin(trace.as_ref());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (page_origin, is_probe) = (PageOrigin::of(request.headers(), config), is_probe(&path));
    let wanted = Wanted::of(&request);

    let limit = TimeLimit::default();
    request.set_data(limit.clone());
    let session = presented_session(&request);
    // It is large, and every wrapper would move it.
    let work = Box::pin(respond(next, request, id, session.as_ref(), &page_origin, config, limiters));
    let work = async {
        let patience = config.connections.request;
        let (response, rest) = limit
            .keep(patience, work)
            .await
            .unwrap_or_else(|| refused(Failure::unavailable("the request took too long")));
        // Its sender hears the answer in any case.
        let _ = timeout(patience, rest.discard()).await;
        response
    };
    let work = with_trace(trace.clone(), with_cost(with_standings(work)));
    let ((response, standings), Cost { database, role, is_replay }) = work.await;
    if let Some(session) = session.filter(|_| role.is_some()) {
        limiters.remember(session);
    }

    let response = methods.tell(&method, &path, response);
    let failure = failure_of(&response);
    let response = if failure.is_none() { wanted.give(response).await } else { response };
    let status = response.status().as_u16();
    let took = started.elapsed();
    let operation = response.data::<OperationId>().map_or("none", |id| id.0);
    metrics::answered(operation, status, took);
    #[cfg(feature = "otlp")]
    crate::otlp::end(span, operation, status, database);

    let (shows_causes, is_deployed) = (config.environment.shows_causes(), config.environment.is_deployed());
    // A request that is no operation's may hold anything there.
    let (method, path) = if is_deployed { (None, None) } else { (Some(method.as_str()), Some(path)) };
    let cause = failure.as_ref().and_then(|failure| {
        let cause = failure.cause.as_ref()?;
        Some(if is_deployed { cause.summary.as_str() } else { cause.text.as_str() })
    });
    let (milliseconds, database_ms) = (milliseconds(took), milliseconds(database));
    let trace = trace.as_ref().map(Trace::id);
    if is_probe {
    } else if status >= 500 {
        tracing::error!(%id, trace, operation, role, status, milliseconds, database_ms, method, path, cause, "request");
    } else if config.log.has_requests {
        tracing::info!(%id, trace, operation, role, status, milliseconds, database_ms, method, path, "request");
    }

    let mut response = match failure {
        Some(failure) => wanted.give(shaped(response, failure, id, shows_causes, wants_problem)).await,
        None => response,
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if replaces_id {
        headers.insert(REQUEST_ID_REPLACED, HeaderValue::from_static("true"));
    }
    if is_replay == Some(true) {
        headers.insert(idempotency::REPLAYED, HeaderValue::from_static("true"));
    }
    standing::tell(&standings, headers);
    page_origin.tell(headers);
    secure(headers, is_deployed);
    Ok(response)
}

/// The answer, and what it leaves of the body.
async fn respond<E: Endpoint>(
    next: Arc<E>,
    mut request: Request,
    id: Uuid,
    session: Option<&Vec<u8>>,
    page_origin: &PageOrigin,
    config: &Config,
    limiters: &Limiters,
) -> (Response, RestOfBody) {
    if let Some(response) = page_origin.preflight(&request) {
        return (response, RestOfBody::default());
    }
    let address = client_address(&request, &config.trusted_proxies);
    // Before anything is refused: with its body half read, a connection ends, and the answer may be lost.
    let ReceivedBody { rest, json } = match body::receive(&mut request).await {
        Ok(received) => received,
        Err(failure) => return refused(failure),
    };
    let admitted =
        check(&request, session, address, page_origin, limiters).and_then(|()| key_of(&request, &json));
    let response = match admitted {
        Ok(key) => {
            if !rest.is_form() {
                request.set_body(json);
            }
            request.set_data(RequestOrigin { id, client_address: address, key });
            if request.method() == Method::HEAD {
                request.set_method(Method::GET);
                // Only GET has ranges (RFC 9110, section 14.2).
                request.headers_mut().remove(header::RANGE);
            }
            next.get_response(request).await
        }
        Err(failure) => poem::Error::from(failure).into_response(),
    };
    (response, rest)
}

fn refused(failure: Failure) -> (Response, RestOfBody) {
    (poem::Error::from(failure).into_response(), RestOfBody::default())
}

/// Refuses requests that no operation needs to see.
fn check(
    request: &Request,
    session: Option<&Vec<u8>>,
    address: Option<IpAddr>,
    page_origin: &PageOrigin,
    limiters: &Limiters,
) -> Result<(), Failure> {
    check_encoding(request.uri())?;
    check_credentials(request)?;
    check_if_match(request.headers())?;
    if !has_bearer(request) {
        page_origin.check(request)?;
    }
    if is_limited(request.uri().path()) {
        limiters.check_request(session, address)?;
    }
    Ok(())
}

fn failure_of(response: &Response) -> Option<Failure> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    // The guide has a page of its own for browsers.
    let is_page = response.data::<Fixed>().is_some();
    (failed && !is_page).then(|| response.data().cloned().unwrap_or_else(|| Failure::from(status)))
}

/// The one shape of every failure.
fn shaped(
    mut response: Response,
    failure: Failure,
    request_id: Uuid,
    shows_causes: bool,
    wants_problem: bool,
) -> Response {
    let refuses_token = matches!(failure.reason, Reason::InvalidToken | Reason::SessionsEnded);
    let size = failure.get("fileSize").and_then(Value::as_u64);
    let (content_type, mut fields) = if wants_problem {
        (problem::MEDIA_TYPE, problem::members(&failure, request_id))
    } else {
        (JSON, Map::from_iter([("error".to_owned(), failure.message.as_str().into())]))
    };
    fields.insert("code".to_owned(), failure.code().into());
    fields.insert("reason".to_owned(), failure.reason.word().into());
    fields.insert("requestId".to_owned(), request_id.to_string().into());
    if let Some(cause) = failure.cause.filter(|_| shows_causes) {
        fields.insert("details".to_owned(), cause.text.into());
    }
    fields.extend(failure.extra);

    response.set_status(failure.status);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    if failure.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, if refuses_token { INVALID_TOKEN } else { BEARER });
    }
    if let Some(seconds) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if failure.status == StatusCode::RANGE_NOT_SATISFIABLE
        && let Some(size) = size.and_then(|size| HeaderValue::from_str(&format!("bytes */{size}")).ok())
    {
        headers.insert(header::CONTENT_RANGE, size);
    }
    response.set_body(Value::Object(fields).to_string());
    response
}

/// Against browsers that guess, keep, frame, or go on in the clear. An answer's own headers stay.
fn secure(headers: &mut HeaderMap, is_deployed: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CONTENT_POLICY);
    if is_deployed {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
}
