//! The server behind PgBouncer in transaction mode: many connections of servers, few of the database, and each
//! transaction on a free one.

use std::{
    io::Write,
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    Answer, Bouncer, Client, ROLES, Server, Stage, documents_of, id_of, run, samples, scripts_db,
    with_database, workshop::until,
};

const CONNECTIONS: u32 = 3;
const ROUNDS: usize = 12;

/// Two servers behind the pooler; the stage's own goes to the database directly.
struct Pooled {
    servers: [Server; 2],
    bouncer: Bouncer,
    stage: Stage,
}

impl Pooled {
    fn new() -> Self {
        let stage = Stage::alone();
        let url = &stage.database().url;
        let bouncer = Bouncer::start(url, CONNECTIONS);
        let documents = format!("file://{}", documents_of(url).display());
        let environment = [
            ("APP_ENV", "TEST"),
            ("AUTH_MODE", "mock"),
            ("DATABASE_STATEMENTS", "unprepared"),
            ("DATABASE_POOL_SIZE", "10"),
            ("DOCUMENT_STORE_URL", &documents),
        ];
        let servers = [(), ()].map(|()| Server::start_with(&bouncer.url(url), &environment));
        Self { servers, bouncer, stage }
    }

    /// The same browser, at one server or the other.
    fn pooled(&self, client: &Client, number: usize) -> Client {
        client.at(&self.servers[number % 2])
    }

    /// However the abandoned work ended, case and audit agree on it, and nothing is left open.
    #[track_caller]
    fn assert_is_whole(&self, officer: &Client, path: &str) -> i64 {
        let version = self.pooled(officer, 0).get(path).succeeded(200)["version"].take();
        let audit = self.pooled(officer, 1).get(&format!("{path}/audit")).succeeded(200);
        assert_eq!(version, audit["pagination"]["total"]);
        let idle = "select count(*) from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%'";
        assert_eq!(self.stage.database().count(idle, &[]), 0);
        version.as_i64().unwrap()
    }

    fn connections(&self) -> i64 {
        let sql = "select count(*) from pg_stat_activity
            where datname = current_database() and usename = 'casefile_api'";
        self.stage.database().count(sql, &[])
    }
}

/// All of an answer except the request's id.
fn content(answer: Answer) -> (u16, Value) {
    let mut body = answer.json;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
    }
    (answer.status, body)
}

/// Asks until it is not told to come back later: this machine may be busy, and the pooler is impatient.
#[track_caller]
fn insist(ask: impl Fn() -> Answer) -> Answer {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = ask();
        if answer.status != 503 || Instant::now() > end {
            return answer;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn simultaneous_callers_each_see_only_their_own_cases() {
    let pooled = Pooled::new();
    let courts = [pooled.stage.next_court(), pooled.stage.next_court()];
    let cast: Vec<_> = courts
        .iter()
        .map(|court| {
            let officer = court.officer();
            let id = id_of(&officer.create_case_with(json!({"notes": court.court_name}))).to_owned();
            let people = ROLES.map(|role| court.insider(role, &officer, &id));
            (id, people)
        })
        .collect();
    let (mut asked, mut statuses) = (Vec::new(), Vec::new());
    for (number, (_, people)) in cast.iter().enumerate() {
        let (own, other) = (&cast[number].0, &cast[1 - number].0);
        for person in people {
            let mut paths = vec!["/api/cases".to_owned(), "/api/auth/session".to_owned()];
            for id in [own, other] {
                for part in ["", "/audit", "/assignments", "/documents"] {
                    paths.push(format!("/api/cases/{id}{part}"));
                }
            }
            let expected: Vec<_> = paths.into_iter().map(|path| (content(person.get(&path)), path)).collect();
            statuses.extend(expected.iter().map(|((status, _), _)| *status));
            asked.push((person, expected));
        }
    }
    assert!([200, 403].iter().all(|status| statuses.contains(status)), "{statuses:?}");

    let direct = pooled.connections();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking: Vec<_> = asked
            .iter()
            .map(|(person, expected)| {
                scope.spawn(|| {
                    for round in 0..ROUNDS {
                        for (number, (expected, path)) in expected.iter().enumerate() {
                            let found = content(insist(|| pooled.pooled(person, round + number).get(path)));
                            assert_eq!(
                                &found, expected,
                                "{} is shown something else at {path}",
                                person.user_id
                            );
                        }
                    }
                })
            })
            .collect();
        let counting = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(pooled.connections() - direct);
                thread::sleep(Duration::from_millis(5));
            }
            most
        });
        let failed = asking.into_iter().map(thread::ScopedJoinHandle::join).filter(Result::is_err).count();
        over.store(true, Ordering::Relaxed);
        assert_eq!(failed, 0);
        let most = counting.join().unwrap();
        assert!(most > 0 && most <= i64::from(CONNECTIONS), "{most} connections more than before");
    });
}

