//! The figures at /metrics: Prometheus can read them, and they tell what happened.

use std::{
    fs,
    io::Write,
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

use serde_json::json;

use crate::support::{
    Auditor, Client, Cluster, Figures, Server, Stage, assert_is, at_once, documents_of, id_of, raw, samples,
    workshop::until,
};

const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];

#[test]
fn prometheus_can_read_them_and_they_count_what_is_asked() {
    let stage = Stage::alone();
    let (officer, visitor) = (stage.officer(), stage.visitor());
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let before = Figures::of(&visitor);
    for _ in 0..3 {
        officer.get(&path).succeeded(200);
    }
    visitor.get(&path).refused(401, "AUTH_REQUIRED");
    officer.patch(&path, json!({"notes": 1})).refused_field("notes");
    visitor.get("/nothing").refused(404, "NOT_FOUND");
    let after = Figures::of(&visitor);
    for (sample, wanted) in [
        ("requests_total{operation=\"get_case\",status=\"200\"}", 3),
        ("requests_total{operation=\"get_case\",status=\"401\"}", 1),
        ("requests_total{operation=\"update_case\",status=\"400\"}", 1),
        ("requests_total{operation=\"none\",status=\"404\"}", 1),
        ("request_seconds_count{operation=\"get_case\"}", 4),
        ("request_seconds_bucket{operation=\"get_case\",le=\"+Inf\"}", 4),
        ("database_seconds_count{function=\"get_case\"}", 3),
        ("database_seconds_bucket{function=\"get_case\",le=\"2.5\"}", 3),
    ] {
        let grown = after.grown_since(&before, sample);
        assert!((grown - f64::from(wanted)).abs() < 0.001, "{sample} has grown by {grown}");
    }
    assert!(after.grown_since(&before, "request_seconds_sum{operation=\"get_case\"}") > 0.0);
    assert!(after.grown_since(&before, "pool_wait_seconds_count") >= 3.0);

    // Each bucket holds those of the one before.
    let buckets =
        ["0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "1", "2.5", "+Inf"];
    let buckets =
        buckets.map(|le| after.get(&format!("request_seconds_bucket{{operation=\"get_case\",le=\"{le}\"}}")));
    assert!(buckets.is_sorted() && buckets[11] > 3.0, "{buckets:?}");
}

#[test]
fn they_tell_when_the_newest_anchor_was_taken() {
    let stage = Stage::alone();
    let newest = || Figures::of(&stage.visitor()).get("newest_anchor_timestamp_seconds");
    assert_is(newest(), 0);
    let before = UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    Auditor::new(&stage).anchor();
    until("the anchor is told", || newest() > 0.0);
    assert!((before - 1.0..before + 60.0).contains(&newest()));
}

#[test]
fn metrics_show_how_the_pool_is_used() {
    let stage = Stage::alone();
    let pool = [("DATABASE_POOL_SIZE", "2"), ("DATABASE_POOL_WAIT_MS", "900")];
    let server = Server::start_with(&stage.database().url, &[&TEST[..], &pool].concat());
    let officer = stage.officer().at(&server);
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| officer.patch(&path, json!({"notes": "n"})));
        }
        thread::sleep(Duration::from_millis(300));
        let from = Instant::now();
        let figures = Figures::of(&server.client());
        assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
        assert_is(figures.get("pool_connections{state=\"used\"}"), 2);
        assert_is(figures.get("pool_connections{state=\"idle\"}"), 0);
        assert_is(figures.get("pool_waiting"), 4);
        holding.commit().unwrap();
    });
    drop(superuser);
    let figures = Figures::of(&server.client());
    assert_is(figures.get("pool_connections{state=\"used\"}"), 0);
    assert_is(figures.get("pool_connections{state=\"idle\"}"), 2);
    assert_is(figures.get("pool_waiting"), 0);
    assert!(figures.get("pool_wait_seconds_sum") > 0.5);
}

/// A client that hangs up leaves work behind; nobody waits for it needlessly.
#[test]
fn an_abandoned_connection_is_in_use_until_the_database_has_done_with_it() {
    let stage = Stage::alone();
    let two = [&TEST[..], &[("DATABASE_POOL_SIZE", "2")]].concat();
    let server = Server::start_with(&stage.database().url, &two);
    let officer = stage.officer().at(&server);
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    at_once(2, |_| (0..20).for_each(|_| drop(officer.get(&path).succeeded(200))));

    let mut superuser = stage.database().superuser_of_its_own();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    let request = format!(
        "PATCH {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{{\"notes\":\"n\"}}",
        officer.cookie.as_ref().unwrap()
    );
    let mut connection = raw::connect(server.port);
    connection.write_all(request.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(200));
    drop(connection);
    thread::sleep(Duration::from_millis(100));
    assert_is(Figures::of(&server.client()).get("pool_connections{state=\"used\"}"), 1);
    let from = Instant::now();
    officer.get(&path).succeeded(200);
    assert!(from.elapsed() < Duration::from_millis(300), "{:?}", from.elapsed());
    drop(holding);
    drop(superuser);
    thread::sleep(Duration::from_millis(300));
    let figures = Figures::of(&server.client());
    assert_is(figures.get("pool_connections{state=\"used\"}"), 0);
    assert_is(figures.get("pool_connections{state=\"idle\"}"), 2);
}

