//! The identity provider says that a session has ended.

use serde_json::{Value, json};

use crate::support::{Answer, Client, SignInStage, Stage, session_of};

fn tell(client: &Client, token: &str) -> Answer {
    let form = client.request("POST", "/api/auth/backchannel-logout");
    form.header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("logout_token={token}"))
        .send()
}

fn is_signed_in(client: &Client) -> bool {
    session_of(client)["authenticated"] == true
}

#[test]
fn a_session_ends_with_that_of_the_provider_and_no_other_does() {
    let stage = SignInStage::new();
    stage.add_user("judge.judith");
    stage.add_membership("judge.judith", "JUDGE_LEGAL_ADVISER", None, None);
    let clients = ["olivia.officer", "olivia.officer", "judge.judith"].map(|user| stage.signed_in(user));
    let sid: String = stage
        .database
        .superuser()
        .query_one("select provider_session from auth.sessions order by opened_at limit 1", &[])
        .unwrap()
        .get(0);
    let visitor = stage.server.client();
    tell(&visitor, &stage.provider.logout_token(json!({}), json!({"sid": sid}))).succeeded(200);
    assert_eq!(clients.each_ref().map(is_signed_in), [false, true, true]);
    let answer = tell(&visitor, &stage.provider.logout_token(json!({"typ": "logout+jwt"}), json!({})));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    answer.succeeded(200);
    assert_eq!(clients.each_ref().map(is_signed_in), [false, false, true]);
    // Word of what is over already is no error.
    tell(&visitor, &stage.provider.logout_token(json!({}), json!({}))).succeeded(200);
}

#[test]
fn a_token_that_is_not_a_logout_token_ends_no_session() {
    let stage = SignInStage::new();
    let client = stage.signed_in("olivia.officer");
    let visitor = stage.server.client();
    let now = stage.provider.good_claims()["iat"].as_u64().unwrap();
    let nothing = Value::Null;
    for (header, claims) in [
        (json!({}), json!({"events": nothing})),
        (json!({}), json!({"events": {"http://schemas.openid.net/event/other": {}}})),
        (json!({}), json!({"events": {"http://schemas.openid.net/event/backchannel-logout": "yes"}})),
        (json!({}), json!({"nonce": "n"})),
        (json!({}), json!({"sub": nothing})),
        (json!({}), json!({"iat": nothing})),
        (json!({}), json!({"iat": now + 120})),
        (json!({}), json!({"exp": now - 120})),
        (json!({}), json!({"exp": nothing})),
        (json!({}), json!({"aud": "https://casefile.example/api"})),
        (json!({}), json!({"iss": "https://id.example"})),
        (json!({"typ": "at+jwt"}), json!({})),
    ] {
        println!("{header} {claims}");
        let body = tell(&visitor, &stage.provider.logout_token(header, claims)).refused_field("logout_token");
        assert_eq!(body["reason"], "INVALID_TOKEN");
    }
    tell(&visitor, "nonsense").refused_field("logout_token");
    tell(&visitor, &stage.provider.token_of_robot()).refused_field("logout_token");
    let form = visitor.request("POST", "/api/auth/backchannel-logout");
    form.header("Content-Type", "application/x-www-form-urlencoded")
        .body("")
        .send()
        .refused_field("logout_token");
    visitor.post("/api/auth/backchannel-logout", json!({})).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert!(is_signed_in(&client));
}

#[test]
fn without_a_provider_the_address_does_not_exist() {
    let stage = Stage::new();
    tell(&stage.visitor(), "any").refused(404, "NOT_FOUND");
}
