//! A request that is repeated under its Idempotency-Key happens once, and is answered the same each time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Server, Stage, assign, at_once, fields_of, id_of, unique, workshop::until,
};

type Asked<'a> = (&'a str, &'a str, &'a Value);

fn ask(client: &Client, key: impl AsRef<[u8]>, (method, path, body): Asked) -> Answer {
    client.request(method, path).header("Idempotency-Key", key).json(body).send()
}

fn new_case() -> Value {
    json!({"caseType": "AGENCY_ADOPTION", "notes": "n 🏛", "nextHearing": "2040-01-01T10:00:00.123Z"})
}

/// All that a client can tell two answers by.
fn told(answer: &Answer) -> (u16, &str, Option<&str>, Option<&str>) {
    (answer.status, &answer.text, answer.header("ETag"), answer.header("Location"))
}

/// The number of writes in this stage's court.
fn changes(stage: &Stage) -> i64 {
    stage.database().count(
        "select count(*) from audit.entries as e join core.cases as c on c.id = e.case_id where c.court_code = $1",
        &[&stage.court_code],
    )
}

fn kept(stage: &Stage, client: &Client) -> i64 {
    stage.database().count("select count(*) from core.kept_answers where user_id = $1", &[&client.user_id])
}

fn path_of(case: &Value) -> String {
    format!("/api/cases/{}", id_of(case))
}

/// Each operation that writes, on a case in its first version.
fn writes(case: &Value) -> [(&'static str, String, Value); 5] {
    let path = path_of(case);
    let organisation = json!({"organisationId": "council", "organisationType": "LOCAL_AUTHORITY"});
    [
        ("POST", "/api/cases".to_owned(), new_case()),
        ("PATCH", path.clone(), json!({"notes": "n", "internalNotes": null, "version": 1})),
        ("PATCH", format!("{path}/status"), json!({"status": "ON_HOLD", "reason": "r", "version": 1})),
        ("POST", format!("{path}/assignments"), json!({"userId": "jo", "assignmentType": "JUDICIAL"})),
        ("POST", format!("{path}/organisations"), organisation),
    ]
}

/// Though the case has moved on, and would refuse these writes by now.
fn assert_each_write_happens_once(stage: &Stage, officer: &Client) {
    for number in 0..5 {
        let case = officer.create_case();
        let (method, path, body) = &writes(&case)[number];
        let (key, asked) = (unique("key"), (*method, path.as_str(), body));
        let first = ask(officer, &key, asked);
        assert!(matches!(first.status, 200 | 201), "{method} {path}: {}", first.text);
        officer.patch(&path_of(&case), json!({"notes": "later"})).succeeded(200);

        let written = changes(stage);
        for _ in 0..3 {
            assert_eq!(told(&ask(officer, &key, asked)), told(&first), "{method} {path}");
        }
        assert_eq!(changes(stage), written, "{method} {path}");
    }
}

#[test]
fn a_repeated_request_with_a_key_is_done_once_and_gets_the_same_answer() {
    let stage = Stage::new();
    assert_each_write_happens_once(&stage, &stage.officer());
}

#[test]
fn keys_work_the_same_with_unprepared_statements() {
    let stage = Stage::new();
    let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("DATABASE_STATEMENTS", "unprepared")];
    let server = Server::start_with(&stage.database().url, &environment);
    let officer = stage.officer();
    assert_each_write_happens_once(&stage, &officer.at(&server));

    // If one of them keeps it, the other returns it.
    let body = new_case();
    let asked = ("POST", "/api/cases", &body);
    for (one, other) in [(&officer, &officer.at(&server)), (&officer.at(&server), &officer)] {
        let key = unique("key");
        assert_eq!(told(&ask(one, &key, asked)), told(&ask(other, &key, asked)));
    }
}

