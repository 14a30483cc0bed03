//! Programs that call with an access token of the identity provider.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Database, IdentityProvider, Request, SignInStage, Stage, session_of};

fn call(client: &Client, token: &str) -> Answer {
    with_token(client, "GET", "/api/protected", token).send()
}

fn with_token(client: &Client, method: &str, path: &str, token: &str) -> Request {
    client.request(method, path).header("Authorization", format!("Bearer {token}"))
}

#[track_caller]
fn refused(answer: Answer) {
    let challenge = answer.header("WWW-Authenticate").unwrap_or_default().to_owned();
    assert!(challenge.starts_with("Bearer") && challenge.contains("invalid_token"), "{challenge}");
    let body = answer.refused(401, "AUTH_REQUIRED");
    assert_eq!(body["reason"], "INVALID_TOKEN", "{body}");
}

/// The program is an officer here.
fn admit_robot(stage: &SignInStage) {
    stage.add_user("case.robot");
    stage.add_membership("case.robot", "HMCTS_CASE_OFFICER", Some("Birmingham Family Court"), None);
}

#[track_caller]
fn accepted(answer: Answer) -> Value {
    answer.succeeded(200)
}

#[test]
fn only_a_token_that_the_provider_issued_for_this_server_is_accepted() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    let (provider, client) = (&stage.provider, stage.server.client());
    accepted(call(&client, &provider.token_of_robot()));
    for header in [json!({}), json!({"typ": "JWT"}), json!({"typ": "application/at+jwt"})] {
        accepted(call(&client, &provider.sign("own", header, json!({}))));
    }
    let now = provider.good_claims()["iat"].as_u64().unwrap();
    // Clocks differ by a minute, and by no more.
    accepted(call(
        &client,
        &provider.sign("own", json!({}), json!({"exp": now - 30, "nbf": now + 30, "iat": now + 30})),
    ));

    let nothing = Value::Null;
    let audience = provider.good_claims()["aud"].clone();
    for (what, key, header, claims) in [
        ("another's key", "other", json!({}), json!({})),
        ("another's key that it brings along", "other", json!({"jwk": true}), json!({})),
        ("another's key somewhere else", "other", json!({"jku": "http://127.0.0.1:1/"}), json!({})),
        ("another's certificate", "other", json!({"x5u": "http://127.0.0.1:1/"}), json!({})),
        ("no signature", "none", json!({"alg": "none"}), json!({})),
        ("no signature, in other letters", "none", json!({"alg": "nOnE"}), json!({})),
        ("a signature left out", "none", json!({}), json!({})),
        ("the public key as a secret", "public", json!({"alg": "HS256"}), json!({})),
        ("a path as key id", "own", json!({"kid": "../../../dev/null"}), json!({})),
        ("SQL as key id", "own", json!({"kid": "' or 1=1 --"}), json!({})),
        ("a header that must be understood", "own", json!({"crit": ["b64"], "b64": true}), json!({})),
        ("another issuer", "own", json!({}), json!({"iss": "https://id.example"})),
        ("an issuer almost the same", "own", json!({}), json!({"iss": format!("{}/", provider.issuer())})),
        ("no issuer", "own", json!({}), json!({"iss": nothing})),
        ("another audience", "own", json!({}), json!({"aud": "https://other.example"})),
        ("no audience", "own", json!({}), json!({"aud": nothing})),
        ("over", "own", json!({}), json!({"exp": now - 120})),
        ("never over", "own", json!({}), json!({"exp": nothing})),
        ("not valid yet", "own", json!({}), json!({"nbf": now + 120})),
        ("of the future", "own", json!({}), json!({"iat": now + 120})),
        ("nobody's", "own", json!({}), json!({"sub": nothing})),
        ("an ID token", "own", json!({}), json!({"aud": [audience, "casefile"], "nonce": "n"})),
        ("an ID token by its hash", "own", json!({}), json!({"at_hash": "x"})),
        ("an ID token by its type", "own", json!({}), json!({"typ": "ID"})),
        ("a logout token", "own", json!({"typ": "logout+jwt"}), json!({})),
        ("a logout token by its event", "own", json!({}), json!({"events": {}})),
    ] {
        println!("{what}");
        refused(call(&client, &provider.sign(key, header, claims)));
    }
    for token in ["nonsense", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9..", &"x".repeat(6000)] {
        refused(call(&client, token));
    }
    let log = stage.server.log();
    assert!(!log.contains("eyJ") && !log.contains("case.robot"), "a token or a claim in the log: {log}");
}

#[test]
fn cookie_and_token_together_are_refused_and_no_challenge_lacks_its_realm() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    let (provider, mut client) = (&stage.provider, stage.server.client());
    let answer = client.get("/api/protected");
    assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer realm=\"casefile\""));
    answer.refused(401, "AUTH_REQUIRED");
    let token = provider.token_of_robot();
    client
        .request("GET", "/api/protected")
        .header("Authorization", format!("Bearer {token}"))
        .header("Casefile-Membership", "mine")
        .send()
        .refused_field("Casefile-Membership");
    client.cookie = Some("casefile_session=anything".to_owned());
    call(&client, &token).refused_field("Authorization");
}

