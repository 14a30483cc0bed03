//! Asks the provider. It is trusted, but not to be quick or brief.

use std::time::Duration;

use poem::http::{HeaderValue, StatusCode};
use reqwest::{Client, Request, redirect::Policy};
use serde::de::DeserializeOwned;
use url::form_urlencoded::byte_serialize;

use crate::{
    error::Failure,
    reason::Reason,
    trace::{self, TRACEPARENT},
};

/// For the whole of an answer: a request that waits for it has a deadline of its own.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 512 * 1024;

#[derive(Clone)]
pub struct Fetcher(Client);

impl Fetcher {
    pub fn new() -> Result<Self, String> {
        let client = Client::builder()
            // Only the provider may say where its endpoints are: a redirect could lead anywhere.
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE / 2)
            .user_agent(concat!("casefile/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| format!("No HTTP client can be made for OIDC_ISSUER: {error}."))?;
        Ok(Self(client))
    }

    pub async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let request =
            self.0.get(url).header("Accept", "application/json").build().map_err(|error| plain(&error))?;
        let (status, body) = self.exchange(request).await?;
        if status != StatusCode::OK.as_u16() {
            return Err(format!("it answered {status}"));
        }
        serde_json::from_slice(&body).map_err(|_| "it did not answer in the JSON that is expected".to_owned())
    }

    /// The status and the body of the answer, whatever they are.
    pub async fn post(
        &self,
        url: &str,
        basic: Option<(&str, &str)>,
        form: &[(&str, String)],
    ) -> Result<(u16, Vec<u8>), String> {
        let mut request = self.0.post(url).header("Accept", "application/json").form(form);
        if let Some((id, secret)) = basic {
            // RFC 6749, section 2.3.1: both are encoded as in a form before they are encoded as in a header.
            let [id, secret] = [id, secret].map(|part| byte_serialize(part.as_bytes()).collect::<String>());
            request = request.basic_auth(id, Some(secret));
        }
        self.exchange(request.build().map_err(|error| plain(&error))?).await
    }

    async fn exchange(&self, mut request: Request) -> Result<(u16, Vec<u8>), String> {
        let trace = trace::current().and_then(|trace| HeaderValue::try_from(trace.to_string()).ok());
        if let Some(trace) = trace {
            request.headers_mut().insert(TRACEPARENT, trace);
        }
        let mut response = self.0.execute(request).await.map_err(|error| plain(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| plain(&error))? {
            if body.len() + piece.len() > LARGEST {
                return Err("it answered with too much".to_owned());
            }
            body.extend_from_slice(&piece);
        }
        Ok((status, body))
    }
}

/// Named explicitly: otherwise users could not tell it from a database that is away.
pub fn away(reason: &str) -> Failure {
    let message = "The identity provider does not answer correctly. Try again";
    Failure::new(Reason::ProviderAway, message).because(&format!("the identity provider: {reason}"))
}

/// Without the URL, which may have a code in it.
fn plain(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "its answer broke off"
    };
    kind.to_owned()
}
