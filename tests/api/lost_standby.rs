//! Commits that wait for a synchronous standby which is gone: they take neither the pool nor the database with them, and
//! none of them counts as done before a standby has it.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Answer, Client, Cluster, Database, Server, at_once, id_of, workshop::until};

const POOL: usize = 10;

fn set_standbys(cluster: &Cluster, names: &str) {
    let mut superuser = cluster.superuser();
    superuser.batch_execute(&format!("alter system set synchronous_standby_names = '{names}'")).unwrap();
    superuser.batch_execute("select pg_reload_conf()").unwrap();
    until("the setting counts", || {
        let row = superuser.query_one("show synchronous_standby_names", &[]).unwrap();
        row.get::<_, &str>(0) == names
    });
}

fn count(cluster: &Cluster, sql: &str) -> usize {
    let count: i64 = cluster.superuser().query_one(sql, &[]).unwrap().get(0);
    usize::try_from(count).unwrap()
}

fn backends(cluster: &Cluster) -> usize {
    count(cluster, "select count(*) from pg_stat_activity where usename = 'casefile_api'")
}

fn waiting_for_standby(cluster: &Cluster) -> usize {
    count(cluster, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'")
}

fn cases(cluster: &Cluster) -> usize {
    count(cluster, "select count(*) from core.cases")
}

fn changed(cluster: &Cluster) -> usize {
    count(cluster, "select count(*) from core.cases where version = 2")
}

fn create(officer: &Client, key: &str) -> Answer {
    let body = json!({"caseType": "AGENCY_ADOPTION"});
    officer.request("POST", "/api/cases").header("Idempotency-Key", key).json(&body).send()
}

fn change(officer: &Client, id: &str) -> Answer {
    let (path, body) = (format!("/api/cases/{id}"), json!({"notes": "n"}));
    officer.request("PATCH", &path).header("Idempotency-Key", id).json(&body).send()
}

fn abandoned(server: &Server) -> usize {
    let figures = server.client().get("/metrics").text;
    let line =
        figures.lines().find(|line| line.starts_with("casefile_pool_connections{state=\"abandoned\"}"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

#[test]
fn reads_go_on_beside_commits_that_wait_and_each_is_done_once_when_the_standby_is_back() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let officer = server.officer();
    let cases: Vec<_> = (0..60).map(|_| id_of(&officer.create_case()).to_owned()).collect();
    let path = format!("/api/cases/{}", cases[0]);

    set_standbys(&cluster, "nobody");
    for round in cases.chunks(30) {
        for answer in at_once(30, |number| change(&officer, &round[number])) {
            assert_eq!(answer.status, 503, "{}", answer.text);
            assert!(answer.header("Retry-After").is_some());
        }
    }
    // Given up, and not cancelled.
    let waiting = waiting_for_standby(&cluster);
    assert!(waiting >= POOL / 2 && backends(&cluster) <= 2 * POOL, "{waiting}, {}", backends(&cluster));
    assert_eq!((abandoned(&server), changed(&cluster)), (waiting, 0));

    for _ in 0..3 {
        let from = Instant::now();
        officer.get(&path).succeeded(200);
        officer.get(&format!("{path}/audit")).succeeded(200);
        officer.get("/api/cases").succeeded(200);
        change(&officer, &cases[0]).refused(503, "UNAVAILABLE");
        assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    }
    for answer in at_once(20, |_| officer.get("/api/cases")) {
        answer.succeeded(200);
    }
    assert_eq!(waiting_for_standby(&cluster), waiting);

    set_standbys(&cluster, "");
    until("nothing is given up any more", || abandoned(&server) == 0);
    let replayed = cases.iter().filter(|id| {
        let answer = change(&officer, id);
        assert_eq!((answer.status, &answer.json["version"]), (200, &json!(2)), "{}", answer.text);
        answer.header("Idempotency-Replayed").is_some()
    });
    assert_eq!(replayed.count(), waiting);
    assert_eq!(changed(&cluster), cases.len());
}

#[test]
fn a_commit_whose_wait_somebody_ends_is_answered_as_unknown_and_so_is_its_repetition() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let officer = server.officer();
    set_standbys(&cluster, "nobody");
    for by in ["pg_cancel_backend", "pg_terminate_backend"] {
        let before = cases(&cluster);
        let answer = thread::scope(|scope| {
            let creating = scope.spawn(|| create(&officer, by));
            until("it waits", || waiting_for_standby(&cluster) == 1);
            let sql = format!("select {by}(pid) from pg_stat_activity where wait_event = 'SyncRep'");
            cluster.superuser().batch_execute(&sql).unwrap();
            creating.join().unwrap()
        });
        let refusal = answer.refused(503, "OUTCOME_UNKNOWN");
        assert!(refusal["error"].as_str().unwrap().contains("Idempotency-Key"), "{refusal}");
        // It is visible, but no standby has it: nobody is told that it is done.
        assert_eq!(cases(&cluster), before + 1);
        create(&officer, by).refused(503, "OUTCOME_UNKNOWN");
        set_standbys(&cluster, "");
        let answer = create(&officer, by);
        assert!(answer.status == 201 && answer.header("Idempotency-Replayed").is_some(), "{}", answer.text);
        assert_eq!(cases(&cluster), before + 1);
        until("nothing is given up any more", || abandoned(&server) == 0);
        set_standbys(&cluster, "nobody");
    }
}

#[test]
fn a_call_that_is_given_up_for_another_reason_is_cancelled() {
    let database = Database::new();
    let patient = "options=-c%20statement_timeout%3D60s%20-c%20lock_timeout%3D60s";
    let server = Server::start(&format!("{}&{patient}", database.url));
    let officer = server.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let mut superuser = database.superuser();
    let mut lock = superuser.transaction().unwrap();
    lock.batch_execute("select from core.cases for update").unwrap();
    let from = Instant::now();
    officer.patch(&path, json!({"notes": "n"})).refused(503, "OUTCOME_UNKNOWN");
    assert!(from.elapsed() < Duration::from_secs(3), "{:?}", from.elapsed());
    until("it is cancelled", || abandoned(&server) == 0);
    assert!(from.elapsed() < Duration::from_secs(10), "{:?}", from.elapsed());
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    assert_eq!(lock.query_one(waiting, &[]).unwrap().get::<_, i64>(0), 0);
    lock.rollback().unwrap();
    assert_eq!(officer.get(&path).succeeded(200)["version"], 1);
}
