//! Faults around the server while it runs: it answers, and nothing is half done.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Server, Stage, id_of, run, workshop::until};

fn idle_in_transaction(stage: &Stage) -> i64 {
    stage.database().count(
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
        &[],
    )
}

#[test]
fn a_case_that_stays_locked_is_answered_with_503_and_is_not_changed() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();

    let from = Instant::now();
    let answer = officer.patch(&path, json!({"notes": "late"}));
    assert!(from.elapsed() < Duration::from_secs(5), "{:?}", from.elapsed());
    answer.refused(503, "UNAVAILABLE");
    // Reading waits for nobody.
    officer.read_case(id_of(&case));
    holding.commit().unwrap();
    drop(superuser);

    assert_eq!(officer.read_case(id_of(&case)).get("notes"), None);
    officer.patch(&path, json!({"notes": "again"})).succeeded(200);
    assert_eq!(idle_in_transaction(&stage), 0);
}

#[test]
fn requests_are_answered_in_time_while_all_connections_wait() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    thread::scope(|scope| {
        let waiting: Vec<_> =
            (0..30).map(|_| scope.spawn(|| officer.patch(&path, json!({"notes": "n"})).status)).collect();
        thread::sleep(Duration::from_millis(500));
        let from = Instant::now();
        officer.get("/api/public/health").succeeded(200);
        assert!(from.elapsed() < Duration::from_secs(1));
        let status = officer.get("/api/health").status;
        assert!(matches!(status, 200 | 503), "{status}");
        assert!(from.elapsed() < Duration::from_secs(4), "{:?}", from.elapsed());
        for patch in waiting {
            assert_eq!(patch.join().unwrap(), 503);
        }
        holding.commit().unwrap();
    });
    drop(superuser);
    // Until the database has ended the calls that were given up, their connections are not free.
    let change = || officer.patch(&path, json!({"notes": "n"}));
    let mut last = change();
    until("a connection is free", || {
        if last.status == 503 {
            last = change();
        }
        last.status != 503
    });
    assert_eq!(last.succeeded(200)["version"], 2);
    assert_eq!(idle_in_transaction(&stage), 0);
}

#[test]
fn clients_that_hang_up_use_up_no_connection_and_leave_nothing_half_done() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let body = json!({"status": "DIRECTIONS"}).to_string();
    let request = format!(
        "PATCH /api/cases/{}/status HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        id_of(&case),
        officer.cookie.as_ref().unwrap(),
        body.len(),
    );
    for _ in 0..3 {
        let mut superuser = stage.database().superuser();
        let mut holding = superuser.transaction().unwrap();
        holding.execute("select from core.cases for update", &[]).unwrap();
        let connections: Vec<_> = (0..10)
            .map(|_| {
                let mut connection = TcpStream::connect(("127.0.0.1", stage.server().port)).unwrap();
                connection.write_all(request.as_bytes()).unwrap();
                connection
            })
            .collect();
        thread::sleep(Duration::from_millis(200));
        drop(connections);
        thread::sleep(Duration::from_millis(100));
        holding.commit().unwrap();
    }
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| officer.get("/api/cases").succeeded(200));
        }
    });

    // In any case, the case, its history and its audit agree.
    let read = officer.read_case(id_of(&case));
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    assert_eq!(read["version"], audit["pagination"]["total"]);
    assert_eq!(read["version"], read["history"].as_array().unwrap().len() + 1);
    assert!(read["version"].as_i64() <= Some(2), "a status changes once");
    assert_eq!(idle_in_transaction(&stage), 0);
}

#[test]
fn connections_that_the_database_ends_are_replaced() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    for round in 0..5 {
        stage.database().execute(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and usename = 'casefile_api'",
        );
        // At most the requests that were under way, and there were none, may feel it.
        let answers: Vec<_> =
            (0..10).map(|_| officer.get(&format!("/api/cases/{}", id_of(&case))).status).collect();
        assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
        assert!(answers[5..].iter().all(|status| *status == 200), "round {round}: {answers:?}");
    }
}

#[test]
fn a_table_that_gets_a_column_under_a_running_server_disturbs_no_request() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let all_connections_work = |round: usize| {
        thread::scope(|scope| {
            for number in 0..20 {
                let (officer, path) = (&officer, &path);
                scope.spawn(move || {
                    officer.patch(path, json!({"notes": format!("{round} {number}")})).succeeded(200);
                    officer.get(path).succeeded(200);
                    officer.get("/api/cases").succeeded(200);
                });
            }
        });
    };
    for (round, table) in
        ["core.cases", "core.case_details", "audit.entries", "auth.sessions"].iter().enumerate()
    {
        all_connections_work(round);
        stage.database().execute(&format!("alter table {table} add column another_{round} text"));
    }
    all_connections_work(9);
}

#[test]
fn a_defect_is_answered_with_500_and_told_to_developers_alone() {
    let stage = Stage::alone();
    let officer = stage.officer();
    stage.database().execute("alter table core.courts rename column name to title");
    for (environment, tells) in [("TEST", false), ("LOCAL", true)] {
        let server = Server::start_with(&stage.database().url, &[("APP_ENV", environment)]);
        let answer = officer.at(&server).request("GET", "/api/cases").send_expecting_500();
        assert_eq!(answer.json["code"], "INTERNAL_ERROR", "{}", answer.text);
        assert_eq!(answer.json["requestId"], answer.request_id().to_string());
        assert_eq!(answer.text.contains("name"), tells, "{environment}: {}", answer.text);
        assert!(server.log().contains(&answer.request_id().to_string()));
    }
}

#[test]
fn while_the_database_is_read_only_reads_are_served_and_changes_are_503_and_then_all_is_well_again() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let set = |state: &str| {
        stage.database().execute(&format!(
            "set default_transaction_read_only = off;
             alter database {} set default_transaction_read_only = {state}",
            stage.database().name
        ));
    };
    set("on");
    stage.database().execute(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'casefile'",
    );

    for _ in 0..3 {
        let refusal = officer.patch(&path, json!({"notes": "n"})).refused(503, "UNAVAILABLE");
        assert_eq!(refusal["reason"], "DATABASE_READ_ONLY", "{refusal}");
    }
    officer.get(&path).succeeded(200);
    let ready = stage.visitor().get("/ready").refused(503, "UNAVAILABLE");
    assert_eq!(ready["reason"], "DATABASE_READ_ONLY", "{ready}");
    let health = stage.visitor().get("/api/health").refused(503, "UNAVAILABLE");
    assert_eq!(
        (&health["services"]["database"], &health["status"]),
        (&json!("read-only"), &json!("degraded"))
    );
    let (output, _) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", &stage.database().url)]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("takes no changes"), "{output:?}");

    // On connections that are open, it stays as it was: none of them is used again.
    officer.get(&path).succeeded(200);
    set("off");
    until("it is ready", || stage.visitor().get("/ready").status == 200);
    stage.visitor().get("/api/health").succeeded(200);
    officer.patch(&path, json!({"notes": "n"})).succeeded(200);
}
