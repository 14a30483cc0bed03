//! A database URL with several hosts: the server finds the one that takes changes among those that are gone, frozen or
//! left behind.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    Client, Cluster, Database, Hang, Server, Standby, free_port, id_of, run, url_of_hosts, workshop::until,
};

/// For what is noticed within a second or two, on a machine that is busy.
const SOON: Duration = Duration::from_secs(8);

/// Listens, and says nothing: like a host whose packets are dropped, once its backlog is full.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("postgresql://a:b@127.0.0.1:{}/x", listener.local_addr().unwrap().port());
    (listener, url)
}

fn has_case(mut database: postgres::Client, id: &str) -> bool {
    let sql = "select exists (select from core.cases where id::text = $1)";
    database.query_one(sql, &[&id]).unwrap().get(0)
}

/// Tries until a case is created, each time with a quick answer; returns the case's id.
fn create_soon(officer: &Client) -> String {
    let end = Instant::now() + SOON;
    loop {
        let answer = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"}));
        if answer.status == 201 {
            return id_of(&answer.json).to_owned();
        }
        assert!(Instant::now() < end, "nothing is created: {}", answer.json);
    }
}

#[test]
fn silent_hosts_delay_no_request() {
    let database = Database::new();
    let (_silent, first) = silent();
    let dead = format!("postgresql://a:b@127.0.0.1:{}/x", free_port());
    let url = url_of_hosts(&[&database.url, &first, &dead]);
    // In front of the one that works.
    let (before, rest) = url.split_once('@').unwrap();
    let (places, rest) = rest.split_once('/').unwrap();
    let mut places: Vec<_> = places.split(',').collect();
    places.rotate_left(1);
    let server = Server::start(&format!("{before}@{}/{rest}", places.join(",")));
    let officer = server.officer();
    for _ in 0..5 {
        let from = Instant::now();
        officer.create_case();
        assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    }
    let log = server.log();
    let place = |url: &str| url.split(['@', '/']).nth(3).unwrap().to_owned();
    assert!(log.contains(&place(&first)) && log.contains("Connection refused"), "{log}");
}

#[test]
fn every_host_is_named_with_its_reason_and_no_password() {
    let (_silent, first) = silent();
    let dead = format!("postgresql://a:b@127.0.0.1:{}/x", free_port());
    let url = url_of_hosts(&[&first, &dead]).replace("a:b@", "a:hush@");
    let (output, took) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", &url)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && took < Duration::from_secs(10), "{took:?}: {said}");
    assert!(said.trim().lines().count() == 1 && !said.contains("hush"), "{said}");
    for word in ["DATABASE_URL", "no answer within", "Connection refused"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_primary_that_others_have_left_behind_is_left_by_servers_that_see_both() {
    let cluster = Cluster::new();
    let standby = Standby::of(&cluster);
    let url = url_of_hosts(&[&cluster.url(), standby.url()]);
    let server = Server::start(&url);
    let officer = server.officer();
    let before = create_soon(&officer);
    until("the standby has it", || has_case(standby.superuser(), &before));

    // Nobody has told the old primary.
    standby.promote();
    until("the server writes to the new one", || {
        let id = create_soon(&officer);
        has_case(standby.superuser(), &id)
    });
    for _ in 0..20 {
        let id = create_soon(&officer);
        assert!(has_case(standby.superuser(), &id) && !has_case(cluster.superuser(), &id));
    }

    // A starting server does not take it for the primary, though it answers first.
    let started = Server::start(&url);
    let id = create_soon(&started.officer());
    assert!(has_case(standby.superuser(), &id) && !has_case(cluster.superuser(), &id));
    assert!(server.log().contains("another host is the primary"), "{}", server.log());
}

#[test]
fn a_frozen_primary_is_left_for_the_one_that_was_promoted_and_stays_left_when_it_thaws() {
    let cluster = Cluster::new();
    let standby = Standby::of(&cluster);
    let server = Server::start(&url_of_hosts(&[&cluster.url(), standby.url()]));
    let officer = server.officer();
    let case = create_soon(&officer);
    until("the standby has it", || has_case(standby.superuser(), &case));

    let frozen = Hang::of(cluster.processes());
    standby.promote();
    let from = Instant::now();
    let path = format!("/api/cases/{case}");
    until("reads are answered", || officer.get(&path).status == 200);
    println!("answered again after {:?}", from.elapsed());
    assert!(from.elapsed() < SOON, "{:?}", from.elapsed());
    for _ in 0..20 {
        let id = create_soon(&officer);
        assert!(has_case(standby.superuser(), &id));
    }

    drop(frozen);
    for _ in 0..20 {
        let id = create_soon(&officer);
        assert!(has_case(standby.superuser(), &id) && !has_case(cluster.superuser(), &id));
    }
}
