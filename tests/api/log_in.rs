use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{ROLES, Stage, assert_is_timestamp, fields_of, unique};

fn officer_of(stage: &Stage, username: &str) -> Value {
    json!({"username": username, "role": "HMCTS_CASE_OFFICER", "courtAssignment": stage.court_name})
}

#[test]
fn a_login_returns_the_user_and_the_next_page() {
    let stage = Stage::new();
    let name = unique("olivia");
    let mut body = stage.visitor().log_in(officer_of(&stage, &name)).succeeded(200);
    for end in ["expiresAt", "endsAt"] {
        assert_is_timestamp(&body.as_object_mut().unwrap().remove(end).unwrap());
    }
    assert_eq!(
        body,
        json!({
            "success": true,
            "user": {
                "userId": name, "username": name, "role": "HMCTS_CASE_OFFICER", "courtAssignment": stage.court_name,
            },
            "redirectUrl": "/dashboard",
        })
    );
}

#[test]
fn every_role_logs_in_and_an_adopter_goes_to_its_own_cases() {
    let stage = Stage::new();
    for role in ROLES {
        let organisation = unique("organisation");
        let fields = json!({"username": unique("user"), "role": role, "organisationId": organisation});
        let body = stage.visitor().log_in(fields).succeeded(200);
        assert_eq!(body["user"]["role"], role);
        assert_eq!(body["user"]["organisationId"], organisation.as_str());
        assert_eq!(body["redirectUrl"], if role == "ADOPTER" { "/my-cases" } else { "/dashboard" }, "{role}");
    }
}

#[test]
fn fields_that_were_not_given_are_left_out() {
    let stage = Stage::new();
    let body = stage.visitor().log_in(json!({"username": unique("ada"), "role": "ADOPTER"})).succeeded(200);
    assert_eq!(fields_of(&body), ["endsAt", "expiresAt", "redirectUrl", "success", "user"]);
    assert_eq!(fields_of(&body["user"]), ["role", "userId", "username"]);
}

#[test]
fn a_safe_return_url_wins() {
    let stage = Stage::new();
    for url in ["/cases/17?tab=audit", "/", "/a//b"] {
        let fields = json!({"username": "ada", "role": "ADOPTER", "returnUrl": url});
        assert_eq!(stage.visitor().log_in(fields).succeeded(200)["redirectUrl"], url);
    }
}

#[test]
fn a_return_url_to_elsewhere_is_ignored() {
    let stage = Stage::new();
    for url in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\tevil",
        "/a\r\nSet-Cookie: x=y",
        " /cases",
        "/\u{7f}",
    ] {
        let fields = json!({"username": "ada", "role": "ADOPTER", "returnUrl": url});
        assert_eq!(stage.visitor().log_in(fields).succeeded(200)["redirectUrl"], "/my-cases", "{url:?}");
    }
}

#[test]
fn user_names_are_trimmed_and_case_sensitive() {
    let stage = Stage::new();
    let body = stage.visitor().log_in(json!({"username": " \tAda Ng \n", "role": "ADOPTER"})).succeeded(200);
    assert_eq!(body["user"]["username"], "Ada Ng");
    assert_eq!(body["user"]["userId"], "Ada Ng");
}

#[test]
fn a_missing_user_name_is_refused() {
    let stage = Stage::new();
    for fields in [
        json!({"role": "ADOPTER"}),
        json!({"role": "ADOPTER", "username": null}),
        json!({"role": "ADOPTER", "username": ""}),
        json!({"role": "ADOPTER", "username": " \t\n\u{a0}"}),
        json!({}),
    ] {
        let refusal = stage.visitor().log_in(fields).refused_field("username");
        assert_eq!(refusal["error"], "Username is required");
    }
}

#[test]
fn an_invalid_role_is_refused() {
    let stage = Stage::new();
    for role in [json!("CLERK"), json!("adopter"), json!(" ADOPTER"), json!(""), json!(null)] {
        let refusal = stage.visitor().log_in(json!({"username": "ada", "role": role})).refused_field("role");
        assert_eq!(refusal["error"], "Invalid role selected", "{role}");
    }
    let refusal = stage.visitor().log_in(json!({"username": "ada"})).refused_field("role");
    assert_eq!(refusal["error"], "Invalid role selected");
}

#[test]
fn an_unknown_court_is_refused_and_a_court_is_known_by_its_name() {
    let stage = Stage::new();
    for court in ["Court of the Red Queen", &stage.court_code, &stage.court_name.to_uppercase()] {
        let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court});
        stage.visitor().log_in(fields).refused_field("courtAssignment");
    }
    let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": "Birmingham Family Court"});
    stage.visitor().log_in(fields).succeeded(200);
}

#[test]
fn a_refused_login_sets_no_cookie_and_keeps_the_session_that_there_was() {
    let stage = Stage::new();
    let mut officer = stage.officer();
    let answer = officer.log_in(json!({"username": "olivia", "role": "CLERK"}));
    assert!(answer.headers.get("Set-Cookie").is_none());
    answer.refused_field("role");
    officer.get("/api/protected").succeeded(200);
}

#[test]
fn unknown_fields_are_ignored() {
    let stage = Stage::new();
    let mut fields = officer_of(&stage, "olivia");
    fields["password"] = json!("secret");
    fields["user_id"] = json!({"nested": [1, 2]});
    stage.visitor().log_in(fields).succeeded(200);
}

#[test]
fn the_cookie_is_for_http_on_this_site_and_for_tls_outside_local() {
    let stage = Stage::new();
    let answer = stage.visitor().log_in(officer_of(&stage, "olivia"));
    let attributes: Vec<_> = answer.cookie().split("; ").skip(1).map(str::to_lowercase).collect();
    for wanted in ["httponly", "samesite=lax", "secure", "path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == wanted), "{wanted} is not in {attributes:?}");
    }
    assert!(!attributes.iter().any(|attribute| attribute.starts_with("domain")), "{attributes:?}");
}

#[test]
fn every_login_gives_a_new_session_and_ends_the_one_that_the_browser_had() {
    let stage = Stage::new();
    let mut client = stage.officer();
    let before = client.clone();
    client.log_in(officer_of(&stage, &before.user_id)).succeeded(200);
    assert_ne!(before.cookie, client.cookie);
    client.get("/api/protected").succeeded(200);
    before.get("/api/protected").refused(401, "AUTH_REQUIRED");
}

#[test]
fn an_invented_session_id_is_not_kept_by_a_login() {
    let stage = Stage::new();
    let mut client = stage.visitor();
    client.cookie = stage
        .officer()
        .cookie
        .map(|cookie| format!("{}chosen-by-somebody-else", &cookie[..=cookie.find('=').unwrap()]));
    let planted = client.clone();
    client.log_in(officer_of(&stage, "olivia")).succeeded(200);
    assert_ne!(planted.cookie, client.cookie);
    planted.get("/api/protected").refused(401, "AUTH_REQUIRED");
}

#[test]
fn the_database_keeps_only_a_digest_of_the_token() {
    let stage = Stage::new();
    let officer = stage.officer();
    let cookie = officer.cookie.clone().unwrap();
    let token = cookie.split_once('=').unwrap().1;
    assert!(token.len() >= 40, "{token}");

    let rows = stage
        .database()
        .superuser()
        .query("select token_sha256, s::text from auth.sessions as s where user_id = $1", &[&officer.user_id])
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<_, Vec<u8>>(0), Sha256::digest(token).to_vec());
    assert!(!rows[0].get::<_, String>(1).contains(token));
}
