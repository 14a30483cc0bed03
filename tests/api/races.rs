//! Rules hold when many ask at once, over connections of their own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Answer, Client, Stage, assign, at_once, id_of};

fn with_status(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn sequence(case: &Value) -> u32 {
    case["caseNumber"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

fn audit(officer: &Client, id: &str) -> Value {
    officer.get(&format!("/api/cases/{id}/audit?pageSize=100")).succeeded(200)
}

fn assert_chains_are_whole(stage: &Stage) {
    assert_eq!(stage.database().count("select count(*) from audit.find_broken_chains()", &[]), 0);
}

#[test]
fn fifty_creations_in_one_court_at_once_get_fifty_consecutive_numbers() {
    let stage = Stage::new();
    let officer = stage.officer();
    let mut numbers: Vec<_> = at_once(50, |_| officer.create_case()).iter().map(sequence).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
    let officers_list = officer.get("/api/cases").succeeded(200);
    assert_eq!(officers_list["pagination"]["total"], 50);
}

#[test]
fn two_courts_at_once_do_not_share_a_series() {
    let stage = Stage::new();
    let other = stage.next_court();
    let officers = [stage.officer(), other.officer()];
    let cases = at_once(40, |number| officers[number % 2].create_case());
    for court in [&stage, &other] {
        let mut numbers: Vec<_> =
            cases.iter().filter(|case| case["courtCode"] == court.court_code).map(sequence).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    }
}

#[test]
fn creations_that_fail_among_others_leave_no_gap() {
    let stage = Stage::alone();
    // The number is taken before a check of the row: such a creation fails with the number in its hand.
    stage.database().execute(
        "alter table core.cases add constraint cases_no_hearing_in_1999 check (next_hearing is distinct from '1999-09-09Z')",
    );
    let officer = stage.officer();
    let mut numbers: Vec<_> = at_once(40, |number| match number % 4 {
        0 => {
            let body = json!({"caseType": "AGENCY_ADOPTION", "nextHearing": "1999-09-09T00:00:00Z"});
            officer.request("POST", "/api/cases").json(&body).send_expecting_500();
            None
        }
        1 => {
            let body = json!({"caseType": "AGENCY_ADOPTION", "notes": "x".repeat(20_001)});
            officer.post("/api/cases", body).refused_field("notes");
            None
        }
        _ => Some(sequence(&officer.create_case())),
    })
    .into_iter()
    .flatten()
    .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[test]
fn one_of_twenty_changes_with_the_same_version_wins() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/status", id_of(&case));
    let body = json!({"status": "DIRECTIONS", "version": 1});
    let answers = at_once(20, |_| officer.patch(&path, body.clone()));
    assert_eq!((with_status(&answers, 200), with_status(&answers, 409)), (1, 19));
    for answer in answers.into_iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.refused(409, "CONFLICT")["currentVersion"], 2);
    }
    let read = officer.read_case(id_of(&case));
    assert_eq!(read["version"], 2);
    assert_eq!(read["history"].as_array().unwrap().len(), 1);
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], 2);
    assert_chains_are_whole(&stage);
}

#[test]
fn one_of_twenty_edits_with_the_same_entity_tag_wins() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let answers = at_once(20, |number| {
        officer
            .request("PATCH", &path)
            .header("If-Match", "\"1\"")
            .json(&json!({"notes": number.to_string()}))
            .send()
    });
    assert_eq!((with_status(&answers, 200), with_status(&answers, 412)), (1, 19));
    let winner = answers.iter().position(|answer| answer.status == 200).unwrap();
    let read = officer.read_case(id_of(&case));
    assert_eq!((&read["version"], &read["notes"]), (&json!(2), &json!(winner.to_string())));
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], 2);
}

#[test]
fn changes_without_a_version_are_applied_one_after_the_other() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.change_status(id_of(&case), "DIRECTIONS").succeeded(200);
    let answers = at_once(20, |number| {
        let to = if number % 2 == 0 { "ADJOURNED" } else { "DIRECTIONS" };
        officer.change_status(id_of(&case), to)
    });

    let mut applied = Vec::new();
    for answer in answers {
        if answer.status == 200 {
            applied.push(answer.json);
        } else {
            answer.refused(400, "INVALID_TRANSITION");
        }
    }
    applied.sort_by_key(|case| case["version"].as_i64());
    let mut status = json!("DIRECTIONS");
    for (change, version) in applied.iter().zip(3..) {
        assert_eq!(change["version"], version, "each change moves the version by one");
        assert_eq!(change["previousStatus"], status, "each is checked against what the row really holds");
        status = change["status"].clone();
    }
    assert!(!applied.is_empty());
    let read = officer.read_case(id_of(&case));
    assert_eq!((&read["status"], &read["version"]), (&status, &json!(applied.len() + 2)));
    assert_eq!(read["history"].as_array().unwrap().len(), applied.len() + 1);
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], applied.len() + 2);
    assert_chains_are_whole(&stage);
}

