use std::sync::Arc;

use poem::{
    http::StatusCode,
    web::{Data, cookie::CookieJar},
};
use poem_openapi::{Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::{
    config::{AuthMode, Config},
    db::{Db, Operation, RequestOrigin},
    error::Failure,
    http::{
        auth,
        limiters::Limiters,
        types::{ApiError, Body, Json, Required, User},
    },
    values::{AnyLength, Roles, Text, UpTo},
};

const LOG_IN: Operation = Operation::write("select auth.log_in($1, $2, $3, $4, $5, $6, $7)");

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct LogIn {
    username: Required<Text<UpTo<100>>>,
    role: Required<Text<Roles>>,
    /// The name of a family court; a case officer works on the cases of its court
    court_assignment: Option<Text<UpTo<100>>>,
    /// The organisation whose cases a social worker or an agency's worker reaches
    organisation_id: Option<Text<UpTo<100>>>,
    /// Where to go afterwards: a path of this site. Anything else is passed over.
    return_url: Option<Text<AnyLength>>,
}

impl Example for LogIn {
    fn example() -> Self {
        Self {
            username: Required(Some(Text::new("olivia.officer"))),
            role: Required(Some(Text::new("HMCTS_CASE_OFFICER"))),
            court_assignment: Some(Text::new("Birmingham Family Court")),
            organisation_id: None,
            return_url: None,
        }
    }
}

#[derive(Deserialize)]
struct Opened {
    #[serde(rename(deserialize = "caller"))]
    user: User,
    redirect_url: String,
}

#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", example)]
struct LoggedIn {
    /// Always true
    success: bool,
    user: User,
    /// Where to go now
    redirect_url: String,
}

impl Example for LoggedIn {
    fn example() -> Self {
        Self { success: true, user: User::example(), redirect_url: "/dashboard".to_owned() }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Log in
    ///
    /// Opens a session and sets its cookie, `casefile_session`; a session that the browser had before ends.
    /// Only where `authMode` is mock; elsewhere the answer is 404.
    #[oai(path = "/auth/login", method = "post", operation_id = "log_in")]
    async fn log_in(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        limiters: Data<&Limiters>,
        origin: Data<&RequestOrigin>,
        cookies: &CookieJar,
        body: Body<LogIn>,
    ) -> Result<Json<LoggedIn>, ApiError<400, 403, 404, 413, 415>> {
        if config.auth_mode != AuthMode::Mock {
            return Err(Failure::from(StatusCode::NOT_FOUND).into());
        }
        limiters.check_login(origin.client_address)?;
        let (token, token_sha256) = auth::new_token()?;
        let previous = auth::presented_token(cookies);
        let LogIn { username, role, court_assignment, organisation_id, return_url } = body.0;

        let opened: Opened = db
            .call_as_server(
                &LOG_IN,
                &[
                    &token_sha256,
                    &previous,
                    &username,
                    &role,
                    &court_assignment,
                    &organisation_id,
                    &return_url,
                ],
            )
            .await?;

        auth::set_cookie(cookies, &token, config.environment);
        Ok(Json(LoggedIn { success: true, user: opened.user, redirect_url: opened.redirect_url }))
    }
}
