//! A failure tells people and programs all that is wrong at once, in the form that was asked for.

use serde_json::{Value, json};

use crate::support::{Answer, Form, Stage, document::operations, id_of, samples};

/// The faults of the fields, as `field CODE`.
fn faults(answer: Answer) -> Vec<String> {
    let body = answer.refused(400, "VALIDATION_ERROR");
    assert_eq!(body["reason"], "INVALID_INPUT", "{body}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = body["errors"].as_array().unwrap();
    errors.iter().map(|error| text(&error["field"]) + " " + &text(&error["code"])).collect()
}

#[test]
fn all_fields_of_a_body_that_are_wrong_are_named_at_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let wrong = json!({
        "caseType": 7, "notes": "a\u{0}b", "nextHearing": "tomorrow", "staffComments": "fine", "unknown": 7,
    });
    assert_eq!(
        faults(officer.post("/api/cases", wrong)),
        ["caseType WRONG_TYPE", "notes NUL_CHARACTER", "nextHearing INVALID_FORMAT"]
    );
    let refused =
        json!({ "caseType": "X", "notes": "x".repeat(20_001), "nextHearing": "0000-01-01T00:00:00Z" });
    assert_eq!(
        faults(officer.post("/api/cases", refused)),
        ["caseType UNKNOWN_WORD", "notes TOO_LONG", "nextHearing OUT_OF_RANGE"]
    );
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    for moment in ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"] {
        let refused = json!({ "notes": "x".repeat(20_001), "nextHearing": moment });
        assert_eq!(
            faults(officer.patch(&path, refused)),
            ["notes TOO_LONG", "nextHearing OUT_OF_RANGE"],
            "{moment}"
        );
    }
    for moment in ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
        let changed = officer.patch(&path, json!({ "nextHearing": moment })).succeeded(200);
        assert_eq!(changed["keyDates"]["nextHearing"], moment);
    }
    let nobody = json!({ "username": " ", "courtAssignment": "Nowhere" });
    assert_eq!(
        faults(stage.visitor().post("/api/auth/login", nobody)),
        ["username REQUIRED", "role REQUIRED", "courtAssignment UNKNOWN_WORD"]
    );
}

#[test]
fn all_parameters_that_are_wrong_are_named_at_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    assert_eq!(
        faults(officer.get(
            "/api/cases?page=x&pageSize=99999999999&dateFrom=1.1.2026&dateTo=2026-02-30&status=ON_HOLD"
        )),
        ["dateFrom INVALID_FORMAT", "dateTo INVALID_FORMAT", "page WRONG_TYPE", "pageSize OUT_OF_RANGE"]
    );
    assert_eq!(
        faults(officer.get("/api/cases?status=x&sortBy=x&page=0&pageSize=101&cursor=x")),
        [
            "status UNKNOWN_WORD",
            "sortBy UNKNOWN_WORD",
            "page OUT_OF_RANGE",
            "pageSize OUT_OF_RANGE",
            "cursor INVALID_FORMAT"
        ]
    );
    let documents = format!("/api/cases/{}/documents", id_of(&officer.create_case()));
    assert_eq!(
        faults(officer.get(&format!("{documents}?documentType=x&ocrStatus=x&pageSize=0"))),
        ["documentType UNKNOWN_WORD", "ocrStatus UNKNOWN_WORD", "pageSize OUT_OF_RANGE"]
    );
}

#[test]
fn all_fields_of_a_form_that_are_wrong_are_named_at_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = |name| Form::new().file("file", name, &samples::pdf());
    let upload = |form| faults(officer.upload_form(id_of(&case), form));
    assert_eq!(upload(Form::new()), ["file REQUIRED", "documentType REQUIRED"]);
    assert_eq!(upload(Form::new().text("documentType", "other")), ["file REQUIRED", "description REQUIRED"]);
    assert_eq!(
        upload(form("a.exe").text("documentType", "x").text("description", &"x".repeat(501))),
        ["file FILE_TYPE_NOT_ALLOWED", "documentType UNKNOWN_WORD", "description TOO_LONG"]
    );
    assert_eq!(
        upload(form("a.pdf").text("documentType", "\0").text("description", "\0")),
        ["documentType NUL_CHARACTER", "description NUL_CHARACTER"]
    );
    let files = Form::new().file("files", "a.pdf", &samples::pdf());
    let bulk = format!("/api/cases/{}/upload-documents/bulk", id_of(&case));
    let answer =
        officer.request("POST", &bulk).form(files.text("documentTypes", "x").text("descriptions", "[7]"));
    assert_eq!(faults(answer.send()), ["documentTypes WRONG_TYPE", "descriptions WRONG_TYPE"]);
}

