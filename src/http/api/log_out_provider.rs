use poem::web::Data;
use poem_openapi::{Object, OpenApi, payload::Form, types::Example};
use serde::Deserialize;

use super::Tag;
use crate::{
    db::{Db, Operation},
    error::Failure,
    http::types::{ApiError, Json},
    identity::Provider,
    metrics,
    reason::Reason,
    values::Success,
};

const LOG_OUT_PROVIDER: Operation = Operation::write("auth.log_out_provider");

#[derive(Deserialize, Object)]
#[oai(example)]
struct LogOutProvider {
    /// The token that the provider has signed, as in OpenID Connect Back-Channel Logout 1.0
    logout_token: Option<String>,
}

impl Example for LogOutProvider {
    fn example() -> Self {
        Self { logout_token: Some("eyJhbGciOiJSUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ...".to_owned()) }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Learn from the identity provider that a session has ended
    ///
    /// The provider itself calls this. Ends the sessions that belong to the provider's session, or all sessions of
    /// the subject if the token names no session.
    #[oai(path = "/auth/backchannel-logout", method = "post", operation_id = "log_out_provider")]
    async fn log_out_provider(
        &self,
        db: Data<&Db>,
        provider: Data<&Option<Provider>>,
        form: Form<LogOutProvider>,
    ) -> Result<Json<Success>, ApiError<400, 404, 413, 415>> {
        let provider = provider.0.as_ref().ok_or_else(|| Failure::from(Reason::SignInNotOffered))?;
        let token = form.0.logout_token.ok_or_else(|| Failure::bad_logout_token("there is none"))?;
        let claims = provider.verify_logout_token(&token).await?;
        let (subject, session) = (claims.text("sub"), claims.text("sid"));
        let ended: i32 =
            db.call_as_server(&LOG_OUT_PROVIDER, &[&provider.issuer(), &subject, &session]).await?;
        metrics::sessions_ended("provider", ended);
        Ok(Json(Success { success: true }))
    }
}
