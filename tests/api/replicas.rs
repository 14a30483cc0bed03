//! Reads come from a standby while it applies each commit before its acknowledgement, and from the primary otherwise.
//! So nobody reads what was changed, revoked or ended before.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Client, Cluster, Server, Standby, assign, id_of, workshop::until};

fn set(cluster: &Cluster, setting: &str, value: &str) {
    let mut superuser = cluster.superuser();
    superuser.batch_execute(&format!("alter system set {setting} = '{value}'")).unwrap();
    superuser.batch_execute("select pg_reload_conf()").unwrap();
}

fn reads(server: &Server) -> u64 {
    let figures = server.client().get("/metrics").text;
    let line = figures.lines().find(|line| line.starts_with("casefile_standby_reads_total"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

/// Whether reads come from the standby now.
fn is_read_from_standby(server: &Server, client: &Client) -> bool {
    let before = reads(server);
    client.get("/api/cases").succeeded(200);
    reads(server) > before
}

struct Pair {
    server: Server,
    standby: Standby,
    cluster: Cluster,
}

impl Pair {
    /// Reads come from the standby.
    fn new() -> Self {
        let cluster = Cluster::new();
        let standby = Standby::of(&cluster);
        set(&cluster, "synchronous_commit", "remote_apply");
        set(&cluster, "synchronous_standby_names", &standby.name);
        let environment =
            [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("REPLICA_DATABASE_URL", standby.url())];
        let server = Server::start_with(&cluster.url(), &environment);
        let pair = Self { server, standby, cluster };
        let officer = pair.server.officer();
        until("reads come from the standby", || is_read_from_standby(&pair.server, &officer));
        pair
    }

    fn pause(&self) {
        self.standby.superuser().batch_execute("select pg_wal_replay_pause()").unwrap();
    }

    fn resume(&self) {
        self.standby.superuser().batch_execute("select pg_wal_replay_resume()").unwrap();
    }
}

#[test]
fn nobody_reads_a_case_after_revocation_even_when_replay_is_paused() {
    let pair = Pair::new();
    let officer = pair.server.officer();
    let over = AtomicBool::new(false);
    let (stale, from_standby) = (AtomicUsize::new(0), reads(&pair.server));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                pair.pause();
                thread::sleep(Duration::from_millis(700));
                pair.resume();
                thread::sleep(Duration::from_millis(900));
            }
            pair.resume();
        });
        for round in 0..25 {
            let username = format!("judge{round}");
            let judge = pair.server.logged_in(json!({"username": username, "role": "JUDGE_LEGAL_ADVISER"}));
            let case = officer.create_case();
            let path = format!("/api/cases/{}", id_of(&case));
            assign(&officer, id_of(&case), &username, "JUDICIAL");
            judge.get(&path).succeeded(200);
            let assignments = officer.get(&format!("{path}/assignments")).succeeded(200);
            let assignment = id_of(&assignments["assignments"][0]).to_owned();
            let revocation = format!("{path}/assignments/{assignment}");
            let revoked = officer.delete(&revocation).status;
            // Once a change is reported as done, all later reads show it.
            if revoked < 300 {
                for _ in 0..5 {
                    if judge.get(&path).status == 200 {
                        stale.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            if judge.request("POST", "/api/auth/logout").send().status < 300 {
                for _ in 0..5 {
                    if judge.get("/api/protected").status == 200 {
                        stale.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(stale.into_inner(), 0);
    assert!(reads(&pair.server) > from_standby, "nothing was read from the standby");
}

#[test]
fn reads_come_from_the_primary_as_soon_as_a_commit_does_not_wait_for_the_standby() {
    let mut pair = Pair::new();
    let officer = pair.server.officer();
    let is_read = |pair: &Pair| is_read_from_standby(&pair.server, &officer);
    let soon = |pair: &Pair, what: &str, expected: bool| {
        let from = Instant::now();
        until(what, || is_read(pair) == expected);
        from.elapsed()
    };
    // The primary moves the expiry of a session, and so is asked first.
    assert!(!is_read(&pair));
    assert!(is_read(&pair));
    let name = pair.standby.name.clone();
    for (setting, bad, good) in [
        ("synchronous_commit", "on", "remote_apply"),
        ("synchronous_standby_names", "", name.as_str()),
        ("synchronous_standby_names", "ANY 1 (PLACE, other)", name.as_str()),
    ] {
        set(&pair.cluster, setting, &bad.replace("PLACE", &name));
        let took = soon(&pair, setting, false);
        assert!(took < Duration::from_secs(4), "{setting}: {took:?}");
        set(&pair.cluster, setting, good);
        soon(&pair, setting, true);
    }
    pair.pause();
    soon(&pair, "replay is paused", false);
    officer.get("/api/cases").succeeded(200);
    pair.resume();
    soon(&pair, "replay goes on", true);

    pair.standby.stop();
    for _ in 0..20 {
        officer.get("/api/cases").succeeded(200);
    }
    assert!(!is_read(&pair));
    let log = pair.server.log();
    for reason in ["remote_apply", "does not wait for all", "paused"] {
        assert!(log.contains(reason), "{reason}");
    }
}
