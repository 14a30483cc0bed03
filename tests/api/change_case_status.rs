use serde_json::{Value, json};

use crate::support::{Answer, Client, ROLES, Stage, id_of};

const NEXT: [(&str, &[&str]); 6] = [
    ("APPLICATION", &["DIRECTIONS", "APPLICATION_WITHDRAWN", "ON_HOLD"]),
    ("DIRECTIONS", &["CONSENT_AND_REPORTING", "APPLICATION_WITHDRAWN", "ON_HOLD", "ADJOURNED"]),
    ("CONSENT_AND_REPORTING", &["FINAL_HEARING", "APPLICATION_WITHDRAWN", "ON_HOLD", "ADJOURNED"]),
    ("FINAL_HEARING", &["ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN", "ADJOURNED"]),
    (
        "ON_HOLD",
        &["APPLICATION", "DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING", "APPLICATION_WITHDRAWN"],
    ),
    ("ADJOURNED", &["DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING", "APPLICATION_WITHDRAWN"]),
];
const OUTCOMES: [&str; 3] = ["ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN"];
const NONE_SUCH: &str = "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";

fn change(client: &Client, case: &Value, body: Value) -> Answer {
    client.patch(&format!("/api/cases/{}/status", id_of(case)), body)
}

/// A case in that status, on the shortest way there.
fn case_in(officer: &Client, judge_of: impl Fn(&Value) -> Client, status: &str) -> Value {
    let case = officer.create_case();
    let judge = judge_of(&case);
    let way: &[&str] = match status {
        "APPLICATION" => &[],
        "DIRECTIONS" => &["DIRECTIONS"],
        "CONSENT_AND_REPORTING" => &["DIRECTIONS", "CONSENT_AND_REPORTING"],
        "ON_HOLD" => &["ON_HOLD"],
        "ADJOURNED" => &["DIRECTIONS", "ADJOURNED"],
        "APPLICATION_WITHDRAWN" => &["APPLICATION_WITHDRAWN"],
        _ => &["DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING"],
    };
    for status in way {
        judge.change_status(id_of(&case), status).succeeded(200);
    }
    if matches!(status, "ORDER_GRANTED" | "APPLICATION_REFUSED") {
        judge.change_status(id_of(&case), status).succeeded(200);
    }
    case
}

#[test]
fn a_change_answers_the_case_and_the_status_before() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let answer = change(&officer, &case, json!({"status": "DIRECTIONS", "version": 1}));
    assert!(answer.header("ETag").unwrap().starts_with("\"2."));
    let changed = answer.succeeded(200);
    assert_eq!(changed["status"], "DIRECTIONS");
    assert_eq!(changed["previousStatus"], "APPLICATION");
    assert_eq!(changed["version"], 2);
    assert_eq!(changed.get("statusReason"), None);
    let next = json!(["CONSENT_AND_REPORTING", "APPLICATION_WITHDRAWN", "ON_HOLD", "ADJOURNED"]);
    assert_eq!(changed["permissions"]["validTransitions"], next);
    let read = officer.read_case(id_of(&case));
    for (field, value) in changed.as_object().unwrap() {
        if field != "previousStatus" {
            assert_eq!(read[field], *value, "{field}");
        }
    }
}

#[test]
fn every_transition_of_the_table_is_allowed_to_a_judge_and_no_other() {
    let stage = Stage::new();
    let officer = stage.officer();
    let statuses: Vec<_> = NEXT.iter().map(|(status, _)| *status).chain(OUTCOMES).collect();
    for (from, allowed) in NEXT {
        for to in &statuses {
            let case = case_in(&officer, |case| stage.judge_of(&officer, id_of(case)), from);
            let judge = stage.judge_of(&officer, id_of(&case));
            let answer = judge.change_status(id_of(&case), to);
            if allowed.contains(to) {
                assert_eq!(answer.succeeded(200)["previousStatus"], from);
            } else {
                let refusal = answer.refused(400, "INVALID_TRANSITION");
                assert!(
                    refusal["error"].as_str().unwrap().contains("Invalid status transition"),
                    "{refusal}"
                );
                assert_eq!(refusal["validTransitions"], json!(allowed), "{from} to {to}");
            }
        }
    }
}