#[test]
fn an_entity_tag_that_is_stale_by_now_does_not_matter() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = path_of(&officer.create_case());
    let edit = |tag: &str| {
        let request = officer.request("PATCH", &path).header("If-Match", tag);
        request.header("Idempotency-Key", "edit").json(&json!({"notes": "n"})).send()
    };
    let first = edit("\"1\"");
    assert_eq!(told(&edit("\"1\"")), told(&first));
    first.succeeded(200);
    edit("\"2\"").refused(409, "CONFLICT");
    assert_eq!(changes(&stage), 2);
}

#[test]
fn another_request_under_the_same_key_is_409_and_writes_nothing() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case, other_case) = (officer.create_case(), officer.create_case());
    let (path, other_path) = (path_of(&case), path_of(&other_case));
    let body = json!({"notes": "n"});
    ask(&officer, "key", ("PATCH", &path, &body)).succeeded(200);
    let written = changes(&stage);
    for asked in [
        ("PATCH", path.as_str(), &json!({"notes": "other"})),
        ("PATCH", &path, &json!({"notes": "n", "version": 2})),
        ("PATCH", &path, &json!({"notes": "n", "unknown": 1})),
        ("PATCH", &format!("{path}?x=1"), &body),
        ("PATCH", &other_path, &body),
        ("PATCH", &format!("{path}/status"), &json!({"status": "DIRECTIONS"})),
        ("POST", "/api/cases", &new_case()),
        ("POST", &format!("{path}/assignments"), &json!({"userId": "jo", "assignmentType": "JUDICIAL"})),
    ] {
        let refusal = ask(&officer, "key", asked).refused(409, "CONFLICT");
        assert!(refusal["error"].as_str().unwrap().contains("Idempotency-Key"), "{refusal}");
        assert_eq!(fields_of(&refusal), ["code", "error", "reason", "requestId"]);
    }
    assert_eq!(changes(&stage), written);
    ask(&officer, "key", ("PATCH", &path, &body)).succeeded(200);
}

#[test]
fn each_caller_has_keys_of_its_own() {
    let stage = Stage::new();
    let body = new_case();
    let asked = ("POST", "/api/cases", &body);
    let officer = stage.officer();
    let first = ask(&officer, "key", asked);
    let id = id_of(&first.json);

    let colleague = ask(&stage.officer(), "key", asked).succeeded(201);
    assert_ne!(id_of(&colleague), id);
    // After a new login, the caller is the same.
    let again = stage.user(
        "HMCTS_CASE_OFFICER",
        json!({"username": officer.user_id, "courtAssignment": stage.court_name}),
    );
    assert_eq!(told(&ask(&again, "key", asked)), told(&first));

    let elsewhere = stage.user(
        "HMCTS_CASE_OFFICER",
        json!({"username": officer.user_id, "courtAssignment": stage.next_court().court_name}),
    );
    ask(&elsewhere, "key", asked).refused(409, "CONFLICT");
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({"username": officer.user_id}));
    ask(&judge, "key", asked).refused(403, "FORBIDDEN");
}

#[test]
fn a_refused_request_frees_its_key() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    let (path, status_path) = (path_of(&case), format!("{}/status", path_of(&case)));
    let unknown_path = "/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";

    let reasonless = json!({"status": "ON_HOLD"});
    ask(&judge, "key", ("PATCH", &status_path, &reasonless)).refused(400, "REASON_REQUIRED");
    ask(&judge, "key", ("PATCH", &status_path, &json!({"status": 17}))).refused(400, "VALIDATION_ERROR");
    ask(&judge, "key", ("POST", "/api/cases", &new_case())).refused(403, "FORBIDDEN");
    ask(&judge, "key", ("PATCH", unknown_path, &json!({"notes": "n"}))).refused(403, "FORBIDDEN");
    ask(&officer, "key", ("PATCH", unknown_path, &json!({"notes": "n"}))).refused(404, "NOT_FOUND");
    ask(&officer, "key", ("PATCH", &path, &json!({"notes": "n", "version": 9}))).refused(409, "CONFLICT");
    ask(&officer, "key", ("POST", "/api/cases", &json!({}))).refused(400, "VALIDATION_ERROR");
    assert_eq!((kept(&stage, &officer), kept(&stage, &judge)), (0, 0));

    let held = json!({"status": "ON_HOLD", "reason": "r"});
    ask(&judge, "key", ("PATCH", &status_path, &held)).succeeded(200);
    ask(&officer, "key", ("PATCH", &path, &json!({"notes": "n", "version": 2}))).succeeded(200);
    assert_eq!((kept(&stage, &officer), kept(&stage, &judge)), (1, 1));
}

