//! A server that is told to stop: it answers requests in flight, takes no new ones, and ends in time.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    Client, Form, Server, Stage, free_port, id_of,
    raw::{self, connect, read_answer, until_closed},
    samples,
    workshop::until,
};

const MIB: usize = 1024 * 1024;

fn server(stage: &Stage, seconds: &str) -> Server {
    let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("SHUTDOWN_SECONDS", seconds)];
    Server::start_with(&stage.database().url, &environment)
}

/// Tells it to stop, and waits for its successful end. Returns the time that it took.
fn stop(server: &mut Server) -> Duration {
    let from = Instant::now();
    server.send_signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(20)).code(), Some(0));
    from.elapsed()
}

#[test]
fn idle_connections_do_not_delay_the_stop() {
    let stage = Stage::new();
    let mut server = server(&stage, "10");
    let mut idle: Vec<_> = (0..3).map(|_| connect(server.port)).collect();
    for connection in &mut idle {
        raw::get(connection, "/api/public/health").succeeded(200);
    }
    let mut silent = connect(server.port);
    let mut half_asked = connect(server.port);
    half_asked.write_all(b"GET /api/public/health HTTP/1.1\r\nHos").unwrap();
    thread::sleep(Duration::from_millis(100));

    let took = stop(&mut server);
    assert!(took < Duration::from_secs(2), "{took:?}");
    for connection in idle.iter_mut().chain([&mut silent, &mut half_asked]) {
        assert!(until_closed(connection) < Duration::from_secs(1));
    }
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());
    assert!(!server.log().contains("cut off"), "{}", server.log());
}

#[test]
fn while_it_drains_it_is_not_ready_and_serves() {
    let stage = Stage::new();
    let admin = free_port();
    let port = admin.to_string();
    let environment =
        [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("DRAIN_SECONDS", "3"), ("ADMIN_PORT", port.as_str())];
    let mut server = Server::start_with(&stage.database().url, &environment);
    let (officer, admin) = (stage.officer().at(&server), Client::of(admin));
    let case = officer.create_case();
    let mut kept = connect(server.port);
    let answer = raw::get(&mut kept, "/ready");
    assert_eq!(answer.header("Connection"), None);
    answer.succeeded(200);

    let from = Instant::now();
    server.send_signal("TERM");
    until("it is not ready", || admin.request("GET", "/ready").run().status == 503);
    let answer = raw::get(&mut kept, "/ready");
    assert_eq!(answer.header("Connection"), Some("close"));
    assert_eq!(answer.refused(503, "UNAVAILABLE")["reason"], "STOPPING");
    assert!(until_closed(&mut kept) < Duration::from_secs(1));
    while from.elapsed() < Duration::from_millis(2500) {
        let visitor = server.client();
        visitor.get("/live").succeeded(200);
        visitor.get("/ready").refused(503, "UNAVAILABLE");
        assert_eq!(officer.read_case(id_of(&case))["version"], 1);
        assert_eq!(admin.request("GET", "/live").run().status, 200);
        assert_eq!(admin.request("GET", "/ready").run().status, 503);
        assert!(admin.request("GET", "/metrics").run().text.contains("casefile_requests_total"));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.wait(Duration::from_secs(2)).code(), Some(0));
    assert!(from.elapsed() >= Duration::from_secs(3));
}

#[test]
fn a_second_signal_ends_the_drain_at_once() {
    let stage = Stage::new();
    let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("DRAIN_SECONDS", "60")];
    let mut server = Server::start_with(&stage.database().url, &environment);
    server.send_signal("INT");
    until("it drains", || server.client().request("GET", "/ready").run().status == 503);
    let took = stop(&mut server);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_server_continues_after_sighup_and_says_so() {
    let stage = Stage::new();
    let mut server = server(&stage, "10");
    server.send_signal("HUP");
    until("it says so", || server.log().contains("SIGHUP"));
    server.client().get("/api/public/health").succeeded(200);
    stop(&mut server);
}

#[test]
fn a_request_in_progress_is_answered_and_its_connection_then_closes() {
    let stage = Stage::alone();
    let mut server = server(&stage, "10");
    let officer = stage.officer().at(&server);
    let case = officer.create_case();
    let body = json!({"notes": "n"}).to_string();
    let request = format!(
        "PATCH /api/cases/{} HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        id_of(&case),
        officer.cookie.as_ref().unwrap(),
        body.len()
    );
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    let mut waiting = connect(server.port);
    waiting.write_all(format!("{request}{body}").as_bytes()).unwrap();
    // And one whose body is still on its way.
    let mut arriving = connect(server.port);
    arriving.write_all(request.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(200));

    server.send_signal("TERM");
    thread::sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());
    holding.commit().unwrap();
    drop(superuser);
    let answer = read_answer(&mut waiting);
    assert_eq!(answer.header("Connection"), Some("close"));
    answer.succeeded(200);
    arriving.write_all(body.as_bytes()).unwrap();
    read_answer(&mut arriving).succeeded(200);
    assert_eq!(server.wait(Duration::from_secs(2)).code(), Some(0));
    assert_eq!(stage.officer().read_case(id_of(&case))["notes"], "n");
}

#[test]
fn a_document_that_is_on_its_way_arrives_whole() {
    let stage = Stage::new();
    let mut server = server(&stage, "10");
    let officer = stage.officer().at(&server);
    let case = officer.create_case();
    let bytes = samples::pdf_of(20 * MIB);
    let document = officer.upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let id = document["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    let mut download = connect(server.port);
    let cookie = officer.cookie.as_ref().unwrap();
    let head = format!("GET /api/documents/{id}/download HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
    download.write_all(head.as_bytes()).unwrap();
    let mut got = vec![0; MIB];
    download.read_exact(&mut got).unwrap();

    let (content_type, form) =
        Form::new().file("file", "b.pdf", &samples::pdf_of(MIB)).text("documentType", "court-order").end();
    let mut upload = connect(server.port);
    let head = format!(
        "POST /api/cases/{}/upload-document HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        id_of(&case),
        form.len()
    );
    upload.write_all(&[head.as_bytes(), &form[..MIB / 2]].concat()).unwrap();
    thread::sleep(Duration::from_millis(100));

    server.send_signal("TERM");
    thread::sleep(Duration::from_millis(300));
    download.read_to_end(&mut got).unwrap();
    assert!(got.ends_with(&bytes[MIB..]), "{} bytes", got.len());
    upload.write_all(&form[MIB / 2..]).unwrap();
    read_answer(&mut upload).succeeded(201);
    assert_eq!(server.wait(Duration::from_secs(2)).code(), Some(0));
}

#[test]
fn a_request_that_hangs_too_long_is_cut_off() {
    let stage = Stage::new();
    for (seconds, least) in [("2", Duration::from_millis(1800)), ("0", Duration::ZERO)] {
        let mut server = server(&stage, seconds);
        let mut hanging = connect(server.port);
        let head = "Content-Type: application/json\r\nContent-Length: 100\r\n";
        hanging.write_all(&raw::post("/api/auth/login", head, b"{")).unwrap();
        thread::sleep(Duration::from_millis(100));
        let took = stop(&mut server);
        assert!(least <= took && took < least + Duration::from_secs(1), "{seconds}: {took:?}");
        assert!(until_closed(&mut hanging) < Duration::from_secs(1));
        assert!(server.log().contains("cut off"));
    }
}
