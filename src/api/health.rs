use poem::{http::StatusCode, web::Data};
use poem_openapi::{
    Object, OpenApi,
    payload::Json,
    types::{Example, ToJSON},
};

use super::Tag;
use crate::{
    db::Db,
    error::Failure,
    types::{ApiError, Timestamp},
};

#[derive(Object)]
#[oai(example)]
struct Health {
    /// healthy; an error says degraded
    status: String,
    timestamp: Timestamp,
    services: Services,
}

#[derive(Object)]
struct Services {
    /// connected; an error says disconnected
    database: String,
}

impl Health {
    fn new(status: &str, database: &str) -> Self {
        let services = Services { database: database.to_owned() };
        Self { status: status.to_owned(), timestamp: Timestamp::now(), services }
    }
}

impl Example for Health {
    fn example() -> Self {
        Self { timestamp: Timestamp::example(1_772_532_000), ..Self::new("healthy", "connected") }
    }
}

#[derive(Object)]
#[oai(example)]
struct PublicHealth {
    /// ok
    status: String,
}

impl Example for PublicHealth {
    fn example() -> Self {
        Self { status: "ok".to_owned() }
    }
}

pub struct HealthApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Health")]
impl HealthApi {
    /// Ask whether the service works
    ///
    /// Looks whether the database answers, within two seconds. If it does not, the answer is 503, with the
    /// same fields and those of an error.
    #[oai(path = "/health", method = "get", operation_id = "get_health")]
    async fn get_health(&self, db: Data<&Db>) -> Result<Json<Health>, ApiError> {
        if db.is_reachable().await {
            return Ok(Json(Health::new("healthy", "connected")));
        }
        let mut failure = Failure::from(StatusCode::SERVICE_UNAVAILABLE);
        if let Some(serde_json::Value::Object(fields)) = Health::new("degraded", "disconnected").to_json() {
            failure.extra.extend(fields);
        }
        Err(failure.into())
    }

    /// Ask whether the service is up
    ///
    /// Looks at nothing but itself, and tells nothing else.
    #[oai(path = "/public/health", method = "get", operation_id = "get_public_health")]
    #[expect(clippy::unused_async, reason = "operations are asynchronous")]
    async fn get_public_health(&self) -> Json<PublicHealth> {
        Json(PublicHealth::example())
    }
}