#[test]
fn ten_equal_requests_at_once_write_once_and_get_the_same_answer() {
    let stage = Stage::new();
    let officer = stage.officer();
    let another_server = Server::start(&stage.database().url);
    let clients = [&officer, &officer.at(&another_server)];
    for number in 0..5 {
        let case = officer.create_case();
        let (method, path, body) = &writes(&case)[number];
        let (key, written) = (unique("key"), changes(&stage));
        let answers = at_once(10, |racer| ask(clients[racer % 2], &key, (method, path, body)));
        for answer in &answers {
            assert_eq!(told(answer), told(&answers[0]), "{method} {path}");
        }
        assert!(matches!(answers[0].status, 200 | 201), "{}", answers[0].text);
        assert_eq!(changes(&stage), written + 1, "{method} {path}");
    }
}

#[test]
fn a_key_is_one_to_255_printable_characters_of_ascii() {
    let stage = Stage::new();
    let officer = stage.officer();
    let body = new_case();
    let asked = ("POST", "/api/cases", &body);
    for key in ["", " ", &"k".repeat(256), "schlüssel", "a\tb", "\u{1f3db}"] {
        ask(&officer, key, asked).refused_field("Idempotency-Key");
    }
    ask(&officer, b"\xff", asked).refused_field("Idempotency-Key");
    let twice = officer.request("POST", "/api/cases").header("Idempotency-Key", "a");
    twice.header("Idempotency-Key", "b").json(&body).send().refused_field("Idempotency-Key");
    assert_eq!(changes(&stage), 0);

    for key in ["k", "a b", r#"{"~": '!'}"#, &"k".repeat(255)] {
        let first = ask(&officer, key, asked).succeeded(201);
        assert_eq!(ask(&officer, key, asked).succeeded(201), first, "{key}");
    }
    assert_eq!(changes(&stage), 4);
}

#[test]
fn reads_deletions_and_logins_ignore_the_key() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = path_of(&officer.create_case());
    ask(&officer, "key", ("PATCH", &path, &json!({"notes": "n"}))).succeeded(200);
    for key in ["key", "", &"k".repeat(256)] {
        let with_key = |method, path| officer.request(method, path).header("Idempotency-Key", key).send();
        assert_eq!(with_key("GET", &path).succeeded(200)["version"], 2);
        let case = path_of(&officer.create_case());
        with_key("DELETE", &case).succeeded(200);
        with_key("DELETE", &case).refused(404, "NOT_FOUND");
    }

    let log_in = |client: &Client, name: &str| {
        ask(client, "key", ("POST", "/api/auth/login", &json!({"username": name, "role": "ADOPTER"})))
    };
    let (ada, ben) = (log_in(&stage.visitor(), "ada"), log_in(&stage.visitor(), "ben"));
    assert_eq!((&ada.json["user"]["userId"], &ben.json["user"]["userId"]), (&json!("ada"), &json!("ben")));
    assert_ne!(log_in(&stage.visitor(), "ada").cookie(), ada.cookie());
    for _ in 0..2 {
        ask(&officer, "key", ("POST", "/api/auth/logout", &json!({}))).succeeded(200);
    }
    assert_eq!(kept(&stage, &officer), 1);
}

