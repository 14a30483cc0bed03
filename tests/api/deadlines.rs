//! A database that hangs: it takes what is sent, and says nothing. All requests are answered in time, and as before
//! once it goes on.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Answer, Client, Cluster, Database, Form, Hang, Server, Stage, at_once, id_of, samples};

/// Two seconds, and what a busy machine adds to them.
const PATIENCE: Duration = Duration::from_millis(2200);
const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];

/// Each kind of request that needs the database.
fn ask(client: &Client, case_id: &str, number: usize) -> Answer {
    let path = format!("/api/cases/{case_id}");
    match number % 10 {
        0 => client.get(&path),
        1 => client.get("/api/cases"),
        2 => client.patch(&path, json!({"notes": number.to_string()})),
        3 => client.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})),
        // Without the cookie: else a login that succeeds after all would end the others' session.
        4 => Client::of(client.port).log_in(json!({"username": "ada", "role": "ADOPTER"})),
        5 => client.get("/api/auth/session"),
        6 => client.get("/api/health"),
        7 => client.get("/ready"),
        8 => client.upload(case_id, "a.pdf", b"%PDF-1.7"),
        _ => client.change_status(case_id, "DIRECTIONS"),
    }
}

#[track_caller]
fn assert_answered_in_time(answers: Vec<(Answer, Duration)>) {
    for (answer, took) in answers {
        assert!(took < PATIENCE, "{took:?}: {}", answer.text);
        let code = if answer.json["code"] == "OUTCOME_UNKNOWN" { "OUTCOME_UNKNOWN" } else { "UNAVAILABLE" };
        answer.refused(503, code);
    }
}

fn asked_at_once(times: usize, client: &Client, case_id: &str) -> Vec<(Answer, Duration)> {
    at_once(times, |number| {
        let from = Instant::now();
        (ask(client, case_id, number), from.elapsed())
    })
}

#[track_caller]
fn assert_well_soon(client: &Client, case_id: &str) {
    let from = Instant::now();
    while client.get(&format!("/api/cases/{case_id}")).status != 200 || client.get("/ready").status != 200 {
        assert!(from.elapsed() < Duration::from_secs(5), "it does not recover");
    }
    // A second for the database, and one in which the last word on it is good.
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    let answers = at_once(20, |_| client.get("/api/cases").status);
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
}

fn backends(database: &Database) -> Vec<u32> {
    let sql =
        "select pid from pg_stat_activity where datname = current_database() and usename = 'casefile_api'";
    let rows = database.superuser().query(sql, &[]).unwrap();
    rows.iter().map(|row| u32::try_from(row.get::<_, i32>(0)).unwrap()).collect()
}

#[test]
fn requests_are_answered_in_time_while_the_whole_database_hangs() {
    let cluster = Cluster::new();
    let server = Server::start_with(&cluster.url(), &TEST);
    let mut officer = server.client();
    let court = "Birmingham Family Court";
    officer
        .log_in(json!({"username": "o", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court}))
        .succeeded(200);
    let case = officer.create_case();
    at_once(20, |_| officer.get("/api/cases").succeeded(200));

    for _ in 0..2 {
        // Answers on health and readiness are good for a second.
        thread::sleep(Duration::from_millis(1100));
        let hang = Hang::of(cluster.processes());
        thread::scope(|scope| {
            let first = scope.spawn(|| asked_at_once(30, &officer, id_of(&case)));
            // Some get a turn just when those before them have given up.
            thread::sleep(Duration::from_millis(1100));
            let second = scope.spawn(|| asked_at_once(30, &officer, id_of(&case)));
            thread::sleep(Duration::from_millis(300));
            let from = Instant::now();
            for path in ["/live", "/api/public/health", "/docs"] {
                assert_eq!(server.client().get(path).status, 200);
            }
            assert!(from.elapsed() < Duration::from_millis(800), "{:?}", from.elapsed());
            for asking in [first, second] {
                assert_answered_in_time(asking.join().unwrap());
            }
        });
        drop(hang);
        assert_well_soon(&officer, id_of(&case));
    }
}

#[test]
fn hanging_connections_are_replaced_and_nothing_is_half_done() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    at_once(20, |_| officer.get("/api/cases").succeeded(200));
    let hang = Hang::of(backends(stage.database()));
    assert_answered_in_time(asked_at_once(10, &officer, id_of(&case)));
    // Each has given up its connection, and nobody else needs the old ones.
    assert_well_soon(&officer, id_of(&case));
    drop(hang);

    thread::sleep(Duration::from_millis(300));
    assert_well_soon(&officer, id_of(&case));
    let read = officer.read_case(id_of(&case));
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    let moves = audit["entries"].as_array().unwrap();
    let moves =
        moves.iter().filter(|entry| matches!(entry["action"].as_str(), Some("UPDATE" | "STATUS_CHANGE")));
    assert_eq!(read["version"], moves.count() + 1);
    assert_eq!(stage.database().count("select count(*) from audit.find_broken_chains()", &[]), 0);
}

#[test]
fn a_server_that_only_gets_probes_recovers_by_itself() {
    let stage = Stage::alone();
    let size = ("DATABASE_POOL_SIZE", "3");
    let server = Server::start_with(&stage.database().url, &[&TEST[..], &[size]].concat());
    let officer = stage.officer().at(&server);
    at_once(10, |_| officer.get("/api/cases"));
    let _hang = Hang::of(backends(stage.database()));
    let answers = (0..4).map(|_| {
        thread::sleep(Duration::from_millis(1100));
        let from = Instant::now();
        let status = server.client().get("/ready").status;
        assert!(from.elapsed() < PATIENCE, "{:?}", from.elapsed());
        status
    });
    // Sooner or later, by which of the two comes first: a connection that is given up, or room for another.
    let answers: Vec<_> = answers.collect();
    assert_eq!((answers[0], answers[3]), (503, 200), "{answers:?}");
    officer.get("/api/cases").succeeded(200);
}

#[test]
fn metrics_are_served_in_time_without_the_database() {
    let stage = Stage::alone();
    let server = Server::start_with(&stage.database().url, &TEST);
    let client = server.client();
    client.get("/ready").succeeded(200);
    let _hang = Hang::of(backends(stage.database()));
    let from = Instant::now();
    let answer = client.get("/metrics");
    assert!(from.elapsed() < PATIENCE, "{:?}", from.elapsed());
    assert!(answer.text.contains("casefile_requests_total"), "{}", answer.text);
}

#[test]
fn ten_files_wait_no_longer_than_one() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = (0..10).fold(Form::new().text("documentType", "court-order"), |form, number| {
        form.file("files", &format!("{number}.pdf"), &samples::pdf())
    });
    let path = format!("/api/cases/{}/upload-documents/bulk", id_of(&case));
    let upload = || officer.request("POST", &path).form(form.clone()).send();
    stage.database().execute("begin; lock table core.documents in exclusive mode");
    let from = Instant::now();
    let refusal = upload().refused(503, "UNAVAILABLE");
    assert!(from.elapsed() < PATIENCE, "{:?}", from.elapsed());
    assert_eq!(refusal["failureCount"], 10);
    assert_eq!(refusal["results"][9]["code"], "UNAVAILABLE");

    stage.database().execute("rollback");
    upload().succeeded(201);
}
