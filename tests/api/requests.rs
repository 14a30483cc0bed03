//! Rules for every request: one shape for every failure, an id, JSON and nothing else.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Form, Stage, document::operations, id_of, samples};

#[test]
fn an_unknown_address_is_not_found_in_the_shape_of_every_failure() {
    let stage = Stage::new();
    let officer = stage.officer();
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/cases/",
        "/favicon.ico",
        "/api/cases/x/y/z",
        "//",
        "/API/health",
    ] {
        for client in [&stage.visitor(), &officer] {
            let answer = client.get(path);
            assert!(matches!(answer.status, 404 | 400), "{path}: {} {}", answer.status, answer.text);
        }
    }
    stage.visitor().get("/api/nothing").refused(404, "NOT_FOUND");
}

#[test]
fn a_method_that_is_not_taken_is_405() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (method, path) in [
        ("PUT", "/api/cases".to_owned()),
        ("DELETE", "/api/cases".to_owned()),
        ("GET", "/api/auth/logout".to_owned()),
        ("POST", "/api/health".to_owned()),
        ("PUT", format!("/api/cases/{}", id_of(&case))),
        ("GET", format!("/api/cases/{}/status", id_of(&case))),
        ("POST", "/openapi.json".to_owned()),
    ] {
        let answer = officer.request(method, &path).json(&json!({})).send();
        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
        assert_eq!(answer.json["code"], "METHOD_NOT_ALLOWED");
    }
}

#[test]
fn a_created_object_can_be_read_at_its_location() {
    let stage = Stage::new();
    let officer = stage.officer();
    let created = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"}));
    let case = created.header("Location").unwrap().to_owned();
    let several =
        |form: Form| officer.request("POST", &format!("{case}/upload-documents/bulk")).form(form).send();
    let pdf =
        |name: &str| Form::new().text("documentType", "court-order").file("files", name, &samples::pdf());
    for (answer, place) in [
        (
            officer
                .post(&format!("{case}/assignments"), json!({"userId": "jo", "assignmentType": "JUDICIAL"})),
            "/assignments/0/id",
        ),
        (
            officer.post(
                &format!("{case}/organisations"),
                json!({"organisationId": "o", "organisationType": "LOCAL_AUTHORITY"}),
            ),
            "/organisations/0/organisationId",
        ),
        (officer.upload(id_of(&created.json), "a.pdf", &samples::pdf()), "/document/id"),
        (several(pdf("b.pdf")), "/documents/0/id"),
        (created, "/id"),
    ] {
        assert_eq!(answer.status, 201, "{}", answer.text);
        let location = answer.header("Location").unwrap_or_else(|| panic!("no Location: {}", answer.text));
        let found = officer.get(location).succeeded(200);
        let id = found.pointer(place).unwrap().as_str().unwrap();
        assert!(answer.text.contains(id), "{location}: {found}");
    }
    let some = several(pdf("c.pdf").file("files", "x.exe", b"MZ"));
    assert_eq!((some.status, some.header("Location")), (207, None));
}

#[test]
fn a_body_that_is_not_declared_as_json_is_415() {
    let stage = Stage::new();
    let officer = stage.officer();
    let body = json!({"caseType": "AGENCY_ADOPTION"}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
        "application/xml",
        "",
    ] {
        let answer =
            officer.request("POST", "/api/cases").header("Content-Type", kind).body(body.clone()).send();
        assert_eq!(answer.status, 415, "{kind:?}: {}", answer.text);
        assert_eq!(answer.json["error"], "The body must be application/json");
    }
    let answer = officer.request("POST", "/api/cases").body(body.clone()).send();
    assert_eq!(answer.status, 415, "without any: {}", answer.text);
    for kind in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        officer
            .request("POST", "/api/cases")
            .header("Content-Type", kind)
            .body(body.clone())
            .send()
            .succeeded(201);
    }
}

#[test]
fn a_body_of_another_type_is_refused_with_the_type_that_is_wanted() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let mut wanted = BTreeSet::new();
    for operation in operations().iter().filter(|operation| !operation.definition["requestBody"].is_null()) {
        let kinds = operation.definition["requestBody"]["content"].as_object().unwrap();
        let kind = kinds.keys().next().unwrap();
        let path = operation.path.replace("{id}", id_of(&case));
        let request = officer.request(&operation.method, &format!("{path}?unknown=1"));
        let refused = request.header("Content-Type", "text/plain").body("x").send();
        let refused = refused.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(refused["error"], format!("The body must be {kind}"), "{path}");
        wanted.insert(kind.as_str());
    }
    let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    assert_eq!(wanted, BTreeSet::from(kinds));
}

#[test]
fn a_body_that_is_no_json_object_is_400() {
    let stage = Stage::new();
    let officer = stage.officer();
    for body in [
        "",
        "{",
        "null",
        "[]",
        "17",
        "\"text\"",
        "{'caseType': 1}",
        "{\"caseType\": \"AGENCY_ADOPTION\",}",
        "\u{feff}{}",
        "{} {}",
    ] {
        officer.request("POST", "/api/cases").json_text(body).send().refused_field("body");
        stage.visitor().request("POST", "/api/auth/login").json_text(body).send().refused_field("body");
    }
}

