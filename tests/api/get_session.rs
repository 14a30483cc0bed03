use serde_json::json;

use crate::support::{Home, Server, Stage, assert_is_timestamp, unique};

#[test]
fn a_visitor_is_not_authenticated() {
    let stage = Stage::new();
    let body = stage.visitor().get("/api/auth/session").succeeded(200);
    assert_eq!(body, json!({"authenticated": false, "authMode": "mock"}));
}

#[test]
fn a_session_names_its_user() {
    let stage = Stage::new();
    let officer = stage.officer();
    let mut told = officer.get("/api/auth/session").succeeded(200);
    let [expires_at, ends_at] =
        ["expiresAt", "endsAt"].map(|name| told.as_object_mut().unwrap().remove(name).unwrap());
    assert_is_timestamp(&expires_at);
    assert_is_timestamp(&ends_at);
    assert_eq!(
        stage.database().count(
            "select count(*) from auth.sessions where user_id = $1 and date_trunc('milliseconds', ends_at) = $2::text::timestamptz",
            &[&officer.user_id, &ends_at.as_str().unwrap()],
        ),
        1
    );
    assert_eq!(
        stage.database().count(
            "select count(*) from auth.sessions where user_id = $1 and date_trunc('milliseconds', expires_at) = $2::text::timestamptz",
            &[&officer.user_id, &expires_at.as_str().unwrap()],
        ),
        1
    );
    assert_eq!(
        told,
        json!({
            "authenticated": true,
            "authMode": "mock",
            "user": {
                "userId": officer.user_id,
                "username": officer.user_id,
                "role": "HMCTS_CASE_OFFICER",
                "courtAssignment": stage.court_name,
            },
        })
    );

    let organisation = unique("organisation");
    let worker = stage.user("VAA_WORKER", json!({"organisationId": organisation}));
    assert_eq!(
        worker.get("/api/auth/session").succeeded(200)["user"],
        json!({
            "userId": worker.user_id, "username": worker.user_id, "role": "VAA_WORKER", "organisationId": organisation,
        })
    );
}

#[test]
fn a_request_with_an_unknown_cookie_has_no_session() {
    let stage = Stage::new();
    let mut visitor = stage.visitor();
    let long = format!("casefile_session={}", "x".repeat(4000));
    for cookie in
        ["casefile_session=nonsense", "casefile_session=", "a=b; c", "casefile_session=%00%zz", &long]
    {
        visitor.cookie = Some(cookie.to_owned());
        assert_eq!(visitor.get("/api/auth/session").succeeded(200)["authenticated"], false, "{cookie}");
        visitor.get("/api/protected").refused(401, "AUTH_REQUIRED");
    }
}

#[test]
fn an_expired_session_is_over() {
    let stage = Stage::new();
    let officer = stage.officer();
    set_expiry(&stage, &officer.user_id, "now() - interval '1 second'");
    officer.get("/api/protected").refused(401, "AUTH_REQUIRED");
    officer.get("/api/cases").refused(401, "AUTH_REQUIRED");
    assert_eq!(officer.get("/api/auth/session").succeeded(200)["authenticated"], false);
    officer.get("/api/protected").refused(401, "AUTH_REQUIRED");
}

#[test]
fn using_a_session_moves_its_expiry() {
    let stage = Stage::new();
    for path in ["/api/auth/session", "/api/protected", "/api/cases"] {
        let officer = stage.officer();
        set_expiry(&stage, &officer.user_id, "now() + interval '20 minutes'");
        officer.get(path).succeeded(200);
        // The server touches the session after it has answered.
        let moved = (0..50).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            minutes_left(&stage, &officer.user_id) > 29
        });
        assert!(moved, "{path}: {} minutes left", minutes_left(&stage, &officer.user_id));
    }
}

#[test]
fn a_session_opens_for_thirty_minutes_and_is_moved_at_most_once_a_minute() {
    let stage = Stage::new();
    let officer = stage.officer();
    assert_eq!(minutes_left(&stage, &officer.user_id), 30);

    set_expiry(&stage, &officer.user_id, "date_trunc('second', now()) + interval '29 minutes 30 seconds'");
    let before = expiry(&stage, &officer.user_id);
    officer.get("/api/protected").succeeded(200);
    officer.get("/api/auth/session").succeeded(200);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(expiry(&stage, &officer.user_id), before);
}

#[test]
fn without_sign_in_the_session_says_so_and_logins_are_refused() {
    let home = Home::new();
    let server = Server::start_with(&home.database.url, &[("APP_ENV", "TEST")]);
    let mut client = server.client();
    let session = client.get("/api/auth/session").succeeded(200);
    assert_eq!(session["authenticated"], false);
    assert_ne!(session["authMode"], "mock");
    let answer = client.log_in(json!({"username": "olivia", "role": "ADOPTER"}));
    assert!((400..500).contains(&answer.status), "{}", answer.text);
    assert!(answer.headers.get("Set-Cookie").is_none());
}

#[test]
fn a_developer_s_cookie_needs_no_tls() {
    let home = Home::new();
    let server = Server::start_with(&home.database.url, &[("APP_ENV", "LOCAL")]);
    let mut client = server.client();
    let answer = client.log_in(json!({"username": "olivia", "role": "ADOPTER"}));
    assert!(!answer.cookie().to_lowercase().contains("secure"), "{}", answer.cookie());
    client.get("/api/protected").succeeded(200);
}

fn set_expiry(stage: &Stage, user_id: &str, to: &str) {
    stage
        .database()
        .execute(&format!("update auth.sessions set expires_at = {to} where user_id = '{user_id}'"));
}

fn expiry(stage: &Stage, user_id: &str) -> String {
    let mut database = stage.database().superuser();
    database
        .query_one("select expires_at::text from auth.sessions where user_id = $1", &[&user_id])
        .unwrap()
        .get(0)
}

/// Rounded.
fn minutes_left(stage: &Stage, user_id: &str) -> i64 {
    stage.database().count(
        "select round(extract(epoch from expires_at - now()) / 60)::bigint from auth.sessions where user_id = $1",
        &[&user_id],
    )
}