#[test]
fn each_write_through_pgbouncer_is_done_once() {
    let pooled = Pooled::new();
    let officer = pooled.stage.officer();
    let body = json!({"caseType": "AGENCY_ADOPTION"});
    let created: Vec<_> = thread::scope(|scope| {
        let create = |number| {
            let client = pooled.pooled(&officer, number);
            let request =
                || client.request("POST", "/api/cases").header("Idempotency-Key", "once").json(&body);
            id_of(&insist(|| request().send()).succeeded(201)).to_owned()
        };
        let creating: Vec<_> = (0..8).map(|number| scope.spawn(move || create(number))).collect();
        creating.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(created.iter().all(|id| *id == created[0]), "{created:?}");

    let path = format!("/api/cases/{}", created[0]);
    for version in 1..=10 {
        let outcomes: Vec<_> = thread::scope(|scope| {
            let change = |number| {
                let body = json!({"notes": format!("{version} by {number}"), "version": version});
                insist(|| pooled.pooled(&officer, number).patch(&path, body.clone())).status
            };
            let changing: Vec<_> = (0..6).map(|number| scope.spawn(move || change(number))).collect();
            changing.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|status| **status == 200).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|status| matches!(status, 200 | 409)), "{outcomes:?}");
    }
    let audit = pooled.pooled(&officer, 0).get(&format!("{path}/audit")).succeeded(200);
    assert_eq!(audit["pagination"]["total"], 11);
    assert_eq!(pooled.stage.database().count("select count(*) from audit.find_broken_chains()", &[]), 0);
}

#[test]
fn a_document_is_uploaded_and_served() {
    let pooled = Pooled::new();
    let officer = pooled.stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(300_000);
    let answer = pooled.pooled(&officer, 0).upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    pooled.stage.scanned(id, "clean");
    let served = pooled.pooled(&officer, 1).get(&format!("/api/documents/{id}/download"));
    assert_eq!((served.status, served.bytes == bytes), (200, true));
    assert_eq!(pooled.pooled(&officer, 1).document(id), officer.document(id));
}

#[test]
fn the_login_s_limits_hold() {
    let pooled = Pooled::new();
    let limits = "select name, setting from pg_settings where name in
        ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'TimeZone') order by name";
    let limits_at = |url: &str| -> Vec<(String, String)> {
        let mut client = url.parse::<postgres::Config>().unwrap().connect(postgres::NoTls).unwrap();
        let rows = client.query_typed(limits, &[]).unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let url = &pooled.stage.database().url;
    assert_eq!(limits_at(&pooled.bouncer.url(url)), limits_at(url));

    let officer = pooled.stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let mut superuser = pooled.stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    thread::scope(|scope| {
        // More than the pooler has connections.
        let waiting: Vec<_> = (0..8)
            .map(|number| {
                let client = pooled.pooled(&officer, number);
                let path = &path;
                scope.spawn(move || {
                    let from = Instant::now();
                    (client.patch(path, json!({"notes": "late"})).status, from.elapsed())
                })
            })
            .collect();
        for patch in waiting {
            let (status, took) = patch.join().unwrap();
            assert!(status == 503 && took < Duration::from_secs(4), "{status} after {took:?}");
        }
    });
    holding.commit().unwrap();
    drop(superuser);
    until("it is as before", || pooled.pooled(&officer, 0).patch(&path, json!({"notes": "n"})).status == 200);
    pooled.assert_is_whole(&officer, &path);
}

#[test]
fn clients_that_hang_up_leave_nothing_half_done_and_nothing_to_others() {
    let pooled = Pooled::new();
    let officer = pooled.stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let stranger = pooled.stage.next_court().officer();
    let theirs = content(stranger.get("/api/cases"));
    let body = json!({"status": "DIRECTIONS"}).to_string();
    let request = format!(
        "PATCH {path}/status HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        officer.cookie.as_ref().unwrap(),
        body.len(),
    );
    for _ in 0..3 {
        let mut superuser = pooled.stage.database().superuser();
        let mut holding = superuser.transaction().unwrap();
        holding.execute("select from core.cases for update", &[]).unwrap();
        for number in 0..10 {
            let mut connection = TcpStream::connect(("127.0.0.1", pooled.servers[number % 2].port)).unwrap();
            connection.write_all(request.as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(20));
        }
        holding.commit().unwrap();
        drop(superuser);
        thread::scope(|scope| {
            for number in 0..10 {
                let (pooled, stranger, theirs) = (&pooled, &stranger, &theirs);
                scope.spawn(move || {
                    let found = content(pooled.pooled(stranger, number).get("/api/cases"));
                    assert!(&found == theirs || found.0 == 503, "{found:?}");
                });
            }
        });
    }
    until("it is as before", || pooled.pooled(&officer, 0).get(&path).status == 200);
    assert!(pooled.assert_is_whole(&officer, &path) <= 2, "a status changes once");
}

#[test]
fn connections_that_the_database_ends_are_replaced() {
    let pooled = Pooled::new();
    let officer = pooled.stage.officer();
    let case = officer.create_case();
    for round in 0..5 {
        pooled.stage.database().execute(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and usename = 'casefile_api'",
        );
        until("both answer", || {
            let answers = [0, 1]
                .map(|number| pooled.pooled(&officer, number).get(&format!("/api/cases/{}", id_of(&case))));
            answers.iter().all(|answer| answer.status == 200)
        });
        let body = json!({"notes": round.to_string()});
        let path = format!("/api/cases/{}", id_of(&case));
        assert_eq!(pooled.pooled(&officer, round).patch(&path, body).succeeded(200)["version"], round + 2);
    }
}

/// Named statements belong to a connection; behind the pooler, another server may have used the name.
#[test]
fn a_server_without_the_setting_does_not_start() {
    let pooled = Pooled::new();
    let url = pooled.bouncer.url(&pooled.stage.database().url);
    for command in ["check", "serve"] {
        let (output, _) = run(&[command], &[("APP_ENV", "TEST"), ("DATABASE_URL", &url)]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{command} succeeds");
        assert!(said.contains("DATABASE_STATEMENTS=unprepared") && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn a_worker_does_not_start_behind_it() {
    let stage = Stage::alone();
    let url = with_database(&scripts_db(&["url", "casefile_worker"], &[]), &stage.database().name);
    stage
        .database()
        .execute(&format!("grant connect on database {} to casefile_worker", stage.database().name));
    let bouncer = Bouncer::start(&url, CONNECTIONS);
    let url = bouncer.url(&url);
    let environment = [("APP_ENV", "TEST"), ("WORKER_DATABASE_URL", url.as_str()), ("VIRUS_SCAN", "off")];
    let (output, _) = run(&["worker"], &environment);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("WORKER_DATABASE_URL"), "{said}");
}
