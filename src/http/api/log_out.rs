use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::OpenApi;

use super::Tag;
use crate::{
    config::Config,
    db::{Db, Operation},
    http::{
        auth,
        types::{ApiError, Json},
    },
    values::Success,
};

const LOG_OUT: Operation = Operation::write("select auth.log_out($1)");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Log out
    ///
    /// Ends the session, if there is one, and clears its cookie.
    #[oai(path = "/auth/logout", method = "post", operation_id = "log_out")]
    async fn log_out(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        cookies: &CookieJar,
    ) -> Result<Json<Success>, ApiError<403>> {
        let success = db.call_as_server(&LOG_OUT, &[&auth::presented_token(cookies)]).await?;
        auth::clear_cookie(cookies, config.environment);
        Ok(Json(success))
    }
}
