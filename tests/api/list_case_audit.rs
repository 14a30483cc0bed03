use serde_json::{Value, json};

use crate::support::{Stage, assert_is_timestamp, assign, fields_of, id_of, link};

#[test]
fn each_change_leaves_one_entry_and_they_come_newest_first() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let path = format!("/api/cases/{id}");
    let assignment = assign(&officer, id, "somebody", "CAFCASS");
    link(&officer, id, "council", "LOCAL_AUTHORITY");
    officer.patch(&path, json!({"notes": "n"})).succeeded(200);
    officer.change_status(id, "ON_HOLD").succeeded(200);
    officer.delete(&format!("{path}/assignments/{assignment}")).succeeded(200);
    officer.delete(&format!("{path}/organisations/council")).succeeded(200);
    officer.delete(&path).succeeded(200);

    let audit = officer.get(&format!("{path}/audit")).succeeded(200);
    let entries = audit["entries"].as_array().unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "DELETE",
            "ORGANISATION_UNLINK",
            "ASSIGNMENT_REVOKE",
            "STATUS_CHANGE",
            "UPDATE",
            "ORGANISATION_LINK",
            "ASSIGNMENT_CREATE",
            "CREATE",
        ]
    );
    for entry in entries {
        assert_eq!(
            fields_of(entry),
            ["action", "actor", "actorRole", "caseId", "changes", "id", "requestId", "timestamp"]
        );
        assert_eq!(entry["caseId"], id);
        assert_eq!(entry["actor"], officer.user_id);
        assert_eq!(entry["actorRole"], "HMCTS_CASE_OFFICER");
        assert_is_timestamp(&entry["timestamp"]);
        assert!(entry["changes"].get("before").is_some() && entry["changes"].get("after").is_some());
    }
    let number = |entry: &Value| entry["id"].as_i64().unwrap();
    assert!(entries.windows(2).all(|pair| number(&pair[0]) > number(&pair[1])), "strictly ordered");
    let time = |entry: &Value| entry["timestamp"].as_str().unwrap().to_owned();
    assert!(entries.windows(2).all(|pair| time(&pair[0]) >= time(&pair[1])));
    assert_eq!(
        audit["pagination"],
        json!({"total": 8, "page": 1, "pageSize": 50, "totalPages": 1, "totalIsMinimum": false})
    );
}

#[test]
fn an_entry_tells_the_change_of_a_status() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    let body = json!({"status": "ON_HOLD", "reason": "waiting"});
    let answer = judge.patch(&format!("/api/cases/{}/status", id_of(&case)), body);
    let request_id = answer.request_id().to_string();
    let audit = judge.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    let entry = &audit["entries"][0];
    assert_eq!(entry["actor"], judge.user_id);
    assert_eq!(entry["actorRole"], "JUDGE_LEGAL_ADVISER");
    assert_eq!(entry["requestId"], request_id);
    assert_eq!(
        (&entry["changes"]["before"], &entry["changes"]["after"]),
        (&json!("APPLICATION"), &json!("ON_HOLD"))
    );
    assert_eq!(entry["changes"]["others"]["before"], json!({"statusReason": null, "version": 1}));
    assert_eq!(entry["changes"]["others"]["after"], json!({"statusReason": "waiting", "version": 2}));
}

#[test]
fn a_trail_is_read_in_pages() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    for note in 1..=6 {
        officer.patch(&path, json!({"notes": note.to_string()})).succeeded(200);
    }
    let mut seen = Vec::new();
    for page in 1..=4 {
        let audit = officer.get(&format!("{path}/audit?page={page}&pageSize=3")).succeeded(200);
        for (field, value) in [("total", 7), ("page", page), ("pageSize", 3), ("totalPages", 3)] {
            assert_eq!(audit["pagination"][field], value);
        }
        let entries = audit["entries"].as_array().unwrap();
        assert_eq!(entries.len(), [3, 3, 1, 0][page - 1]);
        seen.extend(entries.iter().map(|entry| entry["id"].clone()));
    }
    let whole = officer.get(&format!("{path}/audit")).succeeded(200);
    let all: Vec<_> = whole["entries"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect();
    assert_eq!(seen, all);
}

#[test]
fn with_the_cursor_no_entry_comes_twice_though_more_are_written() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let change = |note: i32| officer.patch(&path, json!({"notes": note.to_string()})).succeeded(200);
    (1..=5).for_each(|note| drop(change(note)));
    let mut seen = Vec::new();
    let mut query = String::new();
    loop {
        let page = officer.get(&format!("{path}/audit?pageSize=2{query}")).succeeded(200);
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()));
        let Some(cursor) = page["pagination"]["nextCursor"].as_str() else { break };
        query = format!("&cursor={cursor}");
        change(10 + i32::try_from(seen.len()).unwrap());
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
    officer.get(&format!("{path}/audit?cursor=x")).refused_field("cursor");
}

#[test]
fn an_impossible_page_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/audit", id_of(&case));
    for (field, value) in [
        ("page", "0"),
        ("page", "-1"),
        ("page", "abc"),
        ("page", "99999999999999"),
        ("page", ""),
        ("page", "1.5"),
        ("pageSize", "0"),
        ("pageSize", "101"),
        ("pageSize", "-5"),
        ("pageSize", "ten"),
        ("pageSize", "2147483648"),
    ] {
        officer.get(&format!("{path}?{field}={value}")).refused_field(field);
    }
    officer.get(&format!("{path}?pageSize=100&page=2147483647")).succeeded(200);
}

#[test]
fn a_change_made_past_the_server_is_recorded_as_the_database_s() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    stage
        .database()
        .execute(&format!("update core.cases set status = 'DIRECTIONS' where id = '{}'", id_of(&case)));
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    let entry = &audit["entries"][0];
    assert_eq!((&entry["actor"], &entry["actorRole"]), (&json!("postgres"), &json!("DATABASE")));
    assert_eq!(entry["action"], "STATUS_CHANGE");
    assert!(entry.get("requestId").is_none_or(Value::is_null));
    assert_eq!(officer.read_case(id_of(&case))["version"], 2);
}
