//! Limits on requests: nobody suffers from another client's haste.

use std::{thread, time::Duration};

use serde_json::json;

use crate::support::{Answer, Client, Server, Stage, id_of};

const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];
/// The tests come from there.
const BEHIND_PROXY: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");

fn server(stage: &Stage, limits: &[(&str, &str)]) -> Server {
    Server::start_with(&stage.database().url, &[&TEST, limits].concat())
}

fn log_in_from(client: &Client, address: &str) -> Answer {
    let request = client.request("POST", "/api/auth/login").header("X-Forwarded-For", address);
    request.json(&json!({"username": "ada", "role": "ADOPTER"})).send()
}

fn ask_from(client: &Client, address: &str) -> u16 {
    client.request("GET", "/api/protected").header("X-Forwarded-For", address).send().status
}

/// How many of ten requests are within the limit.
fn allowed(mut ask: impl FnMut() -> u16) -> usize {
    (0..10).map(|_| ask()).filter(|status| *status != 429).count()
}

#[track_caller]
fn retry_after(answer: &Answer) -> u64 {
    assert_eq!((answer.status, &answer.json["code"]), (429, &json!("RATE_LIMITED")), "{}", answer.text);
    answer.header("Retry-After").expect("no Retry-After").parse().unwrap()
}

#[test]
fn logins_of_one_address_are_limited() {
    let stage = Stage::alone();
    let server = server(&stage, &[("LOGINS_PER_MINUTE", "3"), BEHIND_PROXY]);
    let client = server.client();
    log_in_from(&client, "198.51.100.7").succeeded(200);
    // One that fails counts too.
    let wrong = client.request("POST", "/api/auth/login").header("X-Forwarded-For", "198.51.100.7");
    wrong.json(&json!({"username": "ada", "role": "POTENTATE"})).send().refused_field("role");
    log_in_from(&client, "198.51.100.7").succeeded(200);

    let refused = log_in_from(&client, "198.51.100.7");
    assert!((1..=20).contains(&retry_after(&refused)));
    assert_eq!(refused.header("Set-Cookie"), None);
    // Even if a client writes there itself.
    retry_after(&log_in_from(&client, "6.6.6.6, 198.51.100.7"));

    for address in ["198.51.100.8", "2001:db8::7", ""] {
        log_in_from(&client, address).succeeded(200);
    }
    for address in ["2001:db8::8", "2001:db8::9"] {
        log_in_from(&client, address).succeeded(200);
    }
    retry_after(&log_in_from(&client, "2001:db8::ffff:1"));
    retry_after(&log_in_from(&client, "2001:db8:0:1::1"));
    log_in_from(&client, "2001:db8:1::1").succeeded(200);
    // Logged-in users go on.
    assert_eq!(allowed(|| ask_from(&stage.officer().at(&server), "198.51.100.7")), 10);
}

#[test]
fn servers_count_the_logins_of_one_address_together() {
    let stage = Stage::alone();
    let limits = [("LOGINS_PER_MINUTE", "3"), BEHIND_PROXY];
    let servers = [server(&stage, &limits), server(&stage, &limits)];
    let [one, other] = servers.each_ref().map(Server::client);
    log_in_from(&one, "198.51.100.7").succeeded(200);
    log_in_from(&other, "198.51.100.7").succeeded(200);
    log_in_from(&one, "198.51.100.7").succeeded(200);
    for client in [&other, &one, &other] {
        assert!((1..=20).contains(&retry_after(&log_in_from(client, "198.51.100.7"))));
    }
    // A server that has just begun has seen nobody yet.
    let new = server(&stage, &limits);
    retry_after(&log_in_from(&new.client(), "198.51.100.7"));
    log_in_from(&other, "198.51.100.8").succeeded(200);
}

