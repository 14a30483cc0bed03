use poem::{http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, payload::Json, types::ToJSON};

use super::Tag;
use crate::{
    db::Db,
    error::Failure,
    types::{ApiError, Timestamp},
};

#[derive(Object)]
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

#[derive(Object)]
struct PublicHealth {
    /// ok
    status: String,
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
        let health = |status: &str, database: &str| Health {
            status: status.to_owned(),
            timestamp: Timestamp::now(),
            services: Services { database: database.to_owned() },
        };

        if db.is_reachable().await {
            return Ok(Json(health("healthy", "connected")));
        }
        let mut failure = Failure::from(StatusCode::SERVICE_UNAVAILABLE);
        if let Some(serde_json::Value::Object(fields)) = health("degraded", "disconnected").to_json() {
            failure.extra = fields;
        }
        Err(failure.into())
    }

    /// Ask whether the service is up
    ///
    /// Looks at nothing but itself, and tells nothing else.
    #[oai(path = "/public/health", method = "get", operation_id = "get_public_health")]
    async fn get_public_health(&self) -> Json<PublicHealth> {
        Json(PublicHealth { status: "ok".to_owned() })
    }
}
