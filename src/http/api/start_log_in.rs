use std::sync::Arc;

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{OpenApi, param::Query};

use super::Tag;
use crate::{
    config::Config,
    error::Failure,
    http::{
        cookies,
        types::{ApiError, Redirect},
    },
    identity::{Provider, SignIn},
    reason::Reason,
    values::{AnyLength, Text},
};

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Sign in with the identity provider
    ///
    /// For browsers. Redirects to the identity provider, which must redirect back to `GET /api/auth/callback` within
    /// 10 minutes. Only if `authMode` is oidc; otherwise the answer is 404.
    #[oai(path = "/auth/login", method = "get", operation_id = "start_log_in")]
    async fn start_log_in(
        &self,
        config: Data<&Arc<Config>>,
        provider: Data<&Option<Provider>>,
        cookies: &CookieJar,
        /// Where to go afterwards: a path on this site. Anything else is ignored.
        #[oai(name = "returnUrl")]
        return_url: Query<Option<Text<AnyLength>>>,
    ) -> Result<Redirect, ApiError<400, 404>> {
        let provider = provider.0.as_ref().ok_or_else(|| Failure::from(Reason::SignInNotOffered))?;
        let sign_in = SignIn::start(return_url.0.map(|url| url.as_str().to_owned()))?;
        let url = provider.authorization_url(&sign_in).await?;
        cookies::set_sign_in(cookies, &sign_in, config.environment);
        Ok(Redirect::to(url.as_str()))
    }
}
