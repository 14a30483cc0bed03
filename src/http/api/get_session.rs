use std::sync::Arc;

use poem::{Request, web::Data};
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
    values::{AuthModes, Membership, Text, Timestamp},
};

const GET_SESSION: Operation = Operation::write("auth.get_session");

#[derive(Deserialize)]
struct Opened {
    caller: User,
    expires_at: Timestamp,
    ends_at: Timestamp,
    memberships: Option<Vec<Membership>>,
}

#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct SessionState {
    authenticated: bool,
    auth_mode: Text<AuthModes>,
    /// When the session ends if nobody uses it. Each use of a cookie's session moves this, up to `endsAt`.
    expires_at: Option<Timestamp>,
    /// When the session ends in any case: 12 hours after the login, or when the bearer token expires
    ends_at: Option<Timestamp>,
    /// The user's roles, for `POST /api/auth/membership`. The session has one of them. A user with several roles must
    /// choose one first.
    memberships: Option<Vec<Membership>>,
    user: Option<User>,
}

impl Example for SessionState {
    fn example() -> Self {
        Self {
            authenticated: true,
            auth_mode: Text::new(AuthMode::Oidc.to_string()),
            expires_at: Some(Timestamp::example(1_772_534_800)),
            ends_at: Some(Timestamp::example(1_772_576_200)),
            memberships: Some(vec![Membership::example()]),
            user: Some(User::example()),
        }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// See who is logged in
    ///
    /// The answer is 200 even without a session. A bearer token that is not accepted is refused with 401.
    #[oai(path = "/auth/session", method = "get", operation_id = "get_session")]
    async fn get_session(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        request: &Request,
    ) -> Result<Json<SessionState>, ApiError<400, 401, 403>> {
        let mut opened: Option<Opened> = None;
        if let Some(session) = auth::presented(request).await? {
            opened = db.call_as_server(&GET_SESSION, &[&session.token_sha256]).await?;
            // A program may ask this first.
            if opened.is_none() && db.open_for(&session).await? {
                opened = db.call_as_server(&GET_SESSION, &[&session.token_sha256]).await?;
            }
        }
        let auth_mode = Text::new(config.auth_mode.to_string());
        Ok(Json(match opened {
            Some(Opened { caller, expires_at, ends_at, memberships }) => SessionState {
                authenticated: true,
                auth_mode,
                expires_at: Some(expires_at),
                ends_at: Some(ends_at),
                memberships: memberships.filter(|memberships| !memberships.is_empty()),
                user: Some(caller),
            },
            None => SessionState {
                authenticated: false,
                auth_mode,
                expires_at: None,
                ends_at: None,
                memberships: None,
                user: None,
            },
        }))
    }
}
