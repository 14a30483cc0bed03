use poem::web::Data;
use poem_openapi::{Object, OpenApi, types::Example};
use serde::Serialize;

use super::Tag;
use crate::{
    db::Db,
    error::Failure,
    http::types::{ApiError, Json},
    reason::Reason,
    stop::Stop,
};

#[derive(Serialize, Object)]
#[oai(example)]
struct Ready {
    /// ready
    status: String,
}

impl Example for Ready {
    fn example() -> Self {
        Self { status: "ready".to_owned() }
    }
}

pub struct Api;

#[OpenApi(tag = "Tag::Health")]
impl Api {
    /// Check whether the process can serve requests
    ///
    /// For a load balancer. The answer is 200 if a pooled connection to the database works, the database has every
    /// migration that this version needs (it may have more) and accepts changes, and the login may become each role.
    /// A server that was told to stop is not ready, although it still serves requests for a while.
    #[oai(path = "/ready", method = "get", operation_id = "get_ready")]
    async fn get_ready(&self, db: Data<&Db>, stop: Data<&Stop>) -> Result<Json<Ready>, ApiError> {
        if stop.is_requested() {
            return Err(Failure::from(Reason::Stopping).into());
        }
        match db.check_readiness().await {
            Ok(()) => Ok(Json(Ready::example())),
            Err(failure) if failure.reason == Reason::Unavailable => {
                Err(Failure { message: "This server is not ready".to_owned(), ..failure }.into())
            }
            Err(failure) => Err(failure.into()),
        }
    }
}
