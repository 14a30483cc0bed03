//! The endpoints on `ADMIN_PORT`, for operators and not for clients.

use std::net::SocketAddr;

use poem::{
    Endpoint, EndpointExt, IntoResponse, Response, Route,
    endpoint::make,
    get,
    http::{HeaderValue, StatusCode, header},
    middleware::CatchPanic,
};
use serde_json::{Value, json};
use tokio::{join, task::AbortHandle};

use super::server::{listen, run};
use crate::{config::ADMIN, metrics, stop::Stop, vitals::Vitals};

/// Listens there until the guard is dropped.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub fn serve_admin(address: SocketAddr, vitals: impl Vitals, stop: Stop) -> Result<AbortOnDrop, String> {
    let listener = listen(address, ADMIN)?;
    let serving = tokio::spawn(run(listener, admin(vitals, stop), ADMIN, Stop::never()));
    Ok(AbortOnDrop(serving.abort_handle()))
}

/// A task that runs while this value exists.
pub struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// `/live`, `/ready` and `/metrics`. Here, errors are told in full.
fn admin(vitals: impl Vitals, stop: Stop) -> impl Endpoint {
    let (figures, stop_too) = (vitals.clone(), stop.clone());
    Route::new()
        .at("/live", get(make(|_| async { answer(StatusCode::OK, &json!({"status": "live"})) })))
        .at("/ready", get(make(move |_| ready(vitals.clone(), stop.clone()))))
        .at("/metrics", get(make(move |_| text(figures.clone(), stop_too.clone()))))
        .with(CatchPanic::new())
        .after(|answer| async {
            let mut response = answer.map_or_else(poem::Error::into_response, IntoResponse::into_response);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        })
}

async fn ready(vitals: impl Vitals, stop: Stop) -> Response {
    match readiness(&vitals, &stop).await {
        Ok(()) => answer(StatusCode::OK, &json!({"status": "ready"})),
        Err(reason) => {
            answer(StatusCode::SERVICE_UNAVAILABLE, &json!({"status": "not ready", "reason": reason}))
        }
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

/// All figures, in the text format of Prometheus.
pub async fn text(vitals: impl Vitals, stop: Stop) -> String {
    let ((), readiness) = join!(vitals.measure(), readiness(&vitals, &stop));
    metrics::readiness(readiness.is_ok());
    metrics::text()
}

async fn readiness(vitals: &impl Vitals, stop: &Stop) -> Result<(), String> {
    if stop.is_requested() {
        return Err("it has been told to stop".to_owned());
    }
    vitals.check_readiness().await
}
