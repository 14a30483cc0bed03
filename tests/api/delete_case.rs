use serde_json::json;

use crate::support::{ROLES, Stage, at_once, id_of};

#[test]
fn a_deleted_case_is_gone_from_every_operation_but_stays_in_the_database() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    assert_eq!(officer.delete(&path).succeeded(200), json!({"success": true}));
    officer.get(&path).refused(404, "NOT_FOUND");
    officer.delete(&path).refused(404, "NOT_FOUND");
    assert_eq!(officer.get("/api/cases").succeeded(200)["cases"], json!([]));
    let kept = stage.database().count(
        "select count(*) from core.cases where id::text = $1 and deleted_at is not null and version = 2",
        &[&id_of(&case)],
    );
    assert_eq!(kept, 1);
    let audit = officer.get(&format!("{path}/audit")).succeeded(200);
    assert_eq!(audit["entries"][0]["action"], "DELETE");
    assert_eq!(audit["entries"][0]["actor"], officer.user_id);
}

#[test]
fn the_number_of_a_deleted_case_is_not_used_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.delete(&format!("/api/cases/{}", id_of(&case))).succeeded(200);
    assert!(officer.create_case()["caseNumber"].as_str().unwrap().ends_with("/00002"));
}

#[test]
fn the_total_is_right_after_creations_and_deletions_at_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let cases: Vec<_> = (0..10).map(|_| officer.create_case()).collect();
    // Two delete each case; one of them is told that it is gone.
    let statuses = at_once(30, |number| match cases.get(number / 2) {
        Some(case) => officer.delete(&format!("/api/cases/{}", id_of(case))).status,
        None => officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})).status,
    });
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(200), count(404), count(201)), (10, 10, 10), "{statuses:?}");
    let list = officer.get("/api/cases").succeeded(200);
    assert_eq!((&list["pagination"]["total"], list["cases"].as_array().unwrap().len()), (&json!(10), 10));
}

#[test]
fn the_role_is_asked_before_the_case_is_looked_for() {
    let stage = Stage::new();
    for role in &ROLES[1..] {
        let client = stage.user(role, json!({}));
        let refusal =
            client.delete("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061").refused(403, "FORBIDDEN");
        assert_eq!(refusal["requiredRoles"], json!(["HMCTS_CASE_OFFICER"]), "{role}");
    }
    stage.officer().delete("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061").refused(404, "NOT_FOUND");
}

#[test]
fn a_stale_if_match_is_refused_with_412() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    officer.patch(&path, json!({"notes": "n"})).succeeded(200);
    let answer = officer.request("DELETE", &path).header("If-Match", "\"1\"").send();
    assert_eq!((answer.status, &answer.json["currentVersion"]), (412, &json!(2)), "{}", answer.text);
    officer.request("DELETE", &path).header("If-Match", "\"2\"").send().succeeded(200);
}

#[test]
fn a_terminal_case_may_be_deleted() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.change_status(id_of(&case), "APPLICATION_WITHDRAWN").succeeded(200);
    officer.delete(&format!("/api/cases/{}", id_of(&case))).succeeded(200);
}
