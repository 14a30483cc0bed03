use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Client, Cluster, Server, Stage, at_once, free_port};

const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];

/// It is looked up once a second.
#[track_caller]
fn until_ready_is(client: &Client, status: u16) {
    let patience = Instant::now() + Duration::from_secs(3);
    while client.request("GET", "/ready").run().status != status {
        assert!(Instant::now() < patience, "/ready does not come to {status}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_is_ready_as_long_as_its_database_has_what_it_needs() {
    let stage = Stage::alone();
    let visitor = stage.visitor();
    assert_eq!(visitor.get("/ready").succeeded(200), json!({"status": "ready"}));

    // A newer database is fine.
    stage.database().execute("insert into public.schema_migrations (version) values ('29991231000000')");
    thread::sleep(Duration::from_millis(1100));
    visitor.get("/ready").succeeded(200);

    let last = "(select max(version) from public.schema_migrations where version < '2999')";
    stage.database().execute(&format!("delete from public.schema_migrations where version = {last}"));
    until_ready_is(&visitor, 503);
    visitor.get("/ready").refused(503, "UNAVAILABLE");
    visitor.get("/live").succeeded(200);
}

#[test]
fn a_server_whose_login_may_not_become_a_role_is_not_ready_and_serves_the_others() {
    let cluster = Cluster::new();
    let one_connection = [&TEST[..], &[("DATABASE_POOL_SIZE", "1")]].concat();
    let server = Server::start_with(&cluster.url(), &one_connection);
    let mut officer = server.client();
    let court = "Birmingham Family Court";
    let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court});
    officer.log_in(fields).succeeded(200);
    officer.get("/ready").succeeded(200);

    let mut superuser = cluster.superuser();
    superuser.batch_execute("revoke judge_legal_adviser from casefile_api").unwrap();
    until_ready_is(&officer, 503);
    for _ in 0..5 {
        officer.get("/ready").refused(503, "UNAVAILABLE");
        officer.get("/api/cases").succeeded(200);
    }
    superuser.batch_execute("grant judge_legal_adviser to casefile_api").unwrap();
    until_ready_is(&officer, 200);
}

/// Any number may ask: it costs the database next to nothing.
#[test]
fn readiness_health_and_figures_are_looked_up_once_a_second_for_all() {
    let stage = Stage::alone();
    let visitor = stage.visitor();
    let transactions =
        "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
    thread::sleep(Duration::from_millis(1100));
    let (before, from) = (stage.database().count(transactions, &[]), Instant::now());
    at_once(8, |_| {
        for path in ["/ready", "/api/health", "/metrics"].repeat(20) {
            assert_eq!(visitor.get(path).status, 200);
        }
    });
    let seconds = i64::try_from(from.elapsed().as_secs()).unwrap() + 2;
    // The count of a connection is a second late at most.
    thread::sleep(Duration::from_millis(1100));
    let asked = stage.database().count(transactions, &[]) - before;
    assert!(asked < 40 * seconds, "{asked} transactions for 480 requests in {seconds} s");
}

#[test]
fn probes_and_metrics_can_have_a_port_of_their_own() {
    let stage = Stage::alone();
    let admin = free_port();
    let port = admin.to_string();
    let server = Server::start_with(
        &stage.database().url,
        &[("APP_ENV", "PROD"), ("AUTH_MODE", "none"), ("ADMIN_PORT", port.as_str())],
    );
    let (public, admin) = (server.client(), Client::of(admin));
    let of_admin = |path: &str| admin.request("GET", path).run();
    public.get("/metrics").refused(404, "NOT_FOUND");
    public.get("/ready").succeeded(200);
    assert_eq!(of_admin("/ready").json, json!({"status": "ready"}));
    let live = of_admin("/live");
    assert_eq!(live.json, json!({"status": "live"}));
    assert_eq!(live.headers["Content-Type"], "application/json");
    let figures = of_admin("/metrics");
    assert!(figures.text.contains("casefile_requests_total{operation=\"get_ready\""), "{}", figures.text);
    for path in ["/docs", "/openapi.json", "/api/cases", "/api/public/health"] {
        assert_eq!(of_admin(path).status, 404, "{path}");
    }

    let last = "(select max(version) from public.schema_migrations)";
    stage.database().execute(&format!("delete from public.schema_migrations where version = {last}"));
    until_ready_is(&admin, 503);
    let reason = of_admin("/ready").json["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.contains("lacks the migration"), "{reason}");
    assert_eq!(public.get("/ready").json["reason"], "UNAVAILABLE");
}
