//! The whole application: routes, documentation, and what every request passes.

use std::{any::Any, sync::Arc};

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Response, Route,
    endpoint::make,
    get,
    middleware::{CatchPanic, CookieJarManager},
};
use poem_openapi::{ContactObject, ExtraHeader, LicenseObject, OpenApi, OpenApiService};
use serde_json::Value;
use uuid::Uuid;

use super::{
    admin, api, cookies, docs,
    document::finish,
    documented::Operations,
    examples::add_examples,
    limiters::Limiters,
    methods::Methods,
    parameters::IGNORED,
    pipeline::{self, Pipeline},
};
use crate::{
    config::Config,
    db::{Db, Usage},
    documents::Store,
    error::Failure,
    identity::Provider,
    metrics,
    stop::Stop,
    trace::TRACEPARENT,
    vitals::Vitals,
};

pub fn app(
    db: Db,
    store: Store,
    limiters: Limiters,
    provider: Option<Provider>,
    stop: Stop,
    config: Config,
) -> impl Endpoint {
    let config = Arc::new(config);

    let docs = Arc::new(docs::endpoint(&config, document));
    let service = Arc::new(service().into_endpoint());
    let (figures, stops) = (db.clone(), stop.clone());
    let routes = match config.admin {
        Some(_) => Route::new(),
        None => Route::new().at("/metrics", get(make(move |_| admin::text(figures.clone(), stops.clone())))),
    };
    routes
        .at("/openapi.json", get(Arc::clone(&docs)))
        .at("/", get(Arc::clone(&docs)))
        .at("/docs", get(Arc::clone(&docs)))
        .at("/docs/*path", get(docs))
        .at("/live", Arc::clone(&service))
        .at("/ready", Arc::clone(&service))
        .nest_no_strip("/api", service)
        .data(db)
        .data(store)
        .data(limiters.clone())
        .data(provider)
        .data(stop)
        .data(Arc::clone(&config))
        .with(CatchPanic::new().with_handler(panicked))
        .around({
            let pipeline = Arc::new(Pipeline { config, limiters, methods: methods(&operations()) });
            move |next, request| pipeline::answer(next, request, Arc::clone(&pipeline))
        })
        // Otherwise requests have no cookies before they reach the operation.
        .with(CookieJarManager::new())
        .before(|mut request| async move {
            cookies::make_readable(request.headers_mut());
            Ok(request)
        })
}

/// The OpenAPI document of all operations.
pub fn document() -> Value {
    finished(&service().spec())
}

#[expect(clippy::expect_used, reason = "the framework has just made it, and tests read it")]
fn finished(specification: &str) -> Value {
    add_examples(finish(serde_json::from_str(specification).expect("the framework writes JSON")))
}

fn operations() -> Operations<impl OpenApi> {
    Operations(api::operations())
}

fn methods<T: OpenApi>(_: &T) -> Methods {
    Methods::of(&T::meta())
}

fn service() -> OpenApiService<Operations<impl OpenApi>, ()> {
    OpenApiService::new(operations(), "Casefile", env!("CARGO_PKG_VERSION"))
        .description(include_str!("description.md"))
        .contact(ContactObject::new().name("The operators of this service"))
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit"))
        .server("/")
        .extra_request_header::<Option<Uuid>, _>(
            ExtraHeader::new(pipeline::REQUEST_ID).description(
                "A UUID: the id of the request in the log and in the audit trail. Generated if left out.",
            ),
        )
        .extra_request_header::<Option<String>, _>(ExtraHeader::new(TRACEPARENT).description(
            "The trace that the request belongs to (W3C Trace Context). The log shows its id.",
        ))
        .extra_response_header::<Uuid, _>(
            ExtraHeader::new(pipeline::REQUEST_ID).description("The id of the request"),
        )
        .extra_response_header::<Option<bool>, _>(ExtraHeader::new(pipeline::REQUEST_ID_REPLACED).description(
            "true if the `X-Request-Id` of the request was not a UUID, and the server has generated another",
        ))
        .extra_response_header::<Option<String>, _>(ExtraHeader::new(IGNORED).description(
            "The names of ignored query parameters, percent-encoded and separated by commas: unknown to the operation, or repeated. The first value of a repeated parameter is used",
        ))
}

impl Vitals for Db {
    async fn check_readiness(&self) -> Result<(), String> {
        let outcome = Self::check_readiness(self).await;
        outcome.map_err(|failure| failure.summary().unwrap_or(&failure.message).to_owned())
    }

    async fn measure(&self) {
        let Usage { used, idle, abandoned, waiting } = self.pool_usage();
        metrics::pool(used, idle, abandoned, waiting);
        // If the database is away, the other figures matter more.
        let (tasks, newest_anchor) = tokio::join!(self.measure_tasks(), self.newest_anchor());
        for state in tasks.unwrap_or_default() {
            metrics::documents_waiting(&state.task, state.waiting, state.oldest_seconds);
        }
        if let Some(seconds) = newest_anchor {
            metrics::newest_anchor(seconds);
        }
    }
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    poem::Error::from(Failure::internal("a panic, see above")).into_response()
}
