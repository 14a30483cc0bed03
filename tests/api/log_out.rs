use serde_json::json;

use crate::support::{SignInStage, Stage, parameter};

#[test]
fn logging_out_ends_the_session_and_takes_its_row_away() {
    let stage = Stage::new();
    let officer = stage.officer();
    let other_browser = {
        let mut client = stage.visitor();
        client.log_in(json!({"username": officer.user_id, "role": "ADOPTER"})).succeeded(200);
        client
    };

    let answer = officer.request("POST", "/api/auth/logout").send();
    let cookie = answer.cookie().to_lowercase();
    assert!(cookie.contains("max-age=0") || cookie.contains("expires=thu, 01 jan 1970"), "{cookie}");
    assert_eq!(answer.succeeded(200), json!({"success": true}));

    officer.get("/api/protected").refused(401, "AUTH_REQUIRED");
    assert_eq!(officer.get("/api/auth/session").succeeded(200)["authenticated"], false);
    let left =
        stage.database().count("select count(*) from auth.sessions where user_id = $1", &[&officer.user_id]);
    assert_eq!(left, 1, "the other browser keeps its session");
    other_browser.get("/api/protected").succeeded(200);
}

#[test]
fn logging_out_always_succeeds() {
    let stage = Stage::new();
    let success = json!({"success": true});
    let mut visitor = stage.visitor();
    assert_eq!(visitor.request("POST", "/api/auth/logout").send().succeeded(200), success);

    let officer = stage.officer();
    officer.request("POST", "/api/auth/logout").send().succeeded(200);
    assert_eq!(officer.request("POST", "/api/auth/logout").send().succeeded(200), success);

    for cookie in ["casefile_session=", "casefile_session=nonsense", "=;;=", "casefile_session=\"a b\"; x"] {
        visitor.cookie = Some(cookie.to_owned());
        assert_eq!(visitor.request("POST", "/api/auth/logout").send().succeeded(200), success, "{cookie}");
    }
}

#[test]
fn a_logout_ignores_its_body() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.post("/api/auth/logout", json!({"anything": [1]})).succeeded(200);
    officer.get("/api/protected").refused(401, "AUTH_REQUIRED");
}

#[test]
fn a_logout_names_the_page_where_the_provider_ends_its_session() {
    let back = "http://127.0.0.1:3001/bye";
    let stage = SignInStage::with(&[("OIDC_LOGGED_OUT_URL", back)]);
    let client = stage.signed_in("olivia.officer");
    let body = client.request("POST", "/api/auth/logout").send().succeeded(200);
    let url = body["logoutUrl"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/session/end?", stage.provider.issuer())), "{url}");
    assert_eq!(parameter(url, "client_id"), "casefile");
    assert_eq!(parameter(url, "post_logout_redirect_uri"), "http%3A%2F%2F127.0.0.1%3A3001%2Fbye");
    client.get("/api/protected").refused(401, "AUTH_REQUIRED");
}