#[test]
fn an_answer_is_kept_for_a_day() {
    let stage = Stage::new();
    let officer = stage.officer();
    let body = new_case();
    let asked = ("POST", "/api/cases", &body);
    let first = ask(&officer, "key", asked).succeeded(201);
    let set_back = |time: &str| {
        let sql =
            "update core.kept_answers set expires_at = expires_at - $2::text::interval where user_id = $1";
        assert_eq!(
            stage.database().superuser().execute(sql, &[&officer.user_id, &time]).unwrap(),
            1,
            "set back by {time}"
        );
    };
    set_back("23 hours 59 minutes");
    assert_eq!(ask(&officer, "key", asked).succeeded(201), first);

    set_back("1 minute");
    let second = ask(&officer, "key", asked).succeeded(201);
    assert_ne!(id_of(&second), id_of(&first));
    assert_eq!(ask(&officer, "key", asked).succeeded(201), second);

    set_back("24 hours");
    ask(&officer, "key", ("POST", "/api/cases", &json!({"caseType": "STEP_PARENT_ADOPTION"}))).succeeded(201);
}

#[test]
fn the_server_sweeps_what_has_expired_and_nothing_else() {
    let stage = Stage::alone();
    let (officer, colleague) = (stage.officer(), stage.officer());
    let body = new_case();
    for client in [&officer, &colleague] {
        for key in ["one", "two"] {
            ask(client, key, ("POST", "/api/cases", &body)).succeeded(201);
        }
    }
    for table in ["core.kept_answers", "auth.sessions"] {
        let sql = format!("update {table} set expires_at = now() where user_id = $1");
        stage.database().superuser().execute(&sql, &[&officer.user_id]).unwrap();
    }
    // More than one batch of them.
    stage.database().execute(
        "insert into core.kept_answers (user_role, user_id, key, request_sha256, answer, expires_at)
         select 'ADOPTER', 'flood', n::text, sha256(''), 'null', now() from generate_series(1, 2500) as n",
    );

    let from = Instant::now();
    let _server = Server::start(&stage.database().url);
    let left = "select (select count(*) from core.kept_answers) + (select count(*) from auth.sessions)";
    until("what has expired is gone", || stage.database().count(left, &[]) == 3);
    assert!(from.elapsed() < Duration::from_secs(20), "it took more than one round: {:?}", from.elapsed());
    assert_eq!(kept(&stage, &colleague), 2);
    colleague.get("/api/protected").succeeded(200);
}

#[test]
fn a_kept_answer_is_returned_only_while_the_caller_reaches_the_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    let assignment = assign(&officer, id_of(&case), &judge.user_id, "JUDICIAL");
    let (path, held) = (path_of(&case), json!({"status": "ON_HOLD", "reason": "r"}));
    let status_path = format!("{path}/status");
    let asked = ("PATCH", status_path.as_str(), &held);
    let first = ask(&judge, "key", asked);
    assert_eq!((first.status, first.header("Idempotency-Replayed")), (200, None), "{}", first.text);
    let again = ask(&judge, "key", asked);
    assert_eq!((told(&again), again.header("Idempotency-Replayed")), (told(&first), Some("true")));

    officer.delete(&format!("{path}/assignments/{assignment}")).succeeded(200);
    let refused = ask(&judge, "key", asked);
    assert_eq!(refused.header("Idempotency-Replayed"), None);
    refused.refused(403, "FORBIDDEN");
    assert_eq!(stage.refusals(&judge.user_id, "change_case_status"), 1);

    assign(&officer, id_of(&case), &judge.user_id, "JUDICIAL");
    assert_eq!(told(&ask(&judge, "key", asked)), told(&first));
}

#[test]
fn a_kept_answer_about_a_case_deleted_since_is_not_returned() {
    let stage = Stage::new();
    let officer = stage.officer();
    for number in 0..5 {
        let case = officer.create_case();
        let (method, path, body) = &writes(&case)[number];
        let (key, asked) = (unique("key"), (*method, path.as_str(), body));
        let first = ask(&officer, &key, asked);
        assert!(matches!(first.status, 200 | 201), "{method} {path}: {}", first.text);
        let deleted = if number == 0 { path_of(&first.json) } else { path_of(&case) };
        officer.delete(&deleted).succeeded(200);
        let refusal = ask(&officer, &key, asked).refused(404, "NOT_FOUND");
        assert_eq!(fields_of(&refusal), ["code", "error", "reason", "requestId"], "{method} {path}");
    }
}