#[test]
fn every_operation_names_ignored_parameters() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for operation in operations() {
        let path = operation.path.replace("{id}", "x").replace("{assignmentId}", "x");
        let path = path.replace("{organisationId}", "x").replace("{filename}", "x");
        let known: Vec<_> = operation.definition["parameters"].as_array().into_iter().flatten().collect();
        let known = known.iter().filter(|parameter| parameter["in"] == "query");
        let known: Vec<_> = known.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        let once = known.iter().map(|name| format!("{name}=")).collect::<Vec<_>>().join("&");
        let answer = visitor.request(&operation.method, &format!("{path}?{once}")).send();
        assert_eq!(answer.header("Casefile-Ignored-Parameters"), None, "{}", operation.id);
        let answer = visitor.request(&operation.method, &format!("{path}?{once}&{once}&nonsense")).send();
        let named = [&known[..], &["nonsense"]].concat().join(", ");
        assert_eq!(answer.header("Casefile-Ignored-Parameters"), Some(named.as_str()), "{}", operation.id);
    }
}

#[test]
fn the_first_value_of_a_repeated_parameter_is_used() {
    let stage = Stage::new();
    let officer = stage.officer();
    let answer = officer.get("/api/cases?pageSize=7&stauts=ON_HOLD&pageSize=8");
    assert_eq!(answer.header("Casefile-Ignored-Parameters"), Some("stauts, pageSize"));
    assert_eq!(answer.succeeded(200)["pagination"]["pageSize"], 7);
    assert_eq!(officer.get("/api/cases?pageSize=7").header("Casefile-Ignored-Parameters"), None);
    let answer = officer.get("/api/cases?page=0&%3Cb%3E=1");
    assert_eq!(answer.header("Casefile-Ignored-Parameters"), Some("%3Cb%3E"));
    answer.refused_field("page");
}

#[test]
fn problem_details_are_returned_only_on_request() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = "3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11";
    let ask = |accept: &str, body| {
        let request = officer.request("POST", "/api/cases").header("Accept", accept);
        request.header("X-Request-Id", id).json(&body).run()
    };
    let plain = ask("application/json", json!({ "caseType": "X" }));
    let problem = ask("application/problem+json, application/json", json!({ "caseType": "X" }));
    assert_eq!((problem.status, problem.header("Content-Type")), (400, Some("application/problem+json")));
    assert_eq!(
        problem.json,
        json!({
            "type": "/docs/errors#INVALID_INPUT", "title": "Invalid input", "status": 400, "detail": "Invalid caseType",
            "instance": format!("urn:uuid:{id}"), "code": "VALIDATION_ERROR", "reason": "INVALID_INPUT", "requestId": id,
            "field": "caseType", "errors": plain.json["errors"],
        })
    );
    for accept in ["application/json", "*/*", "application/problem+json;q=0.1, application/json"] {
        let answer = ask(accept, json!({ "caseType": "X" }));
        assert_eq!(answer.json, plain.json, "{accept}");
        answer.check_shape();
    }
    let created = ask("application/problem+json, application/json", json!({ "caseType": "AGENCY_ADOPTION" }));
    assert!(
        created.header("Content-Type").unwrap().starts_with("application/json"),
        "a success is no problem"
    );
    created.succeeded(201);
}

#[test]
fn a_request_id_that_is_no_uuid_is_replaced_and_said_to_be() {
    let stage = Stage::new();
    let ask =
        |id: &[u8]| stage.visitor().request("GET", "/api/public/health").header("X-Request-Id", id).send();
    for id in [&b"17"[..], b"", b"\xff", b"3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c1"] {
        let answer = ask(id);
        assert_eq!(answer.header("Casefile-Request-Id-Replaced"), Some("true"), "{id:?}");
    }
    let answer = ask(b"3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11");
    assert_eq!(answer.header("X-Request-Id"), Some("3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11"));
    assert_eq!(answer.header("Casefile-Request-Id-Replaced"), None);
    assert_eq!(stage.visitor().get("/api/public/health").header("Casefile-Request-Id-Replaced"), None);
}