#[test]
fn a_request_id_that_is_given_comes_back_and_reaches_the_audit() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = Uuid::new_v4();
    let answer = officer
        .request("POST", "/api/cases")
        .header("X-Request-Id", id.to_string())
        .json(&json!({"caseType": "AGENCY_ADOPTION"}))
        .send();
    assert_eq!(answer.request_id(), id);
    let case = answer.succeeded(201);
    let kept = stage.database().count(
        "select count(*) from audit.entries where case_id::text = $1 and request_id = $2 and client_address = '127.0.0.1'",
        &[&id_of(&case), &id],
    );
    assert_eq!(kept, 1);
}

#[test]
fn a_request_id_reaches_the_record_of_a_refusal() {
    let stage = Stage::new();
    let case = stage.officer().create_case();
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    let id = Uuid::new_v4();
    let path = format!("/api/cases/{}", id_of(&case));
    let answer = judge.request("GET", &path).header("X-Request-Id", id.to_string()).send();
    assert_eq!(answer.refused(403, "FORBIDDEN")["requestId"], id.to_string());
    let kept = stage.database().count(
        "select count(*) from audit.refusals where request_id = $1 and user_id = $2",
        &[&id, &judge.user_id],
    );
    assert_eq!(kept, 1);
}

#[test]
fn a_request_id_that_is_no_uuid_is_replaced() {
    let stage = Stage::new();
    let long = "x".repeat(3000);
    for id in [
        "17",
        "",
        "not-a-uuid",
        "'; drop table audit.entries; --",
        "7b0c3b0e-6f0d-4f5e-9d37-0f6f3f0a8a1",
        &long,
    ] {
        let answer = stage.visitor().request("GET", "/api/nothing").header("X-Request-Id", id).send();
        assert_ne!(answer.request_id().to_string(), id);
        let health = stage.visitor().request("GET", "/api/health").header("X-Request-Id", id).send();
        assert_ne!(health.request_id().to_string(), id);
        health.succeeded(200);
    }
}

#[test]
fn every_request_has_an_id_of_its_own() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let ids: std::collections::HashSet<_> =
        (0..20).map(|_| visitor.get("/api/public/health").request_id()).collect();
    assert_eq!(ids.len(), 20);
}

#[test]
fn the_request_id_stands_in_the_log() {
    let stage = Stage::alone();
    let id = Uuid::new_v4();
    stage.visitor().request("GET", "/api/protected").header("X-Request-Id", id.to_string()).send();
    let log = stage.server().log();
    let line = log.lines().find(|line| line.contains(&id.to_string())).expect("no line in the log");
    assert!(line.contains("401"), "{line}");
}

#[test]
fn nothing_secret_stands_in_the_log() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "very-private-notes"}));
    officer.patch(&format!("/api/cases/{}", id_of(&case)), json!({"notes": 17})).refused_field("notes");
    officer.post("/api/cases", json!({"caseType": "very-private-type"})).refused_field("caseType");
    let log = stage.server().log();
    let token = officer.cookie.as_ref().unwrap().split_once('=').unwrap().1.to_owned();
    for secret in
        [token.as_str(), "very-private", stage.database().url.split(['/', ':', '@']).nth(4).unwrap()]
    {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

#[test]
fn a_failure_tells_nothing_of_the_inside() {
    let stage = Stage::new();
    let officer = stage.officer();
    for answer in [
        officer.get("/api/cases/not-a-uuid"),
        officer.get("/api/cases?page=x"),
        officer.get("/api/cases?page=99999999999999"),
        officer.get("/api/cases?dateFrom=x"),
        officer.post("/api/cases", json!({"caseType": 17})),
        officer.post("/api/auth/login", json!({"username": {}})),
        officer.request("POST", "/api/cases").json_text(b"{\"caseType\": ".to_vec()).send(),
        officer.request("POST", "/api/cases").json_text(b"[1]".to_vec()).send(),
        officer
            .request("POST", &format!("/api/cases/{}/upload-document", id_of(&officer.create_case())))
            .header("Content-Type", "multipart/form-data; boundary=x")
            .body("--x\r\nnonsense")
            .send(),
        officer.get("/api/cases?cursor=nonsense"),
        officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION", "notes": "x".repeat(20_001)})),
        officer.get("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061"),
        stage.user("ADOPTER", json!({})).delete("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061"),
    ] {
        let text = answer.text.to_lowercase();
        for word in [
            "sqlstate",
            "core.",
            "audit.",
            "select ",
            "postgres",
            "constraint",
            "within_limit",
            "relation",
            "rust",
            "poem",
            "uuid",
            "digit",
            "integer",
            "expected",
            "eof",
            "multipart",
            "too large to fit",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert_eq!(answer.json.get("details"), None::<&Value>);
    }
}
