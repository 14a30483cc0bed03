use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{Object, OpenApi, types::Example};

use super::Tag;
use crate::{
    config::Config,
    db::{Db, Operation},
    http::{
        auth::ByCookie,
        cookies,
        types::{ApiError, Body, Json, LoggedIn, Required},
    },
    values::{Name, Roles, Text},
};

const CHANGE_MEMBERSHIP: Operation = Operation::write("auth.change_membership");

#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct ChangeMembership {
    role: Required<Text<Roles>>,
    /// The name of the court, if the user has the role in several courts
    court_assignment: Option<Text<Name<100>>>,
    /// The organisation, if the user has the role in several organisations
    organisation_id: Option<Text<Name<100>>>,
}

impl Example for ChangeMembership {
    fn example() -> Self {
        Self {
            role: Required(Some(Text::new("HMCTS_CASE_OFFICER"))),
            court_assignment: Some(Text::new("Leeds Family Court")),
            organisation_id: None,
        }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Choose a role
    ///
    /// `GET /api/auth/session` lists the user's roles. Opens a new session with the same end, sets its cookie, and
    /// ends the previous session. A program names its role in each request instead: see `Casefile-Membership`.
    #[oai(path = "/auth/membership", method = "post", operation_id = "change_membership")]
    async fn change_membership(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        cookies: &CookieJar,
        caller: ByCookie,
        body: Body<ChangeMembership>,
    ) -> Result<Json<LoggedIn>, ApiError<400, 401, 403, 413, 415>> {
        let (token, token_sha256) = cookies::new_token()?;
        let ChangeMembership { role, court_assignment, organisation_id } = body.0;
        let logged_in: LoggedIn = db
            .call_as_server(
                &CHANGE_MEMBERSHIP,
                &[&caller.token_sha256, &token_sha256, &role, &court_assignment, &organisation_id],
            )
            .await?;
        cookies::set_session(cookies, &token, config.environment);
        Ok(Json(logged_in))
    }
}
