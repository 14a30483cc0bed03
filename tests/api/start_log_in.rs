//! The way to the identity provider.

use crate::support::{IdentityProvider, SignInStage, Stage, parameter};

#[test]
fn the_provider_is_asked_with_pkce_state_and_nonce() {
    let stage = SignInStage::new();
    let answer = stage.server.client().get("/api/auth/login?returnUrl=%2Fcases%2F17");
    assert_eq!(answer.status, 302, "{}", answer.text);
    let url = answer.header("Location").unwrap();
    assert!(url.starts_with(&format!("{}/auth?", stage.provider.issuer())), "{url}");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "casefile"),
        ("redirect_uri", "http%3A%2F%2F127.0.0.1%3A3001%2Fapi%2Fauth%2Fcallback"),
        ("scope", "openid+profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameter(url, name), value);
    }
    let secrets = ["state", "nonce", "code_challenge"].map(|name| parameter(url, name));
    assert!(secrets.iter().all(|secret| secret.len() == 43), "{url}");
    assert!(secrets[0] != secrets[1] && secrets[1] != secrets[2]);
    assert!(!url.contains("returnUrl") && !url.contains("cases"), "{url}");

    let cookie = answer.cookie();
    assert!(cookie.starts_with("casefile_sign_in_"), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=600"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert!(secrets.iter().all(|secret| !cookie.contains(secret)), "{cookie}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
}

#[test]
fn no_two_sign_ins_have_anything_in_common() {
    let stage = SignInStage::new();
    let urls = [(); 2].map(|()| stage.person().start("/api/auth/login"));
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(parameter(&urls[0], name), parameter(&urls[1], name));
    }
}

#[test]
fn a_return_url_that_cannot_be_kept_is_ignored_and_one_that_is_not_text_is_refused() {
    let stage = SignInStage::new();
    let long = format!("/api/auth/login?returnUrl=/{}", "x".repeat(5000));
    assert_eq!(stage.server.client().get(&long).status, 302);
    stage.server.client().get("/api/auth/login?returnUrl=%00").refused_field("returnUrl");
    stage.server.client().get("/api/auth/login?returnUrl=%ff").refused(400, "VALIDATION_ERROR");
}

#[test]
fn without_a_provider_the_address_does_not_exist() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for path in ["/api/auth/login", "/api/auth/callback?code=a&state=b"] {
        visitor.get(path).refused(404, "NOT_FOUND");
    }
}

#[test]
fn with_a_provider_the_mock_login_is_refused() {
    let stage = SignInStage::new();
    let body = serde_json::json!({"username": "olivia.officer", "role": "HMCTS_CASE_OFFICER"});
    stage.server.client().post("/api/auth/login", body).refused(404, "NOT_FOUND");
}

#[test]
fn an_unavailable_provider_is_reported_and_nothing_else_fails() {
    let (mut provider, database) = (IdentityProvider::away(), crate::support::Database::new());
    let server = provider.serve(&database, &[]);
    let body = server.client().get("/api/auth/login").refused(503, "UNAVAILABLE");
    assert_eq!(body["reason"], "PROVIDER_AWAY");
    assert!(body["error"].as_str().unwrap().contains("identity provider"), "{body}");
    server.client().get("/api/health").succeeded(200);
    provider.come();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(server.client().get("/api/auth/login").status, 302);
}
