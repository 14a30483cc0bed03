//! Every address answers OPTIONS, and HEAD wherever there is GET; `Accept` limits the answers.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;

use crate::support::{
    Answer, Client, Stage,
    document::{openapi, operations, resolve},
    id_of, samples,
};

fn allowed(answer: &Answer) -> BTreeSet<&str> {
    answer.header("Allow").expect("no Allow").split(", ").collect()
}

#[test]
fn every_path_tells_its_methods() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for path in openapi()["paths"].as_object().unwrap().keys() {
        let own = operations().iter().filter(|operation| operation.path == *path);
        let mut methods: BTreeSet<_> = own.map(|operation| operation.method.as_str()).collect();
        methods.insert("OPTIONS");
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
        let asked = visitor.request("OPTIONS", path).send();
        assert_eq!((asked.status, asked.text.as_str()), (204, ""), "{path}");
        assert_eq!(allowed(&asked), methods, "{path}");
        for method in ["PUT", "BREW"] {
            let refused = visitor.request(method, path).send();
            assert_eq!(allowed(&refused), methods, "{method} {path}");
            refused.refused(405, "METHOD_NOT_ALLOWED");
        }
    }
    for path in ["/openapi.json", "/docs", "/metrics"] {
        let methods = BTreeSet::from(["GET", "HEAD", "OPTIONS"]);
        assert_eq!(allowed(&visitor.request("OPTIONS", path).send()), methods, "{path}");
        let refused = visitor.request("POST", path).send();
        assert_eq!(allowed(&refused), methods, "{path}");
        refused.refused(405, "METHOD_NOT_ALLOWED");
    }
    visitor.request("OPTIONS", "/api/nothing").send().refused(404, "NOT_FOUND");
    // HEAD is where GET is, and nowhere else.
    let head = visitor.request("HEAD", "/api/auth/logout").send();
    assert_eq!((head.status, allowed(&head)), (405, BTreeSet::from(["OPTIONS", "POST"])));
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "n".repeat(3000)}));
    let path = format!("/api/cases/{}", id_of(&case));
    let document = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let document = document["documentId"].as_str().unwrap();
    stage.scanned(document, "clean");
    let download = format!("/api/documents/{document}/download");
    let with = |method: &str, path: &str, coding: &str| {
        officer.request(method, path).header("Accept-Encoding", coding).send()
    };
    for coding in ["identity", "gzip", "br"] {
        for path in [
            &path,
            &download,
            "/api/cases",
            "/api/cases?page=x",
            "/api/cases/nonsense",
            "/nothing",
            "/openapi.json",
            "/docs",
            "/live",
            "/api/public/health",
        ] {
            let (get, head) = (with("GET", path, coding), with("HEAD", path, coding));
            assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
            let length = get.bytes.len().to_string();
            assert_eq!(head.header("Content-Length"), Some(length.as_str()), "{coding} {path}");
            let names: HashSet<_> = get.headers.keys().chain(head.headers.keys()).collect();
            for name in names.into_iter().filter(|name| !["date", "x-request-id"].contains(&name.as_str())) {
                assert_eq!(head.list(name.as_str()), get.list(name.as_str()), "{coding} {path}: {name}");
            }
        }
    }
    let visitor = stage.visitor().request("HEAD", &path).send();
    assert_eq!((visitor.status, visitor.bytes.len()), (401, 0));
}

#[test]
fn a_session_ends_and_a_probe_is_answered_whatever_the_client_takes() {
    let stage = Stage::new();
    let officer = stage.officer();
    let with = |method: &str, path: &str| officer.request(method, path).header("Accept", "text/plain").send();
    for path in ["/live", "/ready", "/api/health", "/api/public/health"] {
        with("GET", path).succeeded(200);
    }
    // This server has no provider.
    let request = officer.request("POST", "/api/auth/backchannel-logout").header("Accept", "text/plain");
    let form = request.header("Content-Type", "application/x-www-form-urlencoded").body("logout_token=x");
    form.send().refused(404, "NOT_FOUND");
    with("POST", "/api/auth/logout").succeeded(200);
    officer.get("/api/protected").refused(401, "AUTH_REQUIRED");
}

fn create(client: &Client, accept: &str) -> Answer {
    let request = client.request("POST", "/api/cases").header("Accept", accept);
    request.json(&json!({"caseType": "AGENCY_ADOPTION"})).send()
}

#[test]
fn a_request_that_does_not_accept_json_is_refused_before_anything_is_done() {
    let stage = Stage::new();
    let officer = stage.officer();
    for accept in ["text/html", "application/json;q=0", "*/*;q=0", "image/*, application/json;q=0.0"] {
        create(&officer, accept).refused(406, "NOT_ACCEPTABLE");
        let read = officer.request("GET", "/api/cases").header("Accept", accept).send();
        read.refused(406, "NOT_ACCEPTABLE");
    }
    assert_eq!(officer.get("/api/cases").succeeded(200)["pagination"]["total"], 0);
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "text/html, */*;q=0.1",
        "application/problem+json",
        "application/json, text/plain, */*",
        "",
    ] {
        create(&officer, accept).succeeded(201);
    }
}

#[test]
fn a_document_is_given_as_what_it_is() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let document = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let document = document["documentId"].as_str().unwrap();
    stage.scanned(document, "clean");
    // Programs often ask for JSON everywhere.
    for accept in ["application/json", "application/pdf", "image/png"] {
        let path = format!("/api/documents/{document}/download");
        let answer = officer.request("GET", &path).header("Accept", accept).send();
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (200, Some("application/pdf")),
            "{accept}"
        );
    }
}

#[test]
fn every_operation_that_needs_a_session_answers_a_bad_token_with_how_to_sign_in() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let id = "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";
    let known =
        operations().iter().filter(|operation| operation.definition["responses"].get("401").is_some());
    let mut refused = 0;
    for operation in known {
        let path = operation.path.replace("{id}", id).replace("{assignmentId}", id);
        let path = path.replace("{organisationId}", "council").replace("{filename}", "a.pdf");
        let request = visitor.request(&operation.method, &path).header("Authorization", "Bearer nonsense");
        let answer = request.json(&json!({})).send();
        if answer.status == 401 {
            refused += 1;
            assert!(
                answer.header("WWW-Authenticate").is_some_and(|told| told.starts_with("Bearer ")),
                "{path}"
            );
        }
        let (_, documented) = operation.responses().find(|(status, _)| *status == "401").unwrap();
        assert_eq!(resolve(&documented["headers"]["WWW-Authenticate"])["required"], true, "{path}");
    }
    assert!(refused >= 24, "{refused}");
}
