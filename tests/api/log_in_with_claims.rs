//! The way back from the identity provider.

use serde_json::{Value, json};

use crate::support::{Answer, IdentityProvider, Person, SignInStage, parameter, session_of};

const LOGIN: &str = "/api/auth/login";

/// Nobody is signed in, and the answer says what to do.
#[track_caller]
fn failed(person: &Person, answer: Answer, status: u16) -> Value {
    let code = if status == 401 { "AUTH_REQUIRED" } else { "VALIDATION_ERROR" };
    let body = answer.refused(status, code);
    assert_eq!(body["reason"], "SIGN_IN_FAILED", "{body}");
    assert!(body["error"].as_str().unwrap().contains(LOGIN), "{body}");
    assert!(!person.cookies().contains_key("casefile_session"));
    body
}

#[test]
fn a_signed_in_user_has_the_membership_in_the_directory() {
    let stage = SignInStage::new();
    let mut person = stage.person();
    let answer = person.sign_in(&format!("{LOGIN}?returnUrl=/cases?page=2"), "olivia.officer");
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(answer.header("Location"), Some("/cases?page=2"));
    let set: Vec<_> =
        answer.headers.get_all("Set-Cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let session = set.iter().find(|cookie| cookie.starts_with("casefile_session=")).unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Max-Age"), "{session}");
    assert_eq!(person.cookies().keys().collect::<Vec<_>>(), ["casefile_session"]);

    let told = session_of(&person.client);
    assert_eq!((told["authenticated"].clone(), told["authMode"].clone()), (json!(true), json!("oidc")));
    assert_eq!(
        told["user"],
        json!({
            "userId": "olivia.officer", "username": "Olivia.Officer", "role": "HMCTS_CASE_OFFICER",
            "courtAssignment": "Birmingham Family Court",
        })
    );
    assert_eq!(told["memberships"].as_array().unwrap().len(), 1);
    let case = person.client.create_case();
    assert_eq!(case["createdBy"], "olivia.officer");
    assert_eq!(stage.recorded("OPENED"), 1);
    assert_eq!(
        stage.database.count(
            "select count(*) from auth.sessions where issuer = $1 and subject = 'olivia.officer' and kind = 'cookie'",
            &[&stage.provider.issuer()],
        ),
        1
    );
    let log = stage.server.log();
    assert!(!log.contains("eyJ") && !log.contains("olivia"), "a token or a claim in the log: {log}");
}

#[test]
fn without_a_safe_return_url_the_first_page_of_the_role_follows() {
    let stage = SignInStage::new();
    stage.add_user("adam.adopter");
    stage.add_membership("adam.adopter", "ADOPTER", None, None);
    for (query, user, page) in [
        ("", "olivia.officer", "/dashboard"),
        ("", "adam.adopter", "/my-cases"),
        ("?returnUrl=//evil.example", "adam.adopter", "/my-cases"),
        ("?returnUrl=https://evil.example/", "adam.adopter", "/my-cases"),
        ("?returnUrl=/%5Cevil.example", "adam.adopter", "/my-cases"),
        ("?returnUrl=/f%C3%BCr%20alle", "adam.adopter", "/my-cases"),
        ("?returnUrl=/f%C3%BCr", "adam.adopter", "/f%C3%BCr"),
    ] {
        let answer = stage.person().sign_in(&format!("{LOGIN}{query}"), user);
        assert_eq!((answer.status, answer.header("Location")), (302, Some(page)), "{query}");
    }
}

#[test]
fn a_session_that_the_browser_had_ends_with_the_next_sign_in() {
    let stage = SignInStage::new();
    let mut person = stage.person();
    person.sign_in(LOGIN, "olivia.officer");
    let before = person.client.clone();
    person.sign_in(LOGIN, "olivia.officer");
    assert_eq!(session_of(&person.client)["authenticated"], true);
    assert_eq!(session_of(&before)["authenticated"], false);
}

#[test]
fn a_user_whom_the_directory_refuses_has_no_session_and_is_told_why() {
    let stage = SignInStage::new();
    for user in ["vera.agency", "judge.judith"] {
        stage.add_user(user);
    }
    stage.database.execute("select auth.change_user('judge.judith', null, null, null, false)");
    for (user, reason, code) in [
        ("adam.adopter", "UNKNOWN_USER", "JCUNK"),
        ("judge.judith", "USER_DISABLED", "JCOFF"),
        ("vera.agency", "NO_MEMBERSHIP", "JCNOM"),
    ] {
        let mut person = stage.person();
        let body = person.sign_in(LOGIN, user).refused(403, "FORBIDDEN");
        assert_eq!(body["reason"], reason, "{body}");
        assert!(person.cookies().is_empty(), "{user}");
        assert_eq!(stage.recorded(code), 1, "{code}");
    }
    assert_eq!(stage.database.count("select count(*) from auth.sessions", &[]), 0);
}

