use serde_json::{Value, json};

use crate::support::{ROLES, Stage, assert_is_timestamp, assign, id_of, link, unique};

#[test]
fn a_case_is_read_with_its_people_organisations_history_and_entity_tag() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "n"}));
    let id = id_of(&case);
    let (judge, applicant, council) = (unique("judge"), unique("applicant"), unique("council"));
    assign(&officer, id, &judge, "JUDICIAL");
    assign(&officer, id, &applicant, "APPLICANT");
    assign(&officer, id, "second", "APPLICANT");
    link(&officer, id, &council, "LOCAL_AUTHORITY");
    officer.change_status(id, "DIRECTIONS").succeeded(200);

    let answer = officer.get(&format!("/api/cases/{id}"));
    assert!(answer.header("ETag").unwrap().starts_with("\"2."));
    let read = answer.succeeded(200);
    assert_eq!(read["version"], 2);
    assert_eq!(read["assignedJudge"], judge);
    assert_eq!(read["applicantIds"], json!([applicant, "second"]));
    assert_eq!(read["organisationIds"], json!([council]));
    assert_eq!(read["statusReason"], "as the court directed");
    assert!(read.get("redacted").is_none_or(|redacted| redacted == false), "{read}");

    let history = read["history"].as_array().unwrap();
    assert_eq!(history.len(), 1);
    assert_is_timestamp(&history[0]["at"]);
    let expected =
        json!({"from": "APPLICATION", "to": "DIRECTIONS", "at": history[0]["at"], "by": officer.user_id});
    assert_eq!(history[0], expected);
}

#[test]
fn nothing_optional_is_null() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for role in ROLES {
        let read = stage.insider(role, &officer, id_of(&case)).read_case(id_of(&case));
        assert_no_null(&read);
        assert_eq!(officer.create_case()["history"], Value::Null, "a new case tells no history");
    }
}

#[test]
fn permissions_say_what_this_caller_may_do_next() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    for status in ["DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING"] {
        officer.change_status(id, status).succeeded(200);
    }
    for role in ROLES {
        let (edits, moves, next) = match role {
            "HMCTS_CASE_OFFICER" => (true, true, json!(["APPLICATION_WITHDRAWN", "ADJOURNED"])),
            "JUDGE_LEGAL_ADVISER" => (
                false,
                true,
                json!(["ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN", "ADJOURNED"]),
            ),
            _ => (false, false, json!([])),
        };
        let read = stage.insider(role, &officer, id).read_case(id);
        let expected = json!({
            "canEdit": edits, "canUpdateStatus": moves, "canDelete": edits, "canViewAudit": moves,
            "validTransitions": next,
        });
        assert_eq!(read["permissions"], expected, "{role}");
    }
}

#[test]
fn nobody_may_move_a_terminal_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let judge = stage.judge_of(&officer, id);
    officer.change_status(id, "APPLICATION_WITHDRAWN").succeeded(200);
    for client in [&officer, &judge] {
        let permissions = &client.read_case(id)["permissions"];
        assert_eq!(permissions["validTransitions"], json!([]));
        assert_eq!(permissions["canUpdateStatus"], false);
    }
    assert_eq!(officer.read_case(id)["permissions"]["canEdit"], true, "its details may still be worked on");
}

#[test]
fn a_revoked_assignment_or_an_ended_link_ends_access_at_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let path = format!("/api/cases/{id}");

    for (role, assignment_type) in [
        ("JUDGE_LEGAL_ADVISER", "JUDICIAL"),
        ("CAFCASS_OFFICER", "CAFCASS"),
        ("LA_SOCIAL_WORKER", "SOCIAL_WORKER"),
        ("ADOPTER", "APPLICANT"),
    ] {
        let client = stage.user(role, json!({}));
        let assignment = assign(&officer, id, &client.user_id, assignment_type);
        client.read_case(id);
        officer.delete(&format!("{path}/assignments/{assignment}")).succeeded(200);
        client.get(&path).refused(403, "FORBIDDEN");
        assert_eq!(client.get("/api/cases").succeeded(200)["cases"], json!([]), "{role}");
        assign(&officer, id, &client.user_id, assignment_type);
        client.read_case(id);
    }

    for (role, organisation_type) in
        [("LA_SOCIAL_WORKER", "LOCAL_AUTHORITY"), ("VAA_WORKER", "VOLUNTARY_AGENCY")]
    {
        let organisation = unique("org");
        let client = stage.user(role, json!({"organisationId": organisation}));
        link(&officer, id, &organisation, organisation_type);
        client.read_case(id);
        officer.delete(&format!("{path}/organisations/{organisation}")).succeeded(200);
        client.get(&path).refused(403, "FORBIDDEN");
    }
}

#[test]
fn an_id_that_is_not_a_uuid_names_no_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let unknown = officer.get("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061").refused(404, "NOT_FOUND");
    for id in
        ["1", "not-a-uuid", "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f506", "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f50611"]
    {
        let refusal = officer.get(&format!("/api/cases/{id}")).refused(404, "NOT_FOUND");
        assert_eq!(refusal["error"], unknown["error"]);
    }
}

#[track_caller]
fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::Array(items) => items.iter().for_each(assert_no_null),
        Value::Object(fields) => fields.values().for_each(assert_no_null),
        _ => (),
    }
}
