use chrono::{DateTime, Datelike, Duration, Utc};
use serde_json::{Value, json};

use crate::support::{ROLES, Stage, assert_is_timestamp, fields_of, id_of};

const TYPES: [&str; 6] = [
    "AGENCY_ADOPTION",
    "STEP_PARENT_ADOPTION",
    "INTERCOUNTRY_ADOPTION",
    "NON_AGENCY_ADOPTION",
    "FOSTER_TO_ADOPT",
    "ADOPTION_FOLLOWING_PLACEMENT_ORDER",
];

/// The year in London, which is UTC's but for an hour of summer.
fn year() -> i32 {
    Utc::now().year()
}

#[test]
fn a_new_case_is_an_application_with_the_first_number_of_its_court() {
    let stage = Stage::new();
    let officer = stage.officer();
    let answer = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"}));
    let location = answer.header("Location").unwrap().to_owned();
    assert!(answer.header("ETag").unwrap().starts_with("\"1."));
    let case = answer.succeeded(201);
    assert_eq!(location, format!("/api/cases/{}", id_of(&case)));

    assert_eq!(
        fields_of(&case),
        [
            "applicantIds",
            "assignedCourt",
            "attention",
            "caseNumber",
            "caseType",
            "courtCode",
            "createdAt",
            "createdBy",
            "id",
            "keyDates",
            "permissions",
            "status",
            "updatedAt",
            "version",
        ]
    );
    assert_eq!(case["caseNumber"], format!("{}/{}/00001", stage.court_code, year()));
    assert_eq!(case["caseType"], "AGENCY_ADOPTION");
    assert_eq!(case["status"], "APPLICATION");
    assert_eq!(case["assignedCourt"], stage.court_name);
    assert_eq!(case["courtCode"], stage.court_code);
    assert_eq!(case["createdBy"], officer.user_id);
    assert_eq!(case["version"], 1);
    assert_eq!(case["applicantIds"], json!([]));
    assert_eq!(case["attention"], "normal");
    assert_is_timestamp(&case["createdAt"]);
    assert_eq!(case["createdAt"], case["updatedAt"]);
    assert_eq!(case["keyDates"], json!({"applicationDate": case["createdAt"]}));
    assert_eq!(
        case["permissions"],
        json!({
            "canEdit": true, "canUpdateStatus": true, "canDelete": true, "canViewAudit": true,
            "validTransitions": ["DIRECTIONS", "APPLICATION_WITHDRAWN", "ON_HOLD"],
        })
    );
    assert_eq!(officer.get(&location).succeeded(200)["caseNumber"], case["caseNumber"]);
}

#[test]
fn every_field_of_a_new_case_is_stored() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({
        "caseType": "FOSTER_TO_ADOPT",
        "notes": "n", "internalNotes": "i", "staffComments": "s", "linkedFamilyCourtCaseReference": "BM25C00417",
        "nextHearing": "2031-07-01T10:30:00.25+01:00",
    }));
    for (field, value) in [
        ("notes", "n"),
        ("internalNotes", "i"),
        ("staffComments", "s"),
        ("linkedFamilyCourtCaseReference", "BM25C00417"),
        ("caseType", "FOSTER_TO_ADOPT"),
    ] {
        assert_eq!(case[field], value);
    }
    assert_eq!(case["keyDates"]["nextHearing"], "2031-07-01T09:30:00.250Z");
    let mut read = officer.read_case(id_of(&case));
    read.as_object_mut().unwrap().remove("history").unwrap();
    assert_eq!(read, case);
}

#[test]
fn every_type_of_case_is_known_and_the_numbers_follow_one_another() {
    let stage = Stage::new();
    let officer = stage.officer();
    for (place, case_type) in TYPES.iter().enumerate() {
        let case = officer.create_case_with(json!({"caseType": case_type}));
        assert_eq!(case["caseType"], *case_type);
        assert_eq!(case["caseNumber"], format!("{}/{}/{:05}", stage.court_code, year(), place + 1));
    }
}

#[test]
fn attention_follows_the_next_hearing() {
    let stage = Stage::new();
    let officer = stage.officer();
    let in_days = |days: i64| DateTime::to_rfc3339(&(Utc::now() + Duration::days(days)));
    for (hearing, attention) in [
        (in_days(-1), "overdue"),
        (in_days(0), "overdue"),
        (in_days(6), "approaching"),
        (in_days(8), "normal"),
    ] {
        let case = officer.create_case_with(json!({"nextHearing": hearing}));
        assert_eq!(case["attention"], attention, "{hearing}");
    }
}

