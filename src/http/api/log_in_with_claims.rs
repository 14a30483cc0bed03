use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{OpenApi, param::Query};
use serde_json::Value;

use super::Tag;
use crate::{
    config::Config,
    db::{Db, Kind, Opening, RequestOrigin},
    error::Failure,
    http::{
        cookies,
        limiters::Limiters,
        types::{ApiError, Redirect},
    },
    identity::{Provider, SignIn},
    metrics,
    reason::Reason,
    values::{AnyLength, Text},
};

pub struct Api;

type Stated = Query<Option<Text<AnyLength>>>;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Return from the identity provider
    ///
    /// The provider redirects browsers here. Opens a session, sets its cookie, `casefile_session`, and redirects the
    /// browser to its `returnUrl`. The browser's previous session ends. If the user has several roles, the session
    /// has none until `POST /api/auth/membership` chooses one.
    #[oai(path = "/auth/callback", method = "get", operation_id = "log_in_with_claims")]
    #[expect(clippy::too_many_arguments, reason = "each is read from the request")]
    async fn log_in_with_claims(
        &self,
        db: Data<&Db>,
        config: Data<&Arc<Config>>,
        provider: Data<&Option<Provider>>,
        limiters: Data<&Limiters>,
        origin: Data<&RequestOrigin>,
        cookies: &CookieJar,
        /// The provider's code, valid once
        code: Stated,
        /// Identifies the sign-in
        state: Stated,
        /// The issuer of the answer
        iss: Stated,
        /// Why the sign-in failed
        error: Stated,
    ) -> Result<Redirect, ApiError<400, 401, 403, 404>> {
        let provider = provider.0.as_ref().ok_or_else(|| Failure::from(Reason::SignInNotOffered))?;
        limiters.check_login(&db, origin.client_address).await?;
        let text = |stated: Stated| stated.0.map(|text| text.as_str().to_owned());
        let answer = Answer { code: text(code), state: text(state), error: text(error) };

        let begun = answer.state.as_deref().and_then(|state| cookies::presented_sign_in(cookies, state));
        let (sign_in, code) = answer.check(begun).inspect_err(count)?;
        provider.check_answerer(text(iss).as_deref()).await.inspect_err(count)?;
        // In any case, the code is worth nothing any more.
        cookies::clear_sign_in(cookies, &sign_in.state(), config.environment);
        let claims = provider.redeem(&sign_in, &code).await.inspect_err(count)?;

        let (token, token_sha256) = cookies::new_token()?;
        let opening = Opening {
            kind: Kind::Cookie {
                previous_sha256: cookies::presented_session(cookies),
                return_url: sign_in.return_url,
            },
            claims: Arc::new(Value::Object(claims.0)),
            adds_users: provider.adds_users(),
        };
        let redirect_url = db.log_in_with_claims(&token_sha256, &opening, &origin).await?;
        cookies::set_session(cookies, &token, config.environment);
        Ok(Redirect::to(&redirect_url))
    }
}

/// The provider's answer, in the redirect.
struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

impl Answer {
    /// Checks that it answers this browser's sign-in; returns that sign-in and the code.
    fn check(self, started: Option<SignIn>) -> Result<(SignIn, String), Failure> {
        let sign_in = started.ok_or_else(|| {
            Failure::bad_sign_in("this browser did not start the sign-in, or it took too long")
        })?;
        if self.state.as_deref() != Some(sign_in.state().as_str()) {
            return Err(Failure::bad_sign_in("the answer belongs to another sign-in"));
        }
        if let Some(error) = self.error {
            return Err(Failure::failed_sign_in(match error.as_str() {
                "access_denied" => "the identity provider refused, or you cancelled",
                "login_required" | "interaction_required" => {
                    "the identity provider needs you to sign in there"
                }
                _ => "the identity provider refused",
            }));
        }
        let code = self.code.ok_or_else(|| Failure::bad_sign_in("the identity provider sent no code"))?;
        Ok((sign_in, code))
    }
}

fn count(failure: &Failure) {
    metrics::sign_in("cookie", failure.reason.word());
}
