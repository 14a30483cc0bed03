use serde_json::{Value, json};

use crate::support::{Client, Stage, id_of};

const TEXTS: [&str; 4] = ["notes", "internalNotes", "staffComments", "linkedFamilyCourtCaseReference"];

fn path(case: &Value) -> String {
    format!("/api/cases/{}", id_of(case))
}

fn audit_total(officer: &Client, case: &Value) -> Value {
    officer.get(&format!("{}/audit", path(case))).succeeded(200)["pagination"]["total"].clone()
}

#[test]
fn details_change_and_the_version_moves_by_one() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let body = json!({
        "notes": "n", "internalNotes": "i", "staffComments": "s", "linkedFamilyCourtCaseReference": "r",
        "nextHearing": "2031-07-01T10:30:00+01:00",
    });
    let answer = officer.patch(&path(&case), body);
    assert!(answer.header("ETag").unwrap().starts_with("\"2."));
    let changed = answer.succeeded(200);
    for (field, value) in TEXTS.into_iter().zip(["n", "i", "s", "r"]) {
        assert_eq!(changed[field], value);
    }
    assert_eq!(changed["keyDates"]["nextHearing"], "2031-07-01T09:30:00.000Z");
    assert_eq!(changed["version"], 2);
    assert!(changed["updatedAt"].as_str() > case["updatedAt"].as_str());
    assert_eq!(changed["createdAt"], case["createdAt"]);
    assert_eq!(changed["createdBy"], case["createdBy"]);
    let mut read = officer.read_case(id_of(&case));
    read.as_object_mut().unwrap().remove("history");
    assert_eq!(read, changed);
}

#[test]
fn an_absent_field_keeps_and_null_clears() {
    let stage = Stage::new();
    let officer = stage.officer();
    for field in TEXTS {
        let mut fields = json!({"nextHearing": "2031-07-01T10:30:00Z"});
        for text in TEXTS {
            fields[text] = json!(format!("the {text}"));
        }
        let case = officer.create_case_with(fields);
        let changed = officer.patch(&path(&case), json!({field: null})).succeeded(200);
        assert_eq!(changed.get(field), None, "null clears {field}");
        for kept in TEXTS.into_iter().filter(|text| *text != field) {
            assert_eq!(changed[kept], case[kept], "{field} alone is cleared");
        }
        assert_eq!(changed["keyDates"]["nextHearing"], "2031-07-01T10:30:00.000Z");
    }

    let case = officer.create_case_with(json!({"notes": "n", "nextHearing": "2031-07-01T10:30:00Z"}));
    let changed = officer.patch(&path(&case), json!({"nextHearing": null})).succeeded(200);
    assert_eq!(changed["keyDates"], json!({"applicationDate": case["createdAt"]}));
    assert_eq!(changed["notes"], "n");
}

#[test]
fn an_edit_that_changes_nothing_keeps_the_version_and_writes_nothing() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "n", "nextHearing": "2031-07-01T10:30:00Z"}));
    for body in [
        json!({}),
        json!({"notes": "n"}),
        json!({"nextHearing": "2031-07-01T11:30:00+01:00"}),
        json!({"staffComments": null}),
        json!({"version": 1}),
        json!({"version": null}),
        json!({"status": "ON_HOLD"}),
    ] {
        let same = officer.patch(&path(&case), body.clone()).succeeded(200);
        assert_eq!(same, case, "{body}");
    }
    assert_eq!(audit_total(&officer, &case), 1);
}

#[test]
fn a_stale_version_is_refused_with_409() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.patch(&path(&case), json!({"notes": "first", "version": 1})).succeeded(200);
    let refusal =
        officer.patch(&path(&case), json!({"notes": "second", "version": 1})).refused(409, "CONFLICT");
    assert_eq!(refusal["currentVersion"], 2);
    officer.patch(&path(&case), json!({"notes": "second", "version": 3})).refused(409, "CONFLICT");
    let read = officer.read_case(id_of(&case));
    assert_eq!((&read["notes"], &read["version"]), (&json!("first"), &json!(2)));
    assert_eq!(audit_total(&officer, &case), 2);
}