/// Once one role needs no connections, another takes them all, and not only one of them.
#[test]
fn connections_left_by_another_role_keep_nobody_waiting() {
    let stage = Stage::alone();
    let server =
        Server::start_with(&stage.database().url, &[&TEST[..], &[("DATABASE_POOL_SIZE", "3")]].concat());
    let [officer, judge] =
        [stage.officer(), stage.user("JUDGE_LEGAL_ADVISER", json!({}))].map(|user| user.at(&server));
    let ask = |client: &Client, times| {
        at_once(3, |_| {
            for _ in 0..times {
                client.get("/api/cases").succeeded(200);
            }
        });
    };
    ask(&officer, 10);
    ask(&judge, 50);
    thread::sleep(Duration::from_millis(50));
    let before = Figures::of(&server.client());
    ask(&officer, 50);
    let after = Figures::of(&server.client());
    let [waits, short] = ["count", "bucket{le=\"0.0005\"}"]
        .map(|part| after.grown_since(&before, &format!("pool_wait_seconds_{part}")));
    assert!(short > waits * 0.8, "{short} of {waits} got one at once");
}

#[test]
fn metrics_show_how_many_documents_wait_and_for_how_long() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let figures = Figures::of(&officer);
    for task in ["scan", "read", "removal"] {
        assert_is(figures.get(&format!("documents_waiting{{task=\"{task}\"}}")), 0);
        assert_is(figures.get(&format!("documents_oldest_seconds{{task=\"{task}\"}}")), 0);
    }
    // The queue is measured once a second.
    for number in 0..3 {
        let bytes = [&samples::pdf()[..], format!("%{number}").as_bytes()].concat();
        let document = officer.upload(id_of(&case), &format!("{number}.pdf"), &bytes).succeeded(201);
        if number == 0 {
            stage.scanned(document["documentId"].as_str().unwrap(), "clean");
        }
    }
    officer.upload(id_of(&case), "no.pdf", b"no PDF").refused(400, "VALIDATION_ERROR");
    thread::sleep(Duration::from_millis(1100));
    let figures = Figures::of(&officer);
    for (task, waiting) in [("scan", 2), ("read", 1), ("removal", 1)] {
        assert_is(figures.get(&format!("documents_waiting{{task=\"{task}\"}}")), waiting);
    }
    let oldest = figures.get("documents_oldest_seconds{task=\"scan\"}");
    assert!((1.0..30.0).contains(&oldest), "{oldest}");
}

#[test]
fn metrics_cover_the_process_its_store_and_its_sessions() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let before = Figures::of(&officer);
    let build = concat!("build_info{commit=\"unknown\",version=\"", env!("CARGO_PKG_VERSION"), "\"}");
    assert_is(before.get(build), 1);
    assert_is(before.get("ready"), 1);
    let case = officer.create_case();
    let document = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = document["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    assert_eq!(officer.get(&format!("/api/documents/{id}/download")).status, 200);
    stage.stored(None).iter().for_each(|file| fs::remove_file(file).unwrap());
    officer.request("GET", &format!("/api/documents/{id}/download")).send_expecting_500();
    // A file stands in the folder's place.
    let folder = documents_of(&stage.database().url).join(id_of(&case));
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    officer.upload(id_of(&case), "b.pdf", &samples::pdf_of(2000)).refused(503, "UNAVAILABLE");
    officer.post("/api/auth/logout", json!({})).succeeded(200);
    let after = Figures::of(&officer);
    assert_is(after.grown_since(&before, "store_seconds_count{operation=\"put\"}"), 2);
    assert_is(after.grown_since(&before, "store_seconds_count{operation=\"get\"}"), 1);
    assert!(after.get("store_seconds_count{operation=\"verify\"}") >= 1.0);
    assert_is(after.grown_since(&before, "documents_damaged_total"), 1);
    assert_is(after.get("store_errors_total{operation=\"put\"}"), 1);
    assert_is(after.grown_since(&before, "sessions_ended_total{by=\"user\"}"), 1);

    let now = UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    assert!((now - 120.0..now).contains(&after.get("process_start_time_seconds")));
    assert!((1e6..1e9).contains(&after.get("process_resident_memory_bytes")));
    assert!((5.0..after.get("process_max_fds")).contains(&after.get("process_open_fds")));
    let used = stage.server().processor_time().as_secs_f64();
    assert!((after.get("process_cpu_seconds_total") - used).abs() < 0.5, "{used}");
}

#[test]
fn metrics_are_served_while_the_database_is_stopped() {
    let cluster = Cluster::new();
    let server = Server::start_with(&cluster.url(), &TEST);
    let client = server.client();
    client.get("/ready").succeeded(200);
    cluster.db(&["stop"]);
    client.get("/api/health").refused(503, "UNAVAILABLE");
    // Readiness was looked up before.
    thread::sleep(Duration::from_millis(1100));
    let from = Instant::now();
    let figures = Figures::of(&client);
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    assert_is(figures.get("requests_total{operation=\"get_health\",status=\"503\"}"), 1);
    assert_is(figures.get("ready"), 0);
    let errors = figures.0.iter().filter(|(sample, _)| sample.starts_with("casefile_database_errors_total"));
    assert!(errors.map(|(_, count)| count).sum::<f64>() >= 1.0);
}