#[test]
fn a_server_without_a_provider_accepts_no_token() {
    let (provider, stage) = (IdentityProvider::start(), Stage::new());
    refused(call(&stage.visitor(), &provider.token_of_robot()));
}

#[test]
fn a_new_key_of_the_provider_is_fetched_and_the_old_one_is_no_longer_accepted() {
    let stage = SignInStage::with(&[("OIDC_KEYS_SECONDS", "1")]);
    admit_robot(&stage);
    let (provider, client) = (&stage.provider, stage.server.client());
    let old = provider.token_of_robot();
    accepted(call(&client, &old));
    provider.rotate();
    let new = provider.token_of_robot();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    accepted(call(&client, &new));
    refused(call(&client, &old));
}

#[test]
fn ten_thousand_unknown_keys_are_few_fetches() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    let (provider, client) = (&stage.provider, stage.server.client());
    accepted(call(&client, &provider.token_of_robot()));
    for number in 0..10_000 {
        let header = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256","kid":"unknown-{number}"}}"#));
        refused(call(&client, &format!("{header}.e30.AA")));
    }
    let fetched = provider.fetched("/jwks");
    assert!((1..=3).contains(&fetched), "{fetched} fetches");
}

#[test]
fn an_unavailable_provider_is_not_a_defect_and_its_known_keys_still_work() {
    let (provider, database) = (IdentityProvider::away(), Database::new());
    let server = provider.serve(&database, &[("OIDC_KEYS_SECONDS", "1")]);
    let mut stage = SignInStage { server, database, provider };
    admit_robot(&stage);
    let client = stage.server.client();
    assert!(client.reaches("/ready"));
    let known = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.AA";
    call(&client, known).refused(503, "UNAVAILABLE");
    stage.provider.come();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let token = stage.provider.token_of_robot();
    accepted(call(&client, &token));
    stage.provider.go();
    accepted(call(&client, &token));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for _ in 0..2 {
        call(&client, known).refused(503, "UNAVAILABLE");
    }
    accepted(call(&client, &token));
}

#[test]
fn a_program_has_its_role_in_the_directory_and_its_session_ends_with_its_token() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    let (client, token) = (stage.server.client(), stage.provider.token_of_robot());
    let body = json!({"caseType": "AGENCY_ADOPTION"});
    // Without a look at where it comes from: no cookie counts.
    let request =
        with_token(&client, "POST", "/api/cases", &token).header("Origin", "https://elsewhere.example");
    let case = request.json(&body).send().succeeded(201);
    assert_eq!(
        (&case["createdBy"], &case["assignedCourt"]),
        (&json!("case.robot"), &json!("Birmingham Family Court"))
    );
    for _ in 0..3 {
        accepted(call(&client, &token));
    }
    let sessions = "select count(*) from auth.sessions where kind = 'bearer' and user_id = 'case.robot'
        and expires_at = ends_at and ends_at between now() + interval '60 minutes' and now() + interval '61 minutes'";
    assert_eq!(stage.database.count(sessions, &[]), 1);
    assert_eq!(stage.recorded("OPENED"), 1);
    let told = accepted(with_token(&client, "GET", "/api/auth/session", &token).send());
    assert_eq!((&told["authenticated"], &told["user"]["userId"]), (&json!(true), &json!("case.robot")));
}

#[test]
fn a_program_may_ask_who_it_is() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    let (mut client, token) = (stage.server.client(), stage.provider.token_of_robot());
    let told = accepted(with_token(&client, "GET", "/api/auth/session", &token).send());
    assert_eq!(told["user"]["role"], "HMCTS_CASE_OFFICER");
    refused(with_token(&client, "GET", "/api/auth/session", "nonsense").send());
    let basic = client.request("GET", "/api/auth/session").header("Authorization", "Basic eDp5").send();
    refused(basic);
    client.cookie = None;
    assert_eq!(session_of(&client)["authenticated"], false);
}

#[test]
fn a_user_whom_the_directory_refuses_is_told_the_reason() {
    let stage = SignInStage::new();
    let (client, token) = (stage.server.client(), stage.provider.token_of_robot());
    let reason = |answer: Answer| answer.refused(403, "FORBIDDEN")["reason"].as_str().unwrap().to_owned();
    assert_eq!(reason(call(&client, &token)), "UNKNOWN_USER");
    assert_eq!(reason(with_token(&client, "GET", "/api/auth/session", &token).send()), "UNKNOWN_USER");
    stage.add_user("case.robot");
    assert_eq!(reason(call(&client, &token)), "NO_MEMBERSHIP");
    stage.add_membership("case.robot", "HMCTS_CASE_OFFICER", Some("Birmingham Family Court"), None);
    accepted(call(&client, &token));
    // Between two requests of one token.
    stage.database.execute("select auth.change_user('case.robot', null, null, null, false)");
    assert_eq!(reason(call(&client, &token)), "USER_DISABLED");
    let figures = client.get("/metrics").text;
    for (outcome, count) in [("UNKNOWN_USER", 2), ("NO_MEMBERSHIP", 1), ("USER_DISABLED", 1), ("OPENED", 1)] {
        let line = format!("casefile_sign_ins_total{{kind=\"bearer\",outcome=\"{outcome}\"}} {count}");
        assert!(figures.contains(&line), "{line}: {figures}");
    }
}