#[test]
fn an_outcome_cannot_be_changed() {
    let stage = Stage::new();
    let officer = stage.officer();
    for outcome in OUTCOMES {
        let case = case_in(&officer, |case| stage.judge_of(&officer, id_of(case)), outcome);
        let judge = stage.judge_of(&officer, id_of(&case));
        for to in ["APPLICATION", "DIRECTIONS", outcome, "NONE", ""] {
            judge.change_status(id_of(&case), to).refused(400, "TERMINAL_STATUS");
            let refusal = officer.change_status(id_of(&case), to).refused(400, "TERMINAL_STATUS");
            assert!(refusal["error"].as_str().unwrap().contains("cannot be changed"), "{refusal}");
        }
        assert_eq!(officer.read_case(id_of(&case))["status"], outcome);
    }
}

#[test]
fn only_a_judge_makes_an_order() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = case_in(&officer, |case| stage.judge_of(&officer, id_of(case)), "FINAL_HEARING");
    for outcome in ["ORDER_GRANTED", "APPLICATION_REFUSED"] {
        let refusal = change(&officer, &case, json!({"status": outcome})).refused(403, "FORBIDDEN");
        assert_eq!(refusal["requiredRoles"], json!(["JUDGE_LEGAL_ADVISER"]));
    }
    stage.judge_of(&officer, id_of(&case)).change_status(id_of(&case), "ORDER_GRANTED").succeeded(200);
}

#[test]
fn refusals_are_reported_in_the_order_of_the_contract() {
    let stage = Stage::new();
    let officer = stage.officer();
    let hopeless = json!({"status": "NONE", "version": 99});

    let cafcass = stage.user("CAFCASS_OFFICER", json!({}));
    let missing = format!("/api/cases/{NONE_SUCH}/status");
    cafcass.patch(&missing, hopeless.clone()).refused(404, "NOT_FOUND");
    officer.patch(&missing, hopeless.clone()).refused(404, "NOT_FOUND");

    let terminal = case_in(&officer, |case| stage.judge_of(&officer, id_of(case)), "APPLICATION_WITHDRAWN");
    let cafcass = stage.insider("CAFCASS_OFFICER", &officer, id_of(&terminal));
    assert!(
        change(&cafcass, &terminal, hopeless.clone()).refused(403, "FORBIDDEN")["requiredRoles"].is_array()
    );
    assert_eq!(change(&officer, &terminal, hopeless).refused(409, "CONFLICT")["currentVersion"], 2);
    change(&officer, &terminal, json!({"status": "NONE", "version": 2})).refused(400, "TERMINAL_STATUS");

    let hearing = case_in(&officer, |case| stage.judge_of(&officer, id_of(case)), "FINAL_HEARING");
    let refusal = change(&officer, &hearing, json!({"status": "ON_HOLD"})).refused(400, "INVALID_TRANSITION");
    assert_eq!(
        refusal["validTransitions"],
        json!(["APPLICATION_WITHDRAWN", "ADJOURNED"]),
        "what this caller may do"
    );
    change(&officer, &hearing, json!({"status": "ORDER_GRANTED"})).refused(403, "FORBIDDEN");
    change(&officer, &hearing, json!({"status": "APPLICATION_WITHDRAWN"})).refused(400, "REASON_REQUIRED");
}

#[test]
fn roles_that_move_no_case_are_refused_and_recorded() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for role in &ROLES[2..] {
        let insider = stage.insider(role, &officer, id_of(&case));
        let refusal = change(&insider, &case, json!({"status": "DIRECTIONS"})).refused(403, "FORBIDDEN");
        assert_eq!(refusal["requiredRoles"], json!(["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER"]));
        assert_eq!(refusal["userRole"], *role);
        assert_eq!(stage.refusals(&insider.user_id, "change_case_status"), 1);
    }
}

#[test]
fn an_unknown_status_is_an_invalid_transition() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for body in [
        json!({"status": "CLOSED"}),
        json!({"status": "directions"}),
        json!({"status": ""}),
        json!({"status": " "}),
        json!({"status": "APPLICATION"}),
        json!({"status": "DIRECTIONS'; drop table core.cases; --"}),
    ] {
        let refusal = change(&officer, &case, body).refused(400, "INVALID_TRANSITION");
        assert_eq!(refusal["validTransitions"], json!(NEXT[0].1));
    }
    for body in [json!({}), json!({"status": null})] {
        assert_eq!(change(&officer, &case, body).status, 400);
    }
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);
}