#[test]
fn a_callback_works_once_and_only_in_the_browser_that_began() {
    let stage = SignInStage::new();
    let (mut person, mut other) = (stage.person(), stage.person());
    let url = person.start(LOGIN);
    let callback = person.authenticate(&url, "olivia.officer");

    let answer = stage.server.client().get(&callback);
    failed(&stage.person(), answer, 400);
    other.start(LOGIN);
    let answer = other.come_back(&callback);
    failed(&other, answer, 400);
    let kept = person.client.cookie.clone();
    assert_eq!(person.come_back(&callback).status, 302);
    // Once more, with all that the browser had.
    let mut again = stage.person();
    again.client.cookie = kept;
    let answer = again.come_back(&callback);
    failed(&again, answer, 401);
}

#[test]
fn a_callback_that_was_changed_on_the_way_is_refused() {
    let stage = SignInStage::new();
    let mut person = stage.person();
    let url = person.start(LOGIN);
    let callback = person.authenticate(&url, "olivia.officer");
    let [state_given, code, iss] = ["state", "code", "iss"].map(|name| parameter(&callback, name));
    for (query, status) in [
        (String::new(), 400),
        (format!("code={code}"), 400),
        (format!("code={code}&state={state_given}x"), 400),
        (format!("code={code}&state="), 400),
        (format!("state={state_given}"), 400),
        (format!("code={code}&state={state_given}"), 400),
        (format!("code={code}&state={state_given}&iss=https%3A%2F%2Fid.example"), 400),
        (format!("state={state_given}&error=access_denied"), 401),
        (format!("state={state_given}&error=%3Cscript%3E&error_description=eyJsecret"), 401),
        ("state=x&error=access_denied".to_owned(), 400),
        (format!("code=wrong&state={state_given}&iss={iss}"), 401),
    ] {
        let mut copy = stage.person();
        copy.client.cookie.clone_from(&person.client.cookie);
        let answer = copy.come_back(&format!("/api/auth/callback?{query}"));
        let body = failed(&copy, answer, status).to_string();
        assert!(!body.contains("script") && !body.contains("eyJ") && !body.contains(&code), "{body}");
    }
    person.client.get("/api/auth/callback?code=%00").refused_field("code");
}

