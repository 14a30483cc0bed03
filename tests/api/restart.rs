//! Acknowledged changes survive anything: on a cluster of its own, with fsync on, run by scripts/db.

use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Client, Cluster, Database, Server, assign, id_of, link, run};

const PATIENCE: Duration = Duration::from_secs(15);

fn stop(mut server: Server) {
    server.send_signal("TERM");
    assert!(server.wait(PATIENCE).success());
}

/// While the database is down: one clear line, soon, and no success.
#[track_caller]
fn assert_does_not_start(url: &str) {
    let (output, took) = run(&["serve"], &[("APP_ENV", "TEST"), ("DATABASE_URL", url)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && took < Duration::from_secs(10), "{took:?}: {said}");
    assert!(said.trim().lines().count() == 1 && said.contains("DATABASE_URL"), "{said}");
}

/// Tries until it answers with 200, as a client does that was told to try again.
fn until_it_answers(client: &Client, path: &str) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = client.get(path);
        if answer.status == 200 || Instant::now() > until {
            return answer.succeeded(200);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn sequences(client: &Client) -> Vec<usize> {
    let mut sequences = Vec::new();
    for page in 1.. {
        let list = client.get(&format!("/api/cases?sortOrder=asc&pageSize=100&page={page}")).succeeded(200);
        let cases = list["cases"].as_array().unwrap();
        if cases.is_empty() {
            break;
        }
        sequences.extend(cases.iter().map(sequence));
    }
    sequences.sort_unstable();
    sequences
}

fn sequence(case: &Value) -> usize {
    case["caseNumber"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

#[test]
fn everything_is_there_after_server_and_database_were_stopped_and_started() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let officer = server.officer();
    let case = officer.create_case_with(json!({"notes": "n 🏛", "nextHearing": "2040-01-01T10:00:00Z"}));
    let id = id_of(&case);
    let path = format!("/api/cases/{id}");
    let judge = server.logged_in(json!({"username": "jo", "role": "JUDGE_LEGAL_ADVISER"}));
    let adopter = server.logged_in(json!({"username": "ada", "role": "ADOPTER"}));
    let gone = server.logged_in(json!({"username": "gone", "role": "ADOPTER"}));
    gone.request("POST", "/api/auth/logout").send().succeeded(200);
    assign(&officer, id, "jo", "JUDICIAL");
    assign(&officer, id, "ada", "APPLICANT");
    link(&officer, id, "council", "LOCAL_AUTHORITY");
    for status in ["DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING"] {
        officer.change_status(id, status).succeeded(200);
    }
    judge.change_status(id, "ORDER_GRANTED").succeeded(200);
    let deleted = officer.create_case();
    officer.delete(&format!("/api/cases/{}", id_of(&deleted))).succeeded(200);

    let deleted_trail = format!("/api/cases/{}/audit", id_of(&deleted));
    let paths = [
        &path,
        &format!("{path}/audit"),
        &format!("{path}/assignments"),
        &format!("{path}/organisations"),
        "/api/cases",
        "/api/auth/session",
        &deleted_trail,
    ];
    let read = |officer: &Client, judge: &Client, adopter: &Client| -> Vec<Value> {
        let mut answers: Vec<_> = paths.iter().map(|path| officer.get(path).succeeded(200)).collect();
        answers.extend(paths[..3].iter().map(|path| judge.get(path).succeeded(200)));
        answers.extend([paths[0], paths[4], paths[5]].map(|path| adopter.get(path).succeeded(200)));
        answers
    };
    let before = read(&officer, &judge, &adopter);

    stop(server);
    let url = cluster.url();
    cluster.db(&["stop"]);
    assert_does_not_start(&url);
    cluster.db(&["start"]);
    let server = Server::start(&cluster.url());

    let again = [officer, judge, adopter].map(|client| client.at(&server));
    let after = read(&again[0], &again[1], &again[2]);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    gone.at(&server).get("/api/protected").refused(401, "AUTH_REQUIRED");
    assert_eq!(sequence(&again[0].create_case()), 3, "the series goes on");
}

#[test]
fn a_database_that_goes_away_is_answered_with_503_until_it_is_back() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let officer = server.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    // Several connections of the pool are in use, and all of them will be dead.
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| officer.get("/api/cases").succeeded(200));
        }
    });

    cluster.db(&["stop"]);
    for _ in 0..3 {
        let from = Instant::now();
        for answer in [
            officer.get(&path),
            officer.get("/api/auth/session"),
            officer.patch(&path, json!({"notes": "lost"})),
            officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})),
            server.client().log_in(json!({"username": "jo", "role": "ADOPTER"})),
        ] {
            assert!(answer.header("Retry-After").is_some());
            answer.refused(503, "UNAVAILABLE");
        }
        let health = officer.get("/api/health").refused(503, "UNAVAILABLE");
        assert_eq!(
            (&health["status"], &health["services"]["database"]),
            (&json!("degraded"), &json!("disconnected"))
        );
        assert!(from.elapsed() < PATIENCE, "six answers took {:?}", from.elapsed());
    }
    officer.get("/api/public/health").succeeded(200);
    assert!(server.log().contains("503"));

    cluster.db(&["start"]);
    assert_eq!(until_it_answers(&officer, "/api/health")["status"], "healthy");
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);
    for number in 0..20 {
        officer.patch(&path, json!({"notes": number.to_string()})).succeeded(200);
    }
    assert_eq!(sequences(&officer), [1]);
    stop(server);
}

