//! More than the server takes on: too many clients, too slow ones, too few connections to the database, no file
//! descriptors left. Clients that are turned away hear so; the rest notice nothing.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    Answer, Form, Server, Stage, at_once, id_of,
    raw::{self, connect, read_answer, until_closed},
    samples,
    workshop::until,
};

const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];

fn server(stage: &Stage, environment: &[(&str, &str)]) -> Server {
    Server::start_with(&stage.database().url, &[&TEST, environment].concat())
}

/// Some connected clients that have each been answered.
fn connected(server: &Server, count: usize) -> Vec<TcpStream> {
    let mut connections = Vec::new();
    // Earlier clients may not have left their seats yet.
    until("all have a seat", || {
        let mut connection = connect(server.port);
        if raw::get(&mut connection, "/live").status == 200 {
            connections.push(connection);
        }
        connections.len() == count
    });
    connections
}

/// Sends them one by one, until the server has had enough of it.
fn trickle(connection: &TcpStream, bytes: &[u8], pause: Duration) {
    let mut connection = connection;
    for byte in bytes {
        if connection.write_all(&[*byte]).is_err() {
            return;
        }
        thread::sleep(pause);
    }
}

#[track_caller]
fn assert_turned_away(answer: &Answer) {
    assert_eq!((answer.status, &answer.json["code"]), (503, &json!("UNAVAILABLE")), "{}", answer.text);
    answer.check_shape();
}

#[test]
fn one_client_too_many_is_refused_and_the_others_continue() {
    let stage = Stage::new();
    let server = server(&stage, &[("MAX_CONNECTIONS", "3")]);
    let mut connections = connected(&server, 3);
    let large = raw::post("/api/cases", "Content-Length: 1000000\r\n", &vec![b' '; 1_000_000]);
    for bytes in [&b"GET /api/public/health HTTP/1.1\r\nHost: x\r\n\r\n"[..], b"", &large] {
        let mut connection = connect(server.port);
        // The answer may come before the end of the request.
        let _ = connection.write_all(bytes);
        assert_turned_away(&read_answer(&mut connection));
        until_closed(&mut connection);
    }
    for connection in &mut connections {
        raw::get(connection, "/api/public/health").succeeded(200);
    }
    let metrics = raw::get(&mut connections[0], "/metrics").text;
    assert!(metrics.contains("\ncasefile_connections 3\n"), "{metrics}");
    assert!(metrics.contains("\ncasefile_connections_refused_total "), "{metrics}");

    connections.pop();
    until("a seat is free", || raw::get(&mut connect(server.port), "/live").status == 200);
}

#[test]
fn a_crowd_of_clients_is_answered_and_leaves_nothing_behind() {
    let stage = Stage::new();
    let server = server(&stage, &[("MAX_CONNECTIONS", "20")]);
    let answers = at_once(110, |_| {
        let mut connection = connect(server.port);
        connection.write_all(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let answer = read_answer(&mut connection);
        thread::sleep(Duration::from_millis(200));
        answer.status
    });
    assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
    assert!(answers.contains(&200) && answers.contains(&503), "{answers:?}");
    connected(&server, 20);
}

#[test]
fn a_request_whose_headers_do_not_arrive_is_closed_and_delays_nobody() {
    let stage = Stage::new();
    let server = server(&stage, &[("HEADER_TIMEOUT_SECONDS", "1"), ("MAX_CONNECTIONS", "8")]);
    let head = format!("GET /live HTTP/1.1\r\nHost: {}\r\n\r\n", "x".repeat(1000));
    thread::scope(|scope| {
        let slow: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = connect(server.port);
                    let (writing, head, from) = (connection.try_clone().unwrap(), &head, Instant::now());
                    scope.spawn(move || trickle(&writing, head.as_bytes(), Duration::from_millis(100)));
                    until_closed(&mut connection);
                    from.elapsed()
                })
            })
            .collect();
        let silent = scope.spawn(|| until_closed(&mut connect(server.port)));
        let idle = scope.spawn(|| {
            let mut connection = connect(server.port);
            raw::get(&mut connection, "/live").succeeded(200);
            until_closed(&mut connection)
        });
        let mut other = connect(server.port);
        for _ in 0..20 {
            let from = Instant::now();
            raw::get(&mut other, "/api/public/health").succeeded(200);
            assert!(from.elapsed() < Duration::from_millis(500), "{:?}", from.elapsed());
            thread::sleep(Duration::from_millis(50));
        }
        for closed in slow.into_iter().chain([silent, idle]).map(|thread| thread.join().unwrap()) {
            assert!(Duration::from_millis(800) < closed && closed < Duration::from_secs(4), "{closed:?}");
        }
    });
    connected(&server, 8);
}

