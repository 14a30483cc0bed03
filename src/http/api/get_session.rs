use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::Tag;
use crate::{
    config::{AuthMode, Config},
    db::{Db, Operation},
    http::{
        auth,
        types::{ApiError, Json, User},
    },
};

const GET_SESSION: Operation = Operation::write("select auth.get_session($1)");

#[derive(Deserialize)]
struct Opened {
    caller: User,
}

#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct SessionState {
    authenticated: bool,
    /// mock, where anybody may log in as anybody; none, where nobody logs in here
    auth_mode: String,
    user: Option<User>,
}

impl Example for SessionState {
    fn example() -> Self {
        Self { authenticated: true, auth_mode: AuthMode::Mock.to_string(), user: Some(User::example()) }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Ask whether one is logged in
    ///
    /// Answers 200 either way.
    #[oai(path = "/auth/session", method = "get", operation_id = "get_session")]
    async fn get_session(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        cookies: &CookieJar,
    ) -> Result<Json<SessionState>, ApiError> {
        let session: Option<Opened> = match auth::presented_token(cookies) {
            Some(token_sha256) => db.call_as_server(&GET_SESSION, &[&token_sha256]).await?,
            None => None,
        };
        let user = session.map(|session| session.caller);
        let auth_mode = config.auth_mode.to_string();
        Ok(Json(SessionState { authenticated: user.is_some(), auth_mode, user }))
    }
}