#[test]
fn a_program_with_several_roles_names_one_in_each_request() {
    let stage = SignInStage::new();
    admit_robot(&stage);
    stage.add_membership("case.robot", "JUDGE_LEGAL_ADVISER", None, None);
    let (client, token) = (stage.server.client(), stage.provider.token_of_robot());
    let body = call(&client, &token).refused(403, "FORBIDDEN");
    assert_eq!(body["reason"], "MEMBERSHIP_REQUIRED");
    let memberships = body["memberships"].as_array().unwrap();
    assert_eq!(memberships.len(), 2, "{body}");
    for membership in memberships {
        let request = with_token(&client, "GET", "/api/protected", &token);
        let id = membership["id"].as_str().unwrap();
        let user = request.header("Casefile-Membership", id).send().succeeded(200)["user"].take();
        assert_eq!(
            (&user["role"], &user["courtAssignment"]),
            (&membership["role"], &membership["courtAssignment"])
        );
    }
    for (id, status, reason) in
        [("51ee9a3c-7d44-4c6e-8f3b-2f1f60cb2d0e", 403, "NO_MEMBERSHIP"), ("mine", 400, "INVALID_INPUT")]
    {
        let request = with_token(&client, "GET", "/api/protected", &token).header("Casefile-Membership", id);
        let answer = request.send();
        assert_eq!(
            (answer.status, answer.json["reason"].as_str()),
            (status, Some(reason)),
            "{}",
            answer.text
        );
    }
}

#[test]
fn a_refused_sign_in_has_the_same_reason_with_a_token_or_a_cookie() {
    let (provider, database) = (IdentityProvider::start(), Database::new());
    let server = provider.serve(&database, &[]);
    let mut client = server.client();
    let said = |client: &Client, sql: &str| {
        database.execute(sql);
        call(client, &provider.sign("own", json!({}), json!({}))).refused(403, "FORBIDDEN")
    };
    assert_eq!(said(&client, "")["reason"], "UNKNOWN_USER");
    let add = format!("select auth.add_user('robot', '{}', 'case.robot', 'Robot')", provider.issuer());
    assert_eq!(said(&client, &add)["reason"], "NO_MEMBERSHIP");
    let several = said(
        &client,
        "select auth.add_membership('robot', 'JUDGE_LEGAL_ADVISER', 'LDFC', null);
         select auth.add_membership('robot', 'VAA_WORKER', null, 'va.one')",
    );
    let mut memberships = several["memberships"].clone();
    assert_eq!(several["reason"], "MEMBERSHIP_REQUIRED");
    for membership in memberships.as_array_mut().unwrap() {
        membership.as_object_mut().unwrap().remove("id").unwrap();
    }
    let expected = json!([
        {"role": "JUDGE_LEGAL_ADVISER", "courtAssignment": "Leeds Family Court"},
        {"role": "VAA_WORKER", "organisationId": "va.one"},
    ]);
    assert_eq!(memberships, expected);

    // A browser has a session to choose with, and all its other requests are told the same.
    database.execute(&format!(
        "select auth.log_in_with_claims(sha256('choose'), null,
           '{{\"iss\": \"{}\", \"sub\": \"case.robot\"}}', 'cookie', null, null, false, null, null, null)",
        provider.issuer()
    ));
    client.cookie = Some("casefile_session=choose".to_owned());
    let chooses = client.get("/api/protected").refused(403, "FORBIDDEN");
    client.cookie = None;
    for field in ["error", "reason", "memberships"] {
        assert_eq!(chooses[field], several[field], "{field}");
    }

    database.execute("select auth.end_membership(id) from auth.memberships where user_role = 'VAA_WORKER'");
    let token = provider.sign("own", json!({}), json!({}));
    call(&client, &token).succeeded(200);
    database.execute("select auth.end_sessions('robot')");
    let answer = call(&client, &token);
    assert_eq!(
        answer.header("WWW-Authenticate").unwrap(),
        "Bearer realm=\"casefile\", error=\"invalid_token\""
    );
    assert_eq!(answer.refused(401, "AUTH_REQUIRED")["reason"], "SESSIONS_ENDED");
    let disable = "select auth.change_user('robot', null, null, null, false)";
    assert_eq!(said(&client, disable)["reason"], "USER_DISABLED");
}