#[test]
fn the_court_is_the_officer_s_own_whatever_the_body_says() {
    let stage = Stage::new();
    let case = stage.officer().create_case_with(json!({
        "assignedCourt": "Birmingham Family Court", "courtCode": "BFC", "courtAssignment": "Birmingham Family Court",
        "status": "ORDER_GRANTED", "version": 9, "createdBy": "somebody", "caseNumber": "BFC/2026/00001", "id": "x",
    }));
    assert_eq!(case["courtCode"], stage.court_code);
    assert_eq!(case["status"], "APPLICATION");
    assert_eq!(case["version"], 1);
}

#[test]
fn an_officer_without_a_court_creates_nothing() {
    let stage = Stage::new();
    let officer = stage.user("HMCTS_CASE_OFFICER", json!({}));
    officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})).refused_field("courtAssignment");
}

#[test]
fn a_case_needs_a_known_type() {
    let stage = Stage::new();
    let officer = stage.officer();
    for body in [json!({}), json!({"caseType": null}), json!({"caseType": ""}), json!({"caseType": "  "})] {
        let refusal = officer.post("/api/cases", body).refused_field("caseType");
        assert_eq!(refusal["error"], "caseType is required");
    }
    for word in ["ADOPTION", "agency_adoption", "AGENCY_ADOPTION; drop table core.cases"] {
        let refusal = officer.post("/api/cases", json!({"caseType": word})).refused_field("caseType");
        assert_eq!(refusal["error"], "Invalid caseType");
    }
}

#[test]
fn a_refused_creation_gives_its_number_back() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.create_case();
    officer.post("/api/cases", json!({"caseType": "NONE"})).refused_field("caseType");
    let long = "x".repeat(51);
    let body = json!({"caseType": "AGENCY_ADOPTION", "linkedFamilyCourtCaseReference": long});
    officer.post("/api/cases", body).refused_field("linkedFamilyCourtCaseReference");
    assert_eq!(officer.create_case()["caseNumber"], format!("{}/{}/00002", stage.court_code, year()));
}

#[test]
fn only_an_officer_creates_cases_and_a_refusal_is_recorded() {
    let stage = Stage::new();
    for role in &ROLES[1..] {
        let client = stage.user(role, json!({"courtAssignment": stage.court_name}));
        for body in [json!({"caseType": "AGENCY_ADOPTION"}), json!({"caseType": "NONE"}), json!({})] {
            let refusal = client.post("/api/cases", body).refused(403, "FORBIDDEN");
            assert_eq!(refusal["error"], "Permission denied");
            assert_eq!(refusal["requiredRoles"], json!(["HMCTS_CASE_OFFICER"]));
        }
        assert_eq!(stage.refusals(&client.user_id, "create_case"), 3, "{role}");
    }
    assert_eq!(stage.officer().get("/api/cases").succeeded(200)["pagination"]["total"], 0);
}

#[test]
fn a_hearing_is_a_date_time_with_offset() {
    let stage = Stage::new();
    let officer = stage.officer();
    for hearing in [
        json!("2031-02-30T10:00:00Z"),
        json!("2031-02-01"),
        json!("2031-02-01T10:00:00"),
        json!("tomorrow"),
        json!(""),
        json!(1_900_000_000),
        json!("2031-02-01T25:00:00Z"),
        json!({"at": "2031-02-01T10:00:00Z"}),
    ] {
        let body = json!({"caseType": "AGENCY_ADOPTION", "nextHearing": hearing});
        officer.post("/api/cases", body).refused_field("nextHearing");
    }
}

#[test]
fn the_audit_tells_of_the_creation_once_with_its_request() {
    let stage = Stage::new();
    let officer = stage.officer();
    let answer = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION", "notes": "n"}));
    let request_id = answer.request_id().to_string();
    let case = answer.succeeded(201);
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    assert_eq!(audit["pagination"]["total"], 1);
    let entry = &audit["entries"][0];
    assert_eq!(entry["action"], "CREATE");
    assert_eq!(entry["actor"], officer.user_id);
    assert_eq!(entry["actorRole"], "HMCTS_CASE_OFFICER");
    assert_eq!(entry["requestId"], request_id);
    assert_eq!(entry["changes"]["before"], Value::Null);
    assert_eq!(entry["changes"]["after"]["caseNumber"], case["caseNumber"]);
    assert_eq!(entry["changes"]["after"]["notes"], "n");
}