/// Creates cases on four connections for a while; the numbers that were acknowledged.
fn create_until_it_breaks(officer: &Client, break_it: impl FnOnce()) -> Vec<usize> {
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let creating: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let body = json!({"caseType": "AGENCY_ADOPTION"});
                    while let Some((status, answer)) =
                        officer.request("POST", "/api/cases").json(&body).try_send()
                    {
                        if status != 201 {
                            assert_eq!(status, 503, "{answer}");
                            break;
                        }
                        acknowledged.lock().unwrap().push(sequence(&answer));
                    }
                })
            })
            .collect();
        while acknowledged.lock().unwrap().len() < 40 {
            assert!(creating.iter().any(|thread| !thread.is_finished()), "nothing is created");
            thread::sleep(Duration::from_millis(5));
        }
        break_it();
    });
    acknowledged.into_inner().unwrap()
}

#[track_caller]
fn assert_nothing_is_lost(sequences: &[usize], acknowledged: &[usize]) {
    assert_eq!(sequences, (1..=sequences.len()).collect::<Vec<_>>(), "no gap and no repeat");
    let lost: Vec<_> = acknowledged.iter().filter(|number| !sequences.contains(number)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

#[test]
fn a_server_that_is_killed_among_creations_loses_none_that_it_acknowledged() {
    let database = Database::new();
    let server = Server::start(&database.url);
    let officer = server.officer();
    let acknowledged = create_until_it_breaks(&officer, || server.send_signal("KILL"));
    let again = Server::start(&database.url);
    let officer = officer.at(&again);
    let sequences = sequences(&officer);
    assert_nothing_is_lost(&sequences, &acknowledged);
    assert_eq!(sequence(&officer.create_case()), sequences.len() + 1);
    assert_eq!(database.count("select count(*) from audit.find_broken_chains()", &[]), 0);
}

#[test]
fn a_database_that_is_killed_among_creations_loses_none_that_were_acknowledged() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let officer = server.officer();
    let acknowledged = create_until_it_breaks(&officer, || cluster.kill());
    cluster.db(&["start"]);
    until_it_answers(&officer, "/api/health");
    let sequences = sequences(&officer);
    assert_nothing_is_lost(&sequences, &acknowledged);
    assert_eq!(sequence(&officer.create_case()), sequences.len() + 1);
    stop(server);
}
