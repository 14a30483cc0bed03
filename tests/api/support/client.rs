//! A client like a browser: it keeps the cookie that it was given.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{self, HeaderValue},
};

use super::{answer::Answer, document, form::Form, server::Server};

#[derive(Clone)]
pub struct Client {
    agent: Agent,
    pub port: u16,
    /// `name=value`, as it is sent.
    pub cookie: Option<String>,
    pub user_id: String,
}

impl Client {
    pub fn of(port: u16) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: agent.into(), port, cookie: None, user_id: String::new() }
    }

    /// The same browser, after the server has moved.
    pub fn at(&self, server: &Server) -> Self {
        Self { cookie: self.cookie.clone(), user_id: self.user_id.clone(), ..Self::of(server.port) }
    }

    /// Whether the server answers there with 200.
    pub fn reaches(&self, path: &str) -> bool {
        self.agent
            .get(format!("http://127.0.0.1:{}{path}", self.port))
            .call()
            .is_ok_and(|answer| answer.status() == 200)
    }

    /// Logs in with these fields, and keeps the session.
    pub fn log_in(&mut self, fields: Value) -> Answer {
        let answer = self.post("/api/auth/login", fields);
        if answer.status == 200 {
            self.cookie = Some(answer.cookie().split(';').next().unwrap().to_owned());
            answer.json["user"]["userId"].as_str().unwrap().clone_into(&mut self.user_id);
        }
        answer
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.request("POST", path).json(&body).send()
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.request("PATCH", path).json(&body).send()
    }

    /// A case with its defaults.
    pub fn create_case(&self) -> Value {
        self.create_case_with(json!({}))
    }

    pub fn create_case_with(&self, mut fields: Value) -> Value {
        if fields.get("caseType").is_none() {
            fields["caseType"] = json!("AGENCY_ADOPTION");
        }
        self.post("/api/cases", fields).succeeded(201)
    }

    /// Uploads a document.
    #[track_caller]
    pub fn upload(&self, case_id: &str, name: &str, bytes: &[u8]) -> Answer {
        self.upload_form(case_id, Form::new().file("file", name, bytes).text("documentType", "court-order"))
    }

    #[track_caller]
    pub fn upload_form(&self, case_id: &str, form: Form) -> Answer {
        self.request("POST", &format!("/api/cases/{case_id}/upload-document")).form(form).send()
    }

    /// The details of a document.
    pub fn document(&self, id: &str) -> Value {
        self.get(&format!("/api/documents/{id}")).succeeded(200)["document"].take()
    }

    pub fn read_case(&self, id: &str) -> Value {
        self.get(&format!("/api/cases/{id}")).succeeded(200)
    }

    pub fn change_status(&self, id: &str, status: &str) -> Answer {
        self.patch(
            &format!("/api/cases/{id}/status"),
            json!({"status": status, "reason": "as the court directed"}),
        )
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        let mut head =
            http::Request::builder().method(method).uri(format!("http://127.0.0.1:{}{path}", self.port));
        if let Some(cookie) = &self.cookie {
            head = head.header("Cookie", cookie);
        }
        Request {
            agent: self.agent.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            head,
            body: None,
        }
    }
}

pub struct Request {
    agent: Agent,
    method: String,
    path: String,
    head: http::request::Builder,
    body: Option<Vec<u8>>,
}

impl Request {
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head = self.head.header(name, HeaderValue::from_bytes(value.as_ref()).unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub fn form(self, form: Form) -> Self {
        let (content_type, body) = form.end();
        self.header("Content-Type", content_type).body(body)
    }

    /// Any text, declared as JSON.
    pub fn json_text(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", "application/json").body(body)
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it, and checks the rules for every answer.
    #[track_caller]
    pub fn send(self) -> Answer {
        let (method, path) = (self.method.clone(), self.path.clone());
        let answer = self.run();
        assert!(answer.status != 500, "{method} {path}: 500 {}", answer.text);
        // Which comes without a body.
        if method != "HEAD" {
            answer.check_shape();
        }
        document::check_documented(&method, &path, &answer);
        answer
    }

    /// A JSON body in pieces, without saying beforehand how long it is.
    pub fn send_chunked(self, body: String) -> Answer {
        let (method, path) = (self.method, self.path);
        let request = self.head.header("Content-Type", "application/json");
        let body = ureq::SendBody::from_owned_reader(std::io::Cursor::new(body));
        let response = self.agent.run(request.body(body).unwrap());
        let answer =
            Answer::read(path.clone(), response.unwrap_or_else(|error| panic!("{path}: dropped: {error}")));
        answer.check_shape();
        document::check_documented(&method, &path, &answer);
        answer
    }

    /// For an inside that was broken on purpose.
    pub fn send_expecting_500(self) -> Answer {
        let answer = self.run();
        assert_eq!(answer.status, 500, "{}", answer.text);
        answer
    }

    /// Where the server may die on the way: status and body, if there is an answer.
    pub fn try_send(self) -> Option<(u16, Value)> {
        let answer = self.agent.run(self.head.body(self.body.unwrap_or_default()).unwrap()).ok()?;
        let status = answer.status().as_u16();
        let text = answer.into_body().read_to_string().ok()?;
        Some((status, serde_json::from_str(&text).ok()?))
    }

    /// Sends it, without any checks.
    pub fn run(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let outcome = match self.body {
            Some(body) => self.agent.run(self.head.body(body).unwrap()),
            None => self.agent.run(self.head.body(()).unwrap()),
        };
        let response = outcome.unwrap_or_else(|error| panic!("{what}: the connection was dropped: {error}"));
        Answer::read(what, response)
    }
}
