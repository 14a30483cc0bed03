use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    registry::{MetaResponses, MetaSchemaRef, Registry},
    types::{Example, ToJSON, Type},
};
use serde::Serialize;
use serde_json::Value;

use super::Tag;
use crate::{
    db::Db,
    error::Failure,
    http::types::{ApiError, Json},
    reason::Reason,
    values::{DatabaseStates, HealthStatuses, Text, Timestamp},
};

#[derive(Serialize, Object)]
#[oai(example)]
struct Health {
    status: Text<HealthStatuses>,
    timestamp: Timestamp,
    services: Services,
}

#[derive(Serialize, Object)]
struct Services {
    database: Text<DatabaseStates>,
}

impl Health {
    fn healthy(timestamp: Timestamp) -> Self {
        let services = Services { database: Text::new("connected") };
        Self { status: Text::new("healthy"), timestamp, services }
    }

    fn degraded(timestamp: Timestamp, database: &str) -> Self {
        let services = Services { database: Text::new(database) };
        Self { status: Text::new("degraded"), timestamp, services }
    }
}

impl Example for Health {
    fn example() -> Self {
        Self::healthy(Timestamp::example(1_772_532_000))
    }
}

/// An error that has the fields of `Health` as well.
struct Degraded(Failure);

impl From<Degraded> for poem::Error {
    fn from(degraded: Degraded) -> Self {
        degraded.0.into()
    }
}

impl ApiResponse for Degraded {
    fn meta() -> MetaResponses {
        let mut meta = <ApiError>::meta();
        for response in meta.responses.iter_mut().filter(|response| response.status == Some(503)) {
            for content in &mut response.content {
                let MetaSchemaRef::Inline(schema) = &mut content.schema else { continue };
                schema.all_of.push(Health::schema_ref());
                let health = Health::degraded(Timestamp::example(1_772_532_000), "disconnected").to_json();
                if let (Some(Value::Object(example)), Some(Value::Object(health))) =
                    (&mut schema.example, health)
                {
                    example.extend(health);
                }
            }
        }
        meta
    }

    fn register(registry: &mut Registry) {
        <ApiError>::register(registry);
        Health::register(registry);
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Health")]
impl Api {
    /// Check whether the service works
    ///
    /// Checks that the database answers within two seconds and accepts changes. If not, the answer is 503, with the
    /// same fields and those of an error.
    #[oai(path = "/health", method = "get", operation_id = "get_health")]
    async fn get_health(&self, db: Data<&Db>) -> Result<Json<Health>, Degraded> {
        let Err(mut failure) = db.check_health().await else {
            return Ok(Json(Health::healthy(Timestamp::now())));
        };
        let is_read_only = failure.reason == Reason::DatabaseReadOnly;
        let database = if is_read_only { "read-only" } else { "disconnected" };
        if let Some(Value::Object(fields)) = Health::degraded(Timestamp::now(), database).to_json() {
            failure.extra.extend(fields);
        }
        Err(Degraded(failure))
    }
}