#[test]
fn refusals_with_the_same_code_have_different_reasons() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let reason = |answer: Answer, status, code| answer.refused(status, code)["reason"].clone();

    let outdated = json!({ "notes": "x", "version": 7 });
    assert_eq!(reason(officer.patch(&path, outdated), 409, "CONFLICT"), "STALE_VERSION");
    let changed = officer.request("PATCH", &path).header("If-Match", "\"7\"").json(&json!({ "notes": "x" }));
    assert_eq!(reason(changed.send(), 412, "CONFLICT"), "STALE_VERSION");
    let assignment = json!({ "userId": "judge.judy", "assignmentType": "JUDICIAL" });
    officer.post(&format!("{path}/assignments"), assignment.clone()).succeeded(201);
    let again = officer.post(&format!("{path}/assignments"), assignment);
    assert_eq!(reason(again, 409, "CONFLICT"), "ALREADY_ASSIGNED");
    let link = json!({ "organisationId": "la.one", "organisationType": "LOCAL_AUTHORITY" });
    officer.post(&format!("{path}/organisations"), link.clone()).succeeded(201);
    assert_eq!(
        reason(officer.post(&format!("{path}/organisations"), link), 409, "CONFLICT"),
        "ALREADY_LINKED"
    );

    let bytes = samples::pdf();
    let uploaded = officer.upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let document = format!("/api/documents/{}", uploaded["documentId"].as_str().unwrap());
    let early = officer.get(&format!("{document}/download"));
    assert_eq!(early.header("Retry-After"), Some("5"));
    assert_eq!(reason(early, 409, "CONFLICT"), "NOT_SCANNED");
    let same = officer.upload(id_of(&case), "b.pdf", &bytes);
    assert_eq!(reason(same, 400, "VALIDATION_ERROR"), "DUPLICATE_DOCUMENT");

    let key =
        |body: Value| officer.request("POST", "/api/cases").header("Idempotency-Key", "k").json(&body).send();
    key(json!({ "caseType": "AGENCY_ADOPTION" })).succeeded(201);
    let other = key(json!({ "caseType": "AGENCY_ADOPTION", "notes": "x" }));
    assert_eq!(reason(other, 409, "CONFLICT"), "KEY_REUSED");

    let nothing = "/api/cases/3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11";
    assert_eq!(reason(officer.get(nothing), 404, "NOT_FOUND"), "CASE_NOT_FOUND");
    let nothing = "/api/documents/3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11";
    assert_eq!(reason(officer.get(nothing), 404, "NOT_FOUND"), "DOCUMENT_NOT_FOUND");
    assert_eq!(reason(officer.get("/nothing"), 404, "NOT_FOUND"), "ADDRESS_NOT_FOUND");
    let nothing = format!("{path}/assignments/3f1b8f0e-6a0b-4f7e-8a57-0d5c1d6d3c11");
    assert_eq!(reason(officer.delete(&nothing), 404, "NOT_FOUND"), "ASSIGNMENT_NOT_FOUND");
    let nothing = format!("{path}/organisations/la.two");
    assert_eq!(reason(officer.delete(&nothing), 404, "NOT_FOUND"), "ORGANISATION_NOT_LINKED");
    let adopter = stage.stranger("ADOPTER");
    assert_eq!(reason(adopter.get(&path), 403, "FORBIDDEN"), "NOT_YOUR_CASE");
    assert_eq!(reason(adopter.delete(&path), 403, "FORBIDDEN"), "ROLE_NOT_PERMITTED");
    assert_eq!(reason(stage.visitor().get(&path), 401, "AUTH_REQUIRED"), "NO_SESSION");
    let malformed = officer.request("POST", "/api/cases").json_text("{").send();
    assert_eq!(reason(malformed, 400, "VALIDATION_ERROR"), "MALFORMED_JSON");
}