#[test]
fn an_address_that_is_only_claimed_does_not_count() {
    let stage = Stage::alone();
    let server = server(&stage, &[("LOGINS_PER_MINUTE", "2")]);
    let client = server.client();
    for address in ["198.51.100.1", "198.51.100.2"] {
        log_in_from(&client, address).succeeded(200);
    }
    retry_after(&log_in_from(&client, "198.51.100.3"));
}

#[test]
fn a_client_that_waits_as_long_as_retry_after_says_may_continue() {
    let stage = Stage::alone();
    let server = server(&stage, &[("LOGINS_PER_MINUTE", "60")]);
    let client = server.client();
    let refused = (0..200).map(|_| log_in_from(&client, "")).find(|answer| answer.status == 429);
    let seconds = retry_after(&refused.expect("never refused"));
    assert!(seconds <= 2, "{seconds}");
    thread::sleep(Duration::from_secs(seconds));
    log_in_from(&client, "").succeeded(200);
}

#[test]
fn requests_of_one_session_are_limited_and_others_go_on() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUESTS_PER_MINUTE", "5")]);
    let [one, other] = [stage.officer(), stage.officer()].map(|officer| officer.at(&server));
    for client in [&one, &other] {
        client.get("/api/protected").succeeded(200);
    }
    assert_eq!(allowed(|| one.get("/api/cases").status), 5);
    let refused = one.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"}));
    assert!((1..=12).contains(&retry_after(&refused)));
    assert_eq!(allowed(|| other.get("/api/cases").status), 5);
    // Of the address, three are left.
    assert_eq!(allowed(|| server.client().get("/api/auth/session").status), 3);
    retry_after(&server.client().get("/api/auth/session"));

    let metrics = server.client().get("/metrics").text;
    for limit in ["session", "address"] {
        assert!(metrics.contains(&format!("casefile_rate_limited_total{{limit=\"{limit}\"}}")), "{metrics}");
    }
}

/// The limits in an answer, each with what is left and until when.
fn told(answer: &Answer) -> Vec<(String, u64, u64)> {
    let limits = answer.header("RateLimit").unwrap_or_default().split(", ").filter(|limit| !limit.is_empty());
    let number = |part: Option<&str>, name: &str| part.unwrap().strip_prefix(name).unwrap().parse().unwrap();
    let limits = limits.map(|limit| {
        let mut parts = limit.split(';');
        (parts.next().unwrap().to_owned(), number(parts.next(), "r="), number(parts.next(), "t="))
    });
    limits.collect()
}

#[test]
fn an_answer_says_what_is_left_of_the_limits_that_apply_to_it() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUESTS_PER_MINUTE", "5"), ("LOGINS_PER_MINUTE", "2")]);
    let officer = stage.officer().at(&server);
    // Until the session is known, its requests count for the address.
    let first = officer.get("/api/protected");
    assert_eq!(first.header("RateLimit-Policy"), Some("\"address\";q=5;w=60"));
    assert_eq!(told(&first), [("\"address\"".to_owned(), 4, 12)]);
    for left in (0..5).rev() {
        let answer = officer.get("/api/cases/nonsense");
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("RateLimit-Policy"), Some("\"session\";q=5;w=60"));
        assert_eq!(told(&answer), [("\"session\"".to_owned(), left, 12 * (5 - left))]);
    }
    let refused = officer.get("/api/cases");
    assert_eq!(told(&refused), [("\"session\"".to_owned(), 0, retry_after(&refused))]);

    let login = log_in_from(&server.client(), "");
    assert_eq!(login.header("RateLimit-Policy"), Some("\"address\";q=5;w=60, \"login\";q=2;w=60"));
    assert_eq!(told(&login), [("\"address\"".to_owned(), 3, 24), ("\"login\"".to_owned(), 1, 30)]);
    log_in_from(&server.client(), "").succeeded(200);
    let refused = log_in_from(&server.client(), "");
    assert_eq!(told(&refused)[1], ("\"login\"".to_owned(), 0, retry_after(&refused)));

    for path in ["/live", "/openapi.json", "/api/public/health"] {
        assert_eq!(server.client().get(path).header("RateLimit"), None, "{path}");
    }
    assert_eq!(stage.officer().get("/api/cases").header("RateLimit-Policy"), None, "there is no limit");
}

