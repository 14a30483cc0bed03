use poem_openapi::{Object, OpenApi, types::Example};
use serde::Serialize;

use super::Tag;
use crate::http::types::Json;

#[derive(Serialize, Object)]
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

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Health")]
impl Api {
    /// Check whether the service is up
    ///
    /// Checks nothing but the server itself.
    #[oai(path = "/public/health", method = "get", operation_id = "get_public_health")]
    #[expect(clippy::unused_async, reason = "operations are asynchronous")]
    async fn get_public_health(&self) -> Json<PublicHealth> {
        Json(PublicHealth::example())
    }
}
