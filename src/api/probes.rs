use poem::{http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, types::Example};

use serde::Serialize;

use super::Tag;
use crate::{
    db::Db,
    error::Failure,
    types::{ApiError, Json},
};

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

pub struct ProbesApi;

#[OpenApi(tag = "Tag::Health")]
impl ProbesApi {
    /// Ask whether the process is up
    ///
    /// For whoever restarts it. Looks at nothing but itself.
    #[oai(path = "/live", method = "get", operation_id = "get_live")]
    #[expect(clippy::unused_async, reason = "operations are asynchronous")]
    async fn get_live(&self) -> Json<Live> {
        Json(Live::example())
    }

    /// Ask whether the process can serve
    ///
    /// For whoever sends it requests: a connection of its pool answers, the database has every migration that
    /// this version needs (it may have more), and the login may become each role.
    #[oai(path = "/ready", method = "get", operation_id = "get_ready")]
    async fn get_ready(&self, db: Data<&Db>) -> Result<Json<Ready>, ApiError> {
        match db.check_readiness().await {
            Ok(()) => Ok(Json(Ready::example())),
            Err(reason) => {
                let message = "This server is not ready".to_owned();
                let failure = Failure::from(StatusCode::SERVICE_UNAVAILABLE).because(&reason);
                Err(Failure { message, ..failure }.into())
            }
        }
    }
}
