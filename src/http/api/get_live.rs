use poem_openapi::{Object, OpenApi, types::Example};
use serde::Serialize;

use super::Tag;
use crate::http::types::Json;

#[derive(Serialize, Object)]
#[oai(example)]
struct Live {
    /// live
    status: String,
}

impl Example for Live {
    fn example() -> Self {
        Self { status: "live".to_owned() }
    }
}

pub struct Api;

#[OpenApi(tag = "Tag::Health")]
impl Api {
    /// Check whether the process is up
    ///
    /// For a supervisor that restarts it. Checks nothing but the process itself.
    #[oai(path = "/live", method = "get", operation_id = "get_live")]
    #[expect(clippy::unused_async, reason = "operations are asynchronous")]
    async fn get_live(&self) -> Json<Live> {
        Json(Live::example())
    }
}
