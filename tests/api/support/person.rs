//! People who sign in with the identity provider, each with a browser of their own.

use std::collections::BTreeMap;

use serde_json::Value;
use ureq::Agent;

use super::{Answer, Client, Database, IdentityProvider, Server};

/// A server that people sign in to, its provider, and a directory that knows `olivia.officer`. The server goes first.
pub struct SignInStage {
    pub server: Server,
    pub database: Database,
    pub provider: IdentityProvider,
}

impl SignInStage {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(environment: &[(&str, &str)]) -> Self {
        Self::at(IdentityProvider::start(), environment)
    }

    pub fn at(provider: IdentityProvider, environment: &[(&str, &str)]) -> Self {
        let database = Database::new();
        let server = provider.serve(&database, environment);
        let stage = Self { server, database, provider };
        stage.add_user("olivia.officer");
        stage.add_membership("olivia.officer", "HMCTS_CASE_OFFICER", Some("Birmingham Family Court"), None);
        stage
    }

    /// The provider knows the user by this name.
    pub fn add_user(&self, user_id: &str) {
        let issuer = self.provider.issuer();
        self.database
            .superuser()
            .execute("select auth.add_user($1, $2, $1, initcap($1))", &[&user_id, &issuer])
            .unwrap();
    }

    pub fn add_membership(&self, user_id: &str, role: &str, court: Option<&str>, organisation: Option<&str>) {
        self.database
            .superuser()
            .execute("select auth.add_membership($1, $2, $3, $4)", &[&user_id, &role, &court, &organisation])
            .unwrap();
    }

    pub fn person(&self) -> Person {
        Person { client: self.server.client(), at_provider: BTreeMap::new(), issuer: self.provider.issuer() }
    }

    /// A person who has signed in.
    #[track_caller]
    pub fn signed_in(&self, user_id: &str) -> Client {
        let mut person = self.person();
        assert_eq!(person.sign_in("/api/auth/login", user_id).status, 302);
        person.client
    }

    /// How often a sign-in ended so.
    pub fn recorded(&self, outcome: &str) -> i64 {
        self.database.count("select count(*) from auth.sign_ins where outcome = $1", &[&outcome])
    }
}

pub struct Person {
    /// With the cookies of our server.
    pub client: Client,
    /// The cookies of the provider.
    at_provider: BTreeMap<String, String>,
    issuer: String,
}

impl Person {
    /// All of it, from that address to the answer to the callback.
    #[track_caller]
    pub fn sign_in(&mut self, start: &str, user_id: &str) -> Answer {
        let url = self.start(start);
        let callback = self.authenticate(&url, user_id);
        self.come_back(&callback)
    }

    /// Asks our server, and is sent to the provider.
    #[track_caller]
    pub fn start(&mut self, start: &str) -> String {
        let answer = self.client.get(start);
        assert_eq!(answer.status, 302, "{}", answer.text);
        self.keep(&answer);
        answer.header("Location").unwrap().to_owned()
    }

    /// Signs in at the provider, and returns to the path of the callback, with its parameters.
    #[track_caller]
    pub fn authenticate(&mut self, url: &str, user_id: &str) -> String {
        let mut next = url.to_owned();
        for _ in 0..12 {
            if let Some(path) = next.strip_prefix("http://127.0.0.1:3001") {
                return path.to_owned();
            }
            next = if next.contains("/interaction/") {
                // First who one is, then whether one agrees.
                self.ask("POST", &next, &format!("prompt=login&login={user_id}&password=any"))
                    .or_else(|| self.ask("POST", &next, "prompt=consent"))
            } else {
                self.ask("GET", &next, "")
            }
            .unwrap_or_else(|| panic!("the provider goes nowhere from {next}"));
        }
        panic!("the provider goes round in circles at {next}");
    }

    /// Back to our server, with what the provider gave.
    pub fn come_back(&mut self, callback: &str) -> Answer {
        let answer = self.client.get(callback);
        self.keep(&answer);
        answer
    }

    /// The browser's cookies of our server, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        let stated = self.client.cookie.as_deref().unwrap_or_default();
        let pairs = stated.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn keep(&mut self, answer: &Answer) {
        let mut cookies = self.cookies();
        for cookie in answer.headers.get_all("Set-Cookie") {
            put(&mut cookies, cookie.to_str().unwrap());
        }
        self.client.cookie = Some(joined(&cookies)).filter(|cookies| !cookies.is_empty());
    }

    /// Where the provider sends the browser, if it does.
    fn ask(&mut self, method: &str, url: &str, form: &str) -> Option<String> {
        let agent: Agent =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(url)
            .header("Cookie", joined(&self.at_provider))
            .header("Content-Type", "application/x-www-form-urlencoded");
        let answer = match method {
            "POST" => agent.run(request.body(form.to_owned()).unwrap()),
            _ => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        for cookie in answer.headers().get_all("Set-Cookie") {
            put(&mut self.at_provider, cookie.to_str().unwrap());
        }
        let next = answer.headers().get("Location")?.to_str().unwrap();
        Some(if next.starts_with('/') { format!("{}{next}", self.issuer) } else { next.to_owned() })
    }
}

/// As a browser does: one that is over is forgotten.
fn put(cookies: &mut BTreeMap<String, String>, stated: &str) {
    let (name, value) = stated.split(';').next().unwrap().split_once('=').unwrap();
    if value.is_empty() {
        cookies.remove(name);
    } else {
        cookies.insert(name.to_owned(), value.to_owned());
    }
}

fn joined(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// One of the parameters of a URL.
#[track_caller]
pub fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name);
    value.unwrap_or_else(|| panic!("{url} has no {name}")).1.to_owned()
}

/// The session, by its own account.
pub fn session_of(client: &Client) -> Value {
    client.get("/api/auth/session").succeeded(200)
}
