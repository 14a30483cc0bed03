//! Routes, documentation, and what holds for every request: an id, one shape for every failure, a line in
//! the log.

mod body;
mod client_address;
mod documented;

use std::{any::Any, net::IpAddr, sync::Arc, time::Instant};

use ipnet::IpNet;
use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Route,
    endpoint::make_sync,
    get,
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::CatchPanic,
    web::Html,
};
use poem_openapi::{ExtraHeader, OpenApi, OpenApiService, OperationId};
use serde_json::{Map, Value};
use uuid::Uuid;

use self::{body::Rest, client_address::client_address, documented::Operations};
use crate::{api, auth::RequestOrigin, config::Config, db::Db, error::Failure, store::Store};

/// The documentation comes whole with this server, and asks no other host for anything.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";
const REQUEST_ID: &str = "X-Request-Id";

pub fn app(db: Db, store: Store, config: Config) -> impl Endpoint {
    let shows_causes = config.environment.shows_causes();
    let trusted_proxies: Arc<[IpNet]> = config.trusted_proxies.clone().into();
    let service = service();
    let document = service.spec();
    let docs = docs(&service.swagger_ui_html());

    Route::new()
        .at("/openapi.json", get(make_sync(move |_| document.clone().with_content_type("application/json"))))
        .at(
            "/docs",
            get(make_sync(move |_| {
                Html(docs.clone()).with_header(header::CONTENT_SECURITY_POLICY, DOCS_POLICY)
            })),
        )
        .nest("/", service)
        .data(db)
        .data(store)
        .data(config)
        .with(CatchPanic::new().with_handler(panicked))
        .around(move |next, request| {
            let client_address = client_address(&request, &trusted_proxies);
            answer(next, request, client_address, shows_causes)
        })
}

pub fn document() -> String {
    service().spec() + "\n"
}

fn service() -> OpenApiService<Operations<impl OpenApi>, ()> {
    OpenApiService::new(Operations(api::operations()), "Casefile", env!("CARGO_PKG_VERSION"))
        .description(include_str!("app/description.md"))
        .license("MIT")
        .server("/")
        .extra_request_header::<Option<Uuid>, _>(
            ExtraHeader::new(REQUEST_ID)
                .description("Names the request in the log and in the audit trail. Made up if left out."),
        )
        .extra_response_header::<Uuid, _>(ExtraHeader::new(REQUEST_ID).description("The id of the request"))
}

/// Swagger UI, without the badge of a validator that lives elsewhere.
fn docs(html: &str) -> String {
    html.replace("deepLinking: true,", "deepLinking: true, validatorUrl: null,")
        .replace("<title>Swagger UI</title>", "<title>Casefile</title>")
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    poem::Error::from(Failure::internal("a panic, see above")).into_response()
}

async fn answer<E: Endpoint>(
    next: Arc<E>,
    mut request: Request,
    client_address: Option<IpAddr>,
    shows_causes: bool,
) -> poem::Result<Response> {
    let started = Instant::now();
    let origin = RequestOrigin {
        id: request.header(REQUEST_ID).and_then(|id| id.parse().ok()).unwrap_or_else(Uuid::new_v4),
        client_address: client_address.map(|address| address.to_string()),
    };
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.set_data(origin.clone());

    let response = match prepare(&mut request).await {
        Ok(rest) => {
            let response = next.get_response(request).await;
            rest.discard().await;
            response
        }
        Err(failure) => poem::Error::from(failure).into_response(),
    };

    let failure = failure_of(&response);
    let status = response.status().as_u16();
    let milliseconds = started.elapsed().as_millis();
    let place = response.data::<OperationId>().map_or(path, ToString::to_string);
    let cause = failure.as_ref().and_then(|failure| failure.cause.as_deref()).unwrap_or_default();
    if status >= 500 {
        tracing::error!(id = %origin.id, %method, place, status, milliseconds, cause);
    } else {
        tracing::info!(id = %origin.id, %method, place, status, milliseconds);
    }

    let mut response = match failure {
        Some(failure) => shaped(response, failure, origin.id, shows_causes),
        None => response,
    };
    if let Ok(id) = HeaderValue::from_str(&origin.id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    Ok(response)
}

/// Refuses what no operation should have to look at, and takes the body in.
async fn prepare(request: &mut Request) -> Result<Rest, Failure> {
    check_encoding(request.uri())?;
    body::take_in(request).await
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

fn failure_of(response: &Response) -> Option<Failure> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    failed.then(|| response.data().cloned().unwrap_or_else(|| Failure::from(status)))
}

/// The one shape of every failure.
fn shaped(mut response: Response, failure: Failure, request_id: Uuid, shows_causes: bool) -> Response {
    let size = failure.get("fileSize").and_then(Value::as_u64);
    let mut fields = Map::from_iter([
        ("error".to_owned(), Value::from(failure.message)),
        ("code".to_owned(), Value::from(failure.code)),
        ("requestId".to_owned(), Value::from(request_id.to_string())),
    ]);
    if let Some(cause) = failure.cause.filter(|_| shows_causes) {
        fields.insert("details".to_owned(), cause.into());
    }
    fields.extend(failure.extra);

    response.set_status(failure.status);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    if failure.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if failure.status == StatusCode::RANGE_NOT_SATISFIABLE
        && let Some(size) = size.and_then(|size| HeaderValue::from_str(&format!("bytes */{size}")).ok())
    {
        headers.insert(header::CONTENT_RANGE, size);
    }
    response.set_body(Value::Object(fields).to_string());
    response
}
