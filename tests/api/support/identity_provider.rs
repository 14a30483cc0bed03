//! A real identity provider on this machine: see scripts/oidc/provider.mjs.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::{Value, json};
use ureq::Agent;

use super::{Database, Server, server::free_port};

const CLIENT: &str = "casefile";
const AUDIENCE: &str = "https://casefile.example/api";

pub struct IdentityProvider {
    process: Option<Child>,
    port: u16,
    flags: &'static [&'static str],
}

impl IdentityProvider {
    pub fn start() -> Self {
        let mut provider = Self::away();
        provider.come();
        provider
    }

    /// Nobody answers there yet.
    pub fn away() -> Self {
        Self { process: None, port: free_port(), flags: &["--control"] }
    }

    /// Takes no client's secret in a header.
    pub fn with_secret_in_form() -> Self {
        let mut provider = Self::away();
        provider.flags = &["--control", "--secret-in-form"];
        provider.come();
        provider
    }

    pub fn come(&mut self) {
        let mut process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/oidc.sh"))
            .args([&self.port.to_string(), "http://127.0.0.1:3001/api/auth/callback"])
            .args(self.flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        self.process = Some(process);
        let is_ready = said.by_ref().map_while(Result::ok).any(|line| line.starts_with("ready"));
        // It goes on to talk, and would end if nobody listened.
        thread::spawn(move || said.count());
        assert!(is_ready, "the identity provider ended: try scripts/lib/oidc.sh by hand");
    }

    pub fn go(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A server whose people and programs sign in here.
    pub fn serve(&self, database: &Database, more: &[(&str, &str)]) -> Server {
        let issuer = self.issuer();
        let environment = [
            ("APP_ENV", "TEST"),
            ("AUTH_MODE", "oidc"),
            ("OIDC_ISSUER", issuer.as_str()),
            ("OIDC_CLIENT_ID", CLIENT),
            ("OIDC_CLIENT_SECRET", "casefile-demonstration"),
            ("OIDC_REDIRECT_URL", "http://127.0.0.1:3001/api/auth/callback"),
            ("OIDC_AUDIENCE", AUDIENCE),
        ];
        Server::start_with(&database.url, &[&environment, more].concat())
    }

    /// A program's token for its own secret.
    pub fn token_of_robot(&self) -> String {
        let answer = Agent::new_with_defaults()
            .post(format!("{}/token", self.issuer()))
            .header("Authorization", "Basic Y2FzZS5yb2JvdDpyb2JvdC1kZW1vbnN0cmF0aW9u")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .send("grant_type=client_credentials&scope=cases");
        let text = answer.unwrap().body_mut().read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Claims like those that it gives to programs.
    pub fn good_claims(&self) -> Value {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        json!({"iss": self.issuer(), "aud": AUDIENCE, "sub": "case.robot", "iat": now, "exp": now + 600})
    }

    /// A token with those changes, signed by a key that `scripts/oidc/provider.mjs` names so; null removes a claim.
    pub fn sign(&self, key: &str, header: Value, changes: Value) -> String {
        self.signed(key, header, self.changed(json!({}), changes))
    }

    fn signed(&self, key: &str, header: Value, claims: Value) -> String {
        let answer = self.control("sign", &json!({"header": header, "claims": claims, "key": key}));
        answer["token"].as_str().unwrap().to_owned()
    }

    fn changed(&self, first: Value, then: Value) -> Value {
        let mut claims = self.good_claims();
        for changes in [first, then] {
            for (name, value) in changes.as_object().unwrap() {
                match value {
                    Value::Null => claims.as_object_mut().unwrap().remove(name),
                    _ => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
                };
            }
        }
        claims
    }

    /// Answers the next code with an ID token that is signed so, for that nonce.
    pub fn forge(&self, nonce: &str, key: &str, header: Value, changes: Value) {
        let claims = self.changed(json!({"aud": CLIENT, "nonce": nonce, "sub": "olivia.officer"}), changes);
        self.control("forge", &json!({"header": header, "claims": claims, "key": key}));
    }

    /// Answers the next code so.
    pub fn answer_next(&self, status: u16, body: Value) {
        self.control("forge", &json!({"status": status, "body": body}));
    }

    /// Says, with those changes, that the session of a subject has ended.
    pub fn logout_token(&self, header: Value, changes: Value) -> String {
        let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        let plain = json!({"aud": CLIENT, "sub": "olivia.officer", "events": events, "jti": "1"});
        let claims = self.changed(plain, changes);
        self.signed("own", header, claims)
    }

    /// In PEM, of the client `casefile.{algorithm}`.
    pub fn private_key_of_client(&self, algorithm: &str) -> String {
        self.control("private-keys", &json!({}))[algorithm].as_str().unwrap().to_owned()
    }

    pub fn rotate(&self) {
        self.control("rotate", &json!({}));
    }

    /// How often that was fetched.
    pub fn fetched(&self, path: &str) -> u64 {
        self.control("fetched", &json!({}))[path].as_u64().unwrap_or(0)
    }

    fn control(&self, name: &str, body: &Value) -> Value {
        let url = format!("{}/control/{name}", self.issuer());
        let mut answer = Agent::new_with_defaults().post(url).send(body.to_string()).unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.go();
    }
}