#[test]
fn edits_of_different_fields_without_a_version_do_not_undo_each_other() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let fields = ["notes", "internalNotes", "staffComments", "linkedFamilyCourtCaseReference"];
    let path = format!("/api/cases/{}", id_of(&case));
    at_once(20, |number| {
        officer.patch(&path, json!({fields[number % 4]: number.to_string()})).succeeded(200);
    });
    let read = officer.read_case(id_of(&case));
    for (place, field) in fields.iter().enumerate() {
        let kept: usize = read[field].as_str().unwrap_or_else(|| panic!("{field} was lost")).parse().unwrap();
        assert_eq!(kept % 4, place, "{field}");
    }
    assert_eq!(read["version"], 21);
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], 21);
}

#[test]
fn an_assignment_that_is_submitted_many_times_is_made_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (kind, body) in [
        ("assignments", json!({"userId": "jo", "assignmentType": "JUDICIAL"})),
        ("organisations", json!({"organisationId": "council", "organisationType": "LOCAL_AUTHORITY"})),
    ] {
        let path = format!("/api/cases/{}/{kind}", id_of(&case));
        let answers = at_once(20, |_| officer.post(&path, body.clone()));
        assert_eq!((with_status(&answers, 201), with_status(&answers, 409)), (1, 19), "{kind}");
        assert_eq!(officer.get(&path).succeeded(200)[kind].as_array().unwrap().len(), 1);
    }
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], 3);
}

#[test]
fn a_case_is_deleted_and_an_assignment_revoked_once() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let assignment = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    let answers = at_once(10, |_| officer.delete(&format!("{path}/assignments/{assignment}")));
    assert_eq!((with_status(&answers, 200), with_status(&answers, 404)), (1, 9));
    let answers = at_once(10, |_| officer.delete(&path));
    assert_eq!((with_status(&answers, 200), with_status(&answers, 404)), (1, 9));
    assert_eq!(audit(&officer, id_of(&case))["pagination"]["total"], 4);
}

#[test]
fn everything_at_once_on_one_case_ends_in_order() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let judge = stage.judge_of(&officer, id);
    let path = format!("/api/cases/{id}");
    let answers = at_once(30, |number| match number % 6 {
        0 => officer.patch(&path, json!({"notes": number.to_string()})),
        1 => judge.change_status(id, if number % 4 == 1 { "ON_HOLD" } else { "DIRECTIONS" }),
        2 => officer.post(
            &format!("{path}/assignments"),
            json!({"userId": number.to_string(), "assignmentType": "CAFCASS"}),
        ),
        3 => officer.post(
            &format!("{path}/organisations"),
            json!({"organisationId": number.to_string(), "organisationType": "LOCAL_AUTHORITY"}),
        ),
        4 => judge.get(&format!("{path}/audit")),
        _ => officer.get(&path),
    });
    assert!(answers.iter().all(|answer| answer.status < 300 || answer.json["code"] == "INVALID_TRANSITION"));
    let audit = audit(&officer, id);
    let entries = audit["entries"].as_array().unwrap();
    let order: Vec<i64> = entries.iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
    assert!(order.is_sorted_by(|one, next| one > next));
    let moves = entries
        .iter()
        .filter(|entry| matches!(entry["action"].as_str(), Some("UPDATE" | "STATUS_CHANGE")))
        .count();
    assert_eq!(officer.read_case(id)["version"], moves + 1);
    assert_chains_are_whole(&stage);
}

/// Asks until told to stop; returns the statuses of requests made after `over` was set.
fn ask_until(over: &AtomicBool, stop: &AtomicBool, ask: impl Fn() -> u16) -> Vec<u16> {
    let mut late = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let is_over = over.load(Ordering::SeqCst);
        let status = ask();
        if is_over {
            late.push(status);
        } else {
            assert!(matches!(status, 200 | 401 | 403), "{status}");
        }
    }
    late
}

fn end_while_others_ask(end: impl Fn(), ask: impl Fn() -> u16 + Sync, afterwards: u16) {
    let (over, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| ask_until(&over, &stop, &ask))).collect();
        thread::sleep(Duration::from_millis(100));
        end();
        over.store(true, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(200));
        stop.store(true, Ordering::SeqCst);
        let late: Vec<_> = asking.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(!late.is_empty() && late.iter().all(|status| *status == afterwards), "{late:?}");
    });
}

#[test]
fn a_logout_ends_the_session_for_requests_under_way_elsewhere() {
    let stage = Stage::new();
    let officer = stage.officer();
    let end = || {
        officer.request("POST", "/api/auth/logout").send().succeeded(200);
    };
    end_while_others_ask(end, || officer.get("/api/cases").status, 401);
}

#[test]
fn a_revoked_assignment_ends_access_for_requests_under_way_elsewhere() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    let assignment = assign(&officer, id_of(&case), &judge.user_id, "JUDICIAL");
    let end = || {
        officer.delete(&format!("{path}/assignments/{assignment}")).succeeded(200);
    };
    end_while_others_ask(end, || judge.get(&path).status, 403);
}