#[test]
fn a_reason_is_required_to_hold_or_withdraw_and_notes_will_do() {
    let stage = Stage::new();
    let officer = stage.officer();
    for status in ["ON_HOLD", "APPLICATION_WITHDRAWN"] {
        let case = officer.create_case();
        for reason in
            [json!({}), json!({"reason": null}), json!({"reason": ""}), json!({"reason": " \n\u{a0}"})]
        {
            let mut body = json!({"status": status});
            body.as_object_mut().unwrap().extend(reason.as_object().unwrap().clone());
            change(&officer, &case, body).refused(400, "REASON_REQUIRED");
        }
        let changed =
            change(&officer, &case, json!({"status": status, "notes": " the family asked "})).succeeded(200);
        assert_eq!(changed["statusReason"], "the family asked");
        assert_eq!(changed.get("notes"), None, "the notes of the change are not those of the case");
    }
    let case = officer.create_case();
    let both = json!({"status": "ON_HOLD", "reason": "the reason", "notes": "the notes"});
    assert_eq!(change(&officer, &case, both).succeeded(200)["statusReason"], "the reason");
}

#[test]
fn a_reason_does_not_stay_once_the_case_has_moved_on() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    change(&officer, &case, json!({"status": "ON_HOLD", "reason": "waiting"})).succeeded(200);
    assert_eq!(officer.read_case(id_of(&case))["statusReason"], "waiting");
    let moved = change(&officer, &case, json!({"status": "DIRECTIONS"})).succeeded(200);
    assert_eq!(moved.get("statusReason"), None);
    assert_eq!(officer.read_case(id_of(&case)).get("statusReason"), None);
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    assert_eq!(
        audit["entries"][1]["changes"]["others"]["after"]["statusReason"], "waiting",
        "the audit remembers"
    );
}

#[test]
fn a_stale_version_is_refused_with_409() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    change(&officer, &case, json!({"status": "DIRECTIONS", "version": 1})).succeeded(200);
    let late = json!({"status": "ADJOURNED", "version": 1});
    assert_eq!(change(&officer, &case, late).refused(409, "CONFLICT")["currentVersion"], 2);
    let unstated = json!({"status": "ADJOURNED", "version": null});
    assert_eq!(change(&officer, &case, unstated).succeeded(200)["version"], 3);
}

#[test]
fn a_stale_if_match_is_refused_with_412_and_a_contradiction_with_400() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/status", id_of(&case));
    let send =
        |etag: &str, body: Value| officer.request("PATCH", &path).header("If-Match", etag).json(&body).send();
    let refused = send("\"7\"", json!({"status": "DIRECTIONS"}));
    assert_eq!((refused.status, &refused.json["currentVersion"]), (412, &json!(1)), "{}", refused.text);
    for none in ["\"01\"", "\"+1\"", "W/\"1\"", "1", "\"2\", \"3\""] {
        assert_eq!(send(none, json!({"status": "DIRECTIONS"})).status, 412, "{none}");
    }
    send("\"1\"", json!({"status": "DIRECTIONS", "version": 2})).refused_field("version");
    send("\"7\", \"1\"", json!({"status": "DIRECTIONS", "version": 1})).succeeded(200);
    let two = officer.request("PATCH", &path).header("If-Match", "\"7\"").header("If-Match", "\"2\"");
    two.json(&json!({"status": "ON_HOLD", "reason": "r"})).send().succeeded(200);
}

#[test]
fn a_reason_beyond_its_limit_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let longest = "🏛".repeat(2000);
    change(&officer, &case, json!({"status": "ON_HOLD", "reason": format!("{longest}x")}))
        .refused_field("reason");
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);
    let changed = change(&officer, &case, json!({"status": "ON_HOLD", "reason": longest})).succeeded(200);
    assert_eq!(changed["statusReason"], longest);
}

#[test]
fn the_history_tells_each_change_in_order() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    officer.change_status(id_of(&case), "DIRECTIONS").succeeded(200);
    judge.change_status(id_of(&case), "ADJOURNED").succeeded(200);
    officer.change_status(id_of(&case), "DIRECTIONS").succeeded(200);
    let read = officer.read_case(id_of(&case));
    let history: Vec<_> =
        read["history"].as_array().unwrap().iter().map(|h| json!([h["from"], h["to"], h["by"]])).collect();
    assert_eq!(
        history,
        [
            json!(["APPLICATION", "DIRECTIONS", officer.user_id]),
            json!(["DIRECTIONS", "ADJOURNED", judge.user_id]),
            json!(["ADJOURNED", "DIRECTIONS", officer.user_id]),
        ]
    );
}