#[test]
fn made_up_sessions_count_for_the_address_that_they_come_from() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUESTS_PER_MINUTE", "5"), BEHIND_PROXY]);
    let officer = stage.officer().at(&server);
    assert_eq!(ask_from(&officer, "198.51.100.7"), 200);

    let cookie = officer.cookie.as_ref().unwrap().split('=').next().unwrap();
    let mut number = 0;
    let mut stray = server.client();
    let allowed_strays = allowed(|| {
        number += 1;
        stray.cookie = Some(format!("{cookie}=made-up-{number}"));
        ask_from(&stray, "198.51.100.7")
    });
    assert_eq!(allowed_strays, 4, "one went to the officer's first request");
    assert_eq!(ask_from(&server.client(), "198.51.100.7"), 429);
    assert_eq!(ask_from(&stray, "198.51.100.8"), 401);
    // The officer sits behind the same address.
    assert_eq!(ask_from(&officer, "198.51.100.7"), 200);
    officer.request("POST", "/api/auth/logout").send().succeeded(200);
}

#[test]
fn another_spelling_of_an_address_does_not_avoid_the_limit() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUESTS_PER_MINUTE", "1")]);
    let client = server.client();
    client.get("/api/auth/session").succeeded(200);
    retry_after(&client.get("/api/auth/session"));
    for path in [
        "//api/auth/session",
        "/api//auth/session",
        "/%61pi/auth/session",
        "/api%2Fauth%2Fsession",
        "/./api/auth/session",
        "/x/../api/auth/session",
        "/API/auth/session",
        "/api/auth/session/",
        "/api/auth/session?x=1",
    ] {
        let answer = client.get(path);
        assert!(matches!(answer.status, 404 | 429), "{path}: {} {}", answer.status, answer.text);
    }
}

#[test]
fn probes_figures_and_documentation_are_never_limited() {
    let stage = Stage::new();
    let server = server(&stage, &[("REQUESTS_PER_MINUTE", "1"), ("LOGINS_PER_MINUTE", "1")]);
    let client = server.client();
    assert!(allowed(|| client.get("/api/auth/session").status) < 10);
    for path in ["/live", "/ready", "/metrics", "/docs", "/openapi.json", "/api/public/health"] {
        for _ in 0..5 {
            assert_eq!(client.get(path).status, 200, "{path}");
        }
    }
}

#[test]
fn there_is_no_limit_in_tests_unless_one_is_set() {
    let stage = Stage::new();
    let server = server(&stage, &[]);
    let client = server.client();
    for _ in 0..60 {
        log_in_from(&client, "").succeeded(200);
    }
    for _ in 0..1500 {
        client.get("/api/auth/session").succeeded(200);
    }
}

#[test]
fn a_deployed_server_has_limits_and_works_within_them() {
    let stage = Stage::alone();
    let environment = [("APP_ENV", "DEV"), ("AUTH_MODE", "mock")];
    let server = Server::start_with(&stage.database().url, &environment);
    let mut officer = server.client();
    let fields = json!({"username": "o", "role": "HMCTS_CASE_OFFICER", "courtAssignment": stage.court_name});
    officer.log_in(fields).succeeded(200);
    let case = officer.create_case();
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);

    let logins = (0..40).map(|_| log_in_from(&server.client(), "").status);
    let allowed = logins.filter(|status| *status == 200).count();
    assert!((29..=31).contains(&allowed), "{allowed}");
    let refused =
        (0..2000).map(|_| server.client().get("/api/auth/session")).find(|answer| answer.status == 429);
    assert!(retry_after(&refused.expect("never refused")) <= 1);
    officer.read_case(id_of(&case));
}
