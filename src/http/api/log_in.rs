use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{Object, OpenApi, types::Example};

use super::Tag;
use crate::{
    config::{AuthMode, Config},
    db::{Db, Operation, RequestOrigin},
    error::Failure,
    http::{
        cookies,
        limiters::Limiters,
        types::{ApiError, Body, Json, LoggedIn, Required},
    },
    metrics,
    reason::Reason,
    values::{AnyLength, Name, Roles, Text},
};

const LOG_IN: Operation = Operation::write("auth.log_in");

#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct LogIn {
    username: Required<Text<Name<100>>>,
    role: Required<Text<Roles>>,
    /// The name of a family court. A case officer works on the cases of that court
    court_assignment: Option<Text<Name<100>>>,
    /// The organisation of a social worker or an agency worker, whose cases they can see
    organisation_id: Option<Text<Name<100>>>,
    /// Where to go afterwards: a path on this site. Anything else is ignored.
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

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Log in
    ///
    /// Opens a session and sets its cookie, `casefile_session`. The browser's previous session ends. Only if
    /// `authMode` is mock; otherwise the answer is 404.
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
            return Err(Failure::from(Reason::SignInNotOffered).into());
        }
        limiters.check_login(&db, origin.client_address).await?;
        let (token, token_sha256) = cookies::new_token()?;
        let previous = cookies::presented_session(cookies);
        let LogIn { username, role, court_assignment, organisation_id, return_url } = body.0;

        let logged_in: LoggedIn = db
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

        metrics::sign_in("mock", "OPENED");
        cookies::set_session(cookies, &token, config.environment);
        Ok(Json(logged_in))
    }
}