#[test]
fn only_an_id_token_issued_for_this_sign_in_is_accepted() {
    let stage = SignInStage::new();
    let sign_in = |forge: &dyn Fn(&str)| {
        let mut person = stage.person();
        let url = person.start(LOGIN);
        forge(&parameter(&url, "nonce"));
        let given = format!("state={}&iss={}", parameter(&url, "state"), stage.provider.issuer());
        let answer = person.come_back(&format!("/api/auth/callback?code=any&{given}"));
        (person, answer)
    };
    let now = stage.provider.good_claims()["iat"].as_u64().unwrap();
    // The left half of the SHA-256 of "opaque".
    let hash_of_opaque = "bSKYhMEmi7CrMtjaMV0P5Q";
    for (header, claims) in [
        (json!({}), json!({})),
        (json!({"typ": "JWT"}), json!({"azp": "casefile"})),
        (json!({}), json!({"aud": ["casefile", "other"], "azp": "casefile"})),
        (json!({}), json!({"at_hash": hash_of_opaque})),
    ] {
        let (_, answer) =
            sign_in(&|nonce| stage.provider.forge(nonce, "own", header.clone(), claims.clone()));
        assert_eq!(answer.status, 302, "{claims}: {}", answer.text);
    }
    let nothing = Value::Null;
    for (what, key, header, claims) in [
        ("another's key", "other", json!({}), json!({})),
        ("another's key that it brings along", "other", json!({"jwk": true}), json!({})),
        ("no signature", "none", json!({"alg": "none"}), json!({})),
        ("the public key as a secret", "public", json!({"alg": "HS256"}), json!({})),
        ("a header that must be understood", "own", json!({"crit": ["b64"], "b64": true}), json!({})),
        ("another issuer", "own", json!({}), json!({"iss": "https://id.example"})),
        ("another client", "own", json!({}), json!({"aud": "other"})),
        ("no audience", "own", json!({}), json!({"aud": nothing})),
        ("a client among several", "own", json!({}), json!({"aud": ["casefile", "other"]})),
        ("made out to another", "own", json!({}), json!({"azp": "other"})),
        ("another nonce", "own", json!({}), json!({"nonce": "other"})),
        ("no nonce", "own", json!({}), json!({"nonce": nothing})),
        ("over", "own", json!({}), json!({"exp": now - 120})),
        ("of the future", "own", json!({}), json!({"iat": now + 120})),
        ("nobody's", "own", json!({}), json!({"sub": ""})),
        ("with another access token", "own", json!({}), json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"})),
        ("an access token", "own", json!({"typ": "at+jwt"}), json!({})),
        ("a logout token", "own", json!({"typ": "logout+jwt"}), json!({})),
    ] {
        println!("{what}");
        let (person, answer) =
            sign_in(&|nonce| stage.provider.forge(nonce, key, header.clone(), claims.clone()));
        failed(&person, answer, 401);
    }
    for (status, body, answered) in [
        (400, json!({"error": "invalid_grant"}), 401),
        (401, json!({"error": "invalid_client"}), 503),
        (500, json!({}), 503),
        (200, json!({"access_token": "opaque"}), 503),
        (200, json!("nonsense"), 503),
    ] {
        let (person, answer) = sign_in(&|_| stage.provider.answer_next(status, body.clone()));
        assert_eq!(answer.status, answered, "{status} {body}: {}", answer.text);
        assert!(!person.cookies().contains_key("casefile_session"));
    }
}

#[test]
fn the_server_authenticates_with_a_secret_or_a_private_key() {
    let stage = SignInStage::at(IdentityProvider::with_secret_in_form(), &[]);
    stage.signed_in("olivia.officer");

    let folder = tempfile::tempdir().unwrap();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let provider = IdentityProvider::start();
        let file = folder.path().join(algorithm);
        std::fs::write(&file, provider.private_key_of_client(algorithm)).unwrap();
        let client = format!("casefile.{algorithm}");
        let settings = [
            ("OIDC_CLIENT_SECRET", ""),
            ("OIDC_PRIVATE_KEY_FILE", file.to_str().unwrap()),
            ("OIDC_CLIENT_ID", client.as_str()),
        ];
        SignInStage::at(provider, &settings).signed_in("olivia.officer");
    }
}

#[test]
fn a_wrong_client_secret_is_reported_to_the_operator() {
    let stage = SignInStage::with(&[("OIDC_CLIENT_SECRET", "wrong secret")]);
    let mut person = stage.person();
    person.sign_in(LOGIN, "olivia.officer").refused(503, "UNAVAILABLE");
    let log = stage.server.log();
    assert!(log.contains("OIDC settings") && !log.contains("wrong secret"), "{log}");
}

#[test]
fn a_user_with_several_roles_chooses_one() {
    let stage = SignInStage::new();
    stage.add_membership("olivia.officer", "HMCTS_CASE_OFFICER", Some("Leeds Family Court"), None);
    let client = stage.signed_in("olivia.officer");
    let told = session_of(&client);
    assert_eq!(told["user"], json!({"userId": "olivia.officer", "username": "Olivia.Officer"}));
    assert_eq!(told["memberships"].as_array().unwrap().len(), 2);
    let body = client.get("/api/cases").refused(403, "FORBIDDEN");
    assert_eq!(body["reason"], "MEMBERSHIP_REQUIRED", "{body}");
}

#[test]
fn a_claim_rule_admits_somebody_new_only_where_that_is_set() {
    for (setting, status) in [("no", 403), ("yes", 302)] {
        let stage = SignInStage::with(&[("OIDC_ADD_USERS", setting)]);
        stage.database.execute(&format!(
            "select auth.add_claim_rule('{}', array['name'], 'Vera Agency', 'VAA_WORKER', null, null, 'midlands-adoption', null)",
            stage.provider.issuer()
        ));
        let mut person = stage.person();
        let answer = person.sign_in(LOGIN, "vera.agency");
        assert_eq!(answer.status, status, "{}", answer.text);
        if status == 302 {
            assert_eq!(session_of(&person.client)["user"]["organisationId"], "midlands-adoption");
        }
    }
}

#[test]
fn a_disabled_user_is_signed_out_at_once_and_changed_keys_end_no_session() {
    let stage = SignInStage::new();
    let client = stage.signed_in("olivia.officer");
    stage.provider.rotate();
    client.get("/api/cases").succeeded(200);
    stage.database.execute("select auth.change_user('olivia.officer', null, null, null, false)");
    client.get("/api/cases").refused(401, "AUTH_REQUIRED");
    assert_eq!(session_of(&client)["authenticated"], false);
}