#[test]
fn a_body_that_does_not_arrive_in_time_is_answered_and_its_connection_closed() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUEST_TIMEOUT_SECONDS", "1")]);
    let officer = stage.officer().at(&server);
    let cookie = format!("Cookie: {}\r\n", officer.cookie.as_ref().unwrap());
    let (form_type, form) = Form::new().file("file", "a.pdf", &samples::pdf()).end();
    let json = "Content-Type: application/json\r\nContent-Length: 1000\r\n";
    let form_head = format!("Content-Type: {form_type}\r\nContent-Length: 100000\r\n");
    // A visitor's form, and one where JSON is wanted, is refused and then read for good manners only.
    for (path, head, body, status) in [
        ("/api/auth/login", json.to_owned(), &b"{"[..], 503),
        ("/api/cases", format!("{cookie}{json}"), b"{", 503),
        ("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061/upload-document", form_head.clone(), &form, 401),
        ("/api/auth/login", form_head, &form, 415),
    ] {
        let request = raw::post(path, head.trim_start(), body);
        let mut connection = connect(server.port);
        let from = Instant::now();
        connection.write_all(&request).unwrap();
        let writing = connection.try_clone().unwrap();
        let trickling = thread::spawn(move || trickle(&writing, &[b' '; 100], Duration::from_millis(50)));
        let answer = read_answer(&mut connection);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        answer.check_shape();
        until_closed(&mut connection);
        assert!(from.elapsed() < Duration::from_secs(3), "{path}: {:?}", from.elapsed());
        trickling.join().unwrap();
        officer.get("/api/cases").succeeded(200);
    }
}

#[test]
fn a_client_that_takes_none_of_its_answer_loses_its_seat() {
    let stage = Stage::new();
    let server = server(&stage, &[("MAX_CONNECTIONS", "2"), ("REQUEST_TIMEOUT_SECONDS", "1")]);
    let officer = stage.officer();
    let case = officer.create_case();
    let document = officer.upload(id_of(&case), "a.pdf", &samples::pdf_of(20 * 1024 * 1024)).succeeded(201);
    let id = document["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    let cookie = officer.cookie.as_ref().unwrap();
    let head = format!("GET /api/documents/{id}/download HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
    let mut connections = connected(&server, 2);
    for connection in &mut connections {
        connection.write_all(head.as_bytes()).unwrap();
    }
    let from = Instant::now();
    until("a seat is free", || raw::get(&mut connect(server.port), "/live").status == 200);
    assert!(from.elapsed() < Duration::from_secs(10), "{:?}", from.elapsed());
}

#[test]
fn a_request_waits_a_limited_time_for_a_database_connection() {
    let stage = Stage::alone();
    let (size, wait) = (("DATABASE_POOL_SIZE", "1"), ("DATABASE_POOL_WAIT_MS", "300"));
    let server = server(&stage, &[size, wait]);
    let officer = stage.officer().at(&server);
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();

    thread::scope(|scope| {
        let first = scope.spawn(|| officer.patch(&path, json!({"notes": "n"})));
        thread::sleep(Duration::from_millis(200));
        let others = at_once(20, |number| {
            let from = Instant::now();
            let answer = match number % 3 {
                0 => officer.get(&path),
                1 => server.client().log_in(json!({"username": "ada", "role": "ADOPTER"})),
                _ => officer.get("/api/health"),
            };
            (answer, from.elapsed())
        });
        for (answer, took) in others {
            assert!(Duration::from_millis(250) < took && took < Duration::from_millis(700), "{took:?}");
            answer.refused(503, "UNAVAILABLE");
        }
        officer.get("/api/public/health").succeeded(200);
        first.join().unwrap().refused(503, "UNAVAILABLE");
        holding.commit().unwrap();
    });
    drop(superuser);
    officer.patch(&path, json!({"notes": "n"})).succeeded(200);
}

#[test]
fn without_file_descriptors_the_server_waits_quietly_and_continues_afterwards() {
    let stage = Stage::new();
    let server = Server::start_with_descriptors(40, &stage.database().url, &TEST);
    let mut client = connected(&server, 1);
    let crowd: Vec<_> = (0..100).map(|_| connect(server.port)).collect();
    until("it has run out", || server.log().contains("no connection can be accepted"));

    let (from, before) = (Instant::now(), server.processor_time());
    thread::sleep(Duration::from_secs(2));
    let (passed, worked) = (from.elapsed(), server.processor_time().saturating_sub(before));
    assert!(worked * 10 < passed, "{worked:?} of {passed:?}");
    let lines = server.log().lines().count();
    assert!(lines < 200, "{lines} lines in the log");
    raw::get(&mut client[0], "/live").succeeded(200);

    drop(crowd);
    let from = Instant::now();
    until("it is back", || server.client().reaches("/api/health"));
    assert!(from.elapsed() < Duration::from_secs(3), "{:?}", from.elapsed());
}