#[test]
fn a_stale_if_match_is_refused_with_412() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let etag = officer.get(&path(&case)).header("ETag").unwrap().to_owned();
    let send = |etag: &str, body: Value| {
        officer.request("PATCH", &path(&case)).header("If-Match", etag).json(&body).send()
    };
    send(&etag, json!({"notes": "first"})).succeeded(200);
    for stale in [etag.as_str(), "\"99\"", "\"nonsense\""] {
        let answer = send(stale, json!({"notes": "second"}));
        assert_eq!(
            (answer.status, &answer.json["currentVersion"]),
            (412, &json!(2)),
            "{stale}: {}",
            answer.text
        );
    }
    assert_eq!(officer.read_case(id_of(&case))["notes"], "first");
    send("\"2\"", json!({"notes": "second", "version": 2})).succeeded(200);
    send("*", json!({"notes": "third"})).succeeded(200);
    assert_eq!(officer.read_case(id_of(&case))["version"], 4);
}

#[test]
fn an_if_match_that_cannot_be_read_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for unreadable in [&b"\"\xff\""[..], b"\"1\", \"\xc3\xa9\""] {
        let request = officer.request("PATCH", &path(&case)).header("If-Match", unreadable);
        request.json(&json!({"notes": "x"})).send().refused_field("If-Match");
    }
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);
}

#[test]
fn versions_that_contradict_each_other_are_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let send = |etag: &str, version: i32| {
        let body = json!({"notes": "x", "version": version});
        officer.request("PATCH", &path(&case)).header("If-Match", etag).json(&body).send()
    };
    send("\"1\"", 2).refused_field("version");
    send("\"2\"", 1).refused_field("version");
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);
}

#[test]
fn a_terminal_case_may_still_be_worked_on() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.change_status(id_of(&case), "APPLICATION_WITHDRAWN").succeeded(200);
    let changed = officer.patch(&path(&case), json!({"notes": "closed"})).succeeded(200);
    assert_eq!((&changed["notes"], &changed["version"]), (&json!("closed"), &json!(3)));
    assert_eq!(changed["status"], "APPLICATION_WITHDRAWN");
}

#[test]
fn an_edit_keeps_the_reason_of_the_present_status() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let hold = json!({"status": "ON_HOLD", "reason": "waiting for the report"});
    officer.patch(&format!("{}/status", path(&case)), hold).succeeded(200);
    let changed = officer.patch(&path(&case), json!({"notes": "n"})).succeeded(200);
    assert_eq!(changed["statusReason"], "waiting for the report");
}

#[test]
fn the_audit_tells_what_changed_and_only_that() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "before", "staffComments": "same"}));
    officer.patch(&path(&case), json!({"notes": "after", "staffComments": "same"})).succeeded(200);
    let audit = officer.get(&format!("{}/audit", path(&case))).succeeded(200);
    let entry = &audit["entries"][0];
    assert_eq!(entry["action"], "UPDATE");
    assert_eq!(entry["changes"]["before"], json!({"notes": "before", "version": 1}));
    assert_eq!(entry["changes"]["after"], json!({"notes": "after", "version": 2}));
}

#[test]
fn a_text_beyond_its_limit_is_refused_and_changes_nothing() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (field, limit) in TEXTS.into_iter().zip([20_000, 20_000, 20_000, 50]) {
        let longest = "é".repeat(limit);
        officer
            .patch(&path(&case), json!({field: format!("{longest}x"), "nextHearing": null}))
            .refused_field(field);
        let changed = officer.patch(&path(&case), json!({field: longest})).succeeded(200);
        assert_eq!(changed[field], longest, "exactly {limit} characters fit");
    }
    assert_eq!(officer.read_case(id_of(&case))["version"], 5);
}
