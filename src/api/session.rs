use std::sync::Arc;

use poem::{
    http::StatusCode,
    web::{Data, cookie::CookieJar},
};
use poem_openapi::{Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::Tag;
use crate::{
    auth::{self, Caller, RequestOrigin},
    config::{AuthMode, Config},
    db::{Db, Operation},
    error::Failure,
    limiters::Limiters,
    types::{AnyLength, ApiError, Body, Json, Required, Roles, Success, Text, UpTo},
};

const LOG_IN: Operation = Operation::write("select auth.log_in($1, $2, $3, $4, $5, $6, $7)");
const LOG_OUT: Operation = Operation::write("select auth.log_out($1)");
const GET_SESSION: Operation = Operation::write("select auth.get_session($1)");
const GET_PROTECTED: Operation = Operation::read("select api.get_protected()");
const GET_ADMIN_ONLY: Operation = Operation::read("select api.get_admin_only()");

/// Somebody who is logged in.
#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct User {
    user_id: String,
    username: String,
    #[serde(rename(deserialize = "user_role"))]
    role: Text<Roles>,
    /// The name of the user's court
    court_assignment: Option<String>,
    organisation_id: Option<String>,
}

impl Example for User {
    fn example() -> Self {
        Self {
            user_id: "olivia.officer".to_owned(),
            username: "olivia.officer".to_owned(),
            role: Text::new("HMCTS_CASE_OFFICER"),
            court_assignment: Some("Birmingham Family Court".to_owned()),
            organisation_id: None,
        }
    }
}

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

#[derive(Deserialize, Serialize, Object)]
#[oai(example)]
struct Greeting {
    message: String,
    #[serde(rename(deserialize = "caller"))]
    user: User,
}

impl Example for Greeting {
    fn example() -> Self {
        Self { message: "You are signed in".to_owned(), user: User::example() }
    }
}

pub struct SessionApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl SessionApi {
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
        let user: Option<User> = match auth::presented_token(cookies) {
            Some(token_sha256) => db.call_as_server(&GET_SESSION, &[&token_sha256]).await?,
            None => None,
        };
        let auth_mode = config.auth_mode.to_string();
        Ok(Json(SessionState { authenticated: user.is_some(), auth_mode, user }))
    }

    /// Ask who one is
    ///
    /// For pages that only somebody who is logged in may see.
    #[oai(path = "/protected", method = "get", operation_id = "get_protected")]
    async fn get_protected(&self, db: Data<&Db>, caller: Caller) -> Result<Json<Greeting>, ApiError<401>> {
        Ok(Json(db.call(&caller, &GET_PROTECTED, &[]).await?))
    }

    /// Ask whether one is a case officer
    ///
    /// For pages that only case officers may see.
    #[oai(path = "/admin-only", method = "get", operation_id = "get_admin_only")]
    async fn get_admin_only(
        &self,
        db: Data<&Db>,
        caller: Caller,
    ) -> Result<Json<Greeting>, ApiError<401, 403>> {
        Ok(Json(db.call(&caller, &GET_ADMIN_ONLY, &[]).await?))
    }
}
