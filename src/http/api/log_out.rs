use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{Object, OpenApi, types::Example};
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::Tag;
use crate::{
    config::Config,
    db::{Db, Operation},
    http::{
        cookies,
        types::{ApiError, Json},
    },
    identity::Provider,
    metrics,
    values::Success,
};

const LOG_OUT: Operation = Operation::write("auth.log_out");

#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct LoggedOut {
    /// Always true
    success: bool,
    /// If `authMode` is oidc: the page where the identity provider ends its own session. Unless the browser goes
    /// there, the next sign-in may ask for no password.
    logout_url: Option<String>,
}

impl Example for LoggedOut {
    fn example() -> Self {
        let logout_url = Some("https://id.example/logout?client_id=casefile".to_owned());
        Self { success: true, logout_url }
    }
}

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
        provider: Data<&Option<Provider>>,
        cookies: &CookieJar,
    ) -> Result<Json<LoggedOut>, ApiError<403>> {
        let session = cookies::presented_session(cookies);
        let Success { success } = db.call_as_server(&LOG_OUT, &[&session]).await?;
        metrics::sessions_ended("user", session.is_some().into());
        cookies::clear_session(cookies, config.environment);
        let logout_url = match provider.0 {
            Some(provider) => provider.log_out_url().await.map(String::from),
            None => None,
        };
        Ok(Json(LoggedOut { success, logout_url }))
    }
}
