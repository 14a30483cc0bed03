//! A page's rights here, by the site that it comes from; and our instructions to browsers about our answers.

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Server, Stage,
    document::{openapi, operations},
    id_of, samples,
};

const LISTED: &str = "https://pages.example";
const CORS: [&str; 6] = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
];

fn create(client: &Client, host: &str, origin: impl AsRef<[u8]>) -> Answer {
    let request = client.request("POST", "/api/cases").header("Host", host).header("Origin", origin);
    request.json(&json!({"caseType": "AGENCY_ADOPTION"})).send()
}

fn with_origin(client: &Client, origin: &str, method: &str, path: &str) -> Answer {
    client.request(method, path).header("Origin", origin).send()
}

fn cases(client: &Client) -> Value {
    client.get("/api/cases").succeeded(200)["pagination"]["total"].clone()
}

#[track_caller]
fn assert_is_told_to_nobody(answer: &Answer) {
    for name in CORS {
        assert_eq!(answer.header(name), None, "{name}");
    }
    assert!(answer.list("Vary").contains("Origin"), "{}", answer.list("Vary"));
}

fn server_with_list(stage: &Stage) -> Server {
    let list = format!("{LISTED}, http://localhost:5173");
    let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("ALLOWED_ORIGINS", list.as_str())];
    Server::start_with(&stage.database().url, &environment)
}

#[test]
fn this_site_s_own_pages_may_write() {
    let stage = Stage::new();
    let officer = stage.officer();
    let own = format!("127.0.0.1:{}", officer.port);
    for (host, origin) in [
        (own.as_str(), format!("http://{own}")),
        ("cases.example", "https://cases.example".to_owned()),
        ("cases.example", "http://cases.example".to_owned()),
        ("Cases.Example", "https://cases.example".to_owned()),
        ("cases.example:8443", "https://cases.example:8443".to_owned()),
        // Some proxies add the port that browsers leave out.
        ("cases.example:443", "https://cases.example".to_owned()),
        ("cases.example:80", "http://cases.example".to_owned()),
        ("[::1]:3001", "http://[::1]:3001".to_owned()),
    ] {
        let answer = create(&officer, host, &origin);
        assert_is_told_to_nobody(&answer);
        assert_eq!(answer.status, 201, "{host} {origin}: {}", answer.text);
    }
    assert_eq!(cases(&officer), 8);
}

#[test]
fn another_site_s_pages_may_not_write() {
    let stage = Stage::new();
    let officer = stage.officer();
    for origin in [
        "https://elsewhere.example",
        "https://cases.example:8443",
        "https://cases.example.elsewhere.example",
        "https://a.cases.example",
        "https://cases.example@elsewhere.example",
        "file://",
        "null",
        "",
        "://",
        "cases.example",
        "https://",
        "https:// cases.example",
        "https://cases.example https://elsewhere.example",
    ] {
        let answer = create(&officer, "cases.example", origin);
        assert_is_told_to_nobody(&answer);
        assert_eq!((answer.status, &answer.json["code"]), (403, &json!("FORBIDDEN")), "{origin}");
    }
    for origin in [&b"\xff\xfe"[..], "https://f\u{fc}r.example".as_bytes()] {
        create(&officer, "cases.example", origin).refused(403, "FORBIDDEN");
    }
    create(&officer, "cases.example:8443", "https://cases.example").refused(403, "FORBIDDEN");
    create(&officer, "cases.example:443", "http://cases.example").refused(403, "FORBIDDEN");
    assert_eq!(cases(&officer), 0);
}

#[test]
fn on_a_developer_s_machine_pages_of_any_local_server_may_use_the_api() {
    let stage = Stage::new();
    let local = Server::start_with(&stage.database().url, &[("APP_ENV", "LOCAL"), ("AUTH_MODE", "mock")]);
    let officer = stage.officer().at(&local);
    for origin in
        ["http://localhost:3000", "https://app.localhost:5173", "http://127.0.0.1:4200", "http://[::1]:3000"]
    {
        let created = create(&officer, "127.0.0.1:3001", origin);
        assert_eq!(created.header("Access-Control-Allow-Origin"), Some(origin));
        created.succeeded(201);
        let login = local.client().request("POST", "/api/auth/login").header("Origin", origin);
        login.json(&json!({"username": "ada", "role": "ADOPTER"})).send().succeeded(200);
    }
    for origin in
        ["https://elsewhere.example", "http://localhost.elsewhere.example", "http://10.0.0.1", "null"]
    {
        create(&officer, "127.0.0.1:3001", origin).refused(403, "FORBIDDEN");
    }
    create(&stage.officer(), "127.0.0.1:3001", "http://localhost:3000").refused(403, "FORBIDDEN");
}

#[test]
fn every_method_that_writes_and_logins_have_the_same_check_of_origin() {
    let stage = Stage::new();
    let mut officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let form = crate::support::Form::new()
        .file("file", "a.pdf", &samples::pdf())
        .text("documentType", "court-order");
    let origin = "https://elsewhere.example";
    let upload = officer.request("POST", &format!("{path}/upload-document")).form(form);
    upload.header("Origin", origin).send().refused(403, "FORBIDDEN");
    let edit = officer.request("PATCH", &path).json(&json!({"notes": "n"}));
    edit.header("Origin", origin).send().refused(403, "FORBIDDEN");
    with_origin(&officer, origin, "DELETE", &path).refused(403, "FORBIDDEN");
    with_origin(&officer, origin, "POST", "/api/auth/logout").refused(403, "FORBIDDEN");
    assert_eq!(officer.read_case(id_of(&case))["version"], 1);

    let fields = json!({"username": "eve", "role": "ADOPTER"});
    let login = officer.request("POST", "/api/auth/login").header("Origin", origin).json(&fields).send();
    assert_eq!(login.header("Set-Cookie"), None);
    login.refused(403, "FORBIDDEN");
    // As before, without Origin.
    assert_ne!(officer.get("/api/protected").succeeded(200)["user"]["userId"], "eve");
    officer.log_in(fields).succeeded(200);
}

#[test]
fn a_page_of_another_site_is_answered_but_cannot_read_the_answer() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    for origin in ["https://elsewhere.example", "null", "nonsense"] {
        for path in [path.as_str(), "/api/cases", "/api/public/health", "/docs", "/nothing"] {
            let answer = with_origin(&officer, origin, "GET", path);
            assert!(matches!(answer.status, 200 | 404), "{origin} {path}: {}", answer.text);
            assert_is_told_to_nobody(&answer);
        }
    }
}

#[test]
fn pages_of_a_listed_origin_may_write_and_read_all_answers() {
    let stage = Stage::new();
    let server = server_with_list(&stage);
    let officer = stage.officer().at(&server);
    for origin in [LISTED, "http://localhost:5173"] {
        let created = create(&officer, "cases.example", origin);
        for answer in [
            with_origin(&officer, origin, "GET", created.header("Location").unwrap()),
            with_origin(&officer, origin, "GET", "/api/cases/nonsense"),
            with_origin(&officer, origin, "GET", "/nothing"),
            with_origin(&server.client(), origin, "DELETE", created.header("Location").unwrap()),
            created,
        ] {
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(origin), "{}", answer.text);
            assert_eq!(answer.header("Access-Control-Allow-Credentials"), Some("true"));
            assert!(answer.list("Vary").contains("Origin"));
            let exposed = answer.header("Access-Control-Expose-Headers").unwrap();
            for name in ["etag", "location", "x-request-id", "retry-after", "content-disposition"] {
                assert!(exposed.contains(name), "{exposed}");
            }
        }
    }
    for origin in ["https://pages.example:8443", "http://pages.example", "https://a.pages.example", "null"] {
        let answer = create(&officer, "cases.example", origin);
        assert_is_told_to_nobody(&answer);
        answer.refused(403, "FORBIDDEN");
    }
    create(&officer, "cases.example", "https://cases.example").succeeded(201);
}

#[test]
fn a_browser_that_asks_beforehand_is_told_what_the_document_tells() {
    let stage = Stage::new();
    let server = server_with_list(&stage);
    let ask = |origin: &str, path: &str, method: &str| {
        let request = server.client().request("OPTIONS", path).header("Origin", origin);
        request.header("Access-Control-Request-Method", method).send()
    };
    for operation in operations() {
        let answer = ask(LISTED, &operation.path, &operation.method);
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{}", operation.id);
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(LISTED));
        assert_eq!(answer.header("Access-Control-Allow-Credentials"), Some("true"));
        assert!(answer.header("Access-Control-Max-Age").is_some());
        assert!(answer.header("Access-Control-Allow-Methods").unwrap().contains(&operation.method));
        let allowed = answer.header("Access-Control-Allow-Headers").unwrap();
        for header in operation.parameters().filter(|parameter| parameter["in"] == "header") {
            let name = header["name"].as_str().unwrap().to_lowercase();
            assert!(allowed.split(", ").any(|allowed| allowed == name), "{}: {name}", operation.id);
        }
        assert!(allowed.contains("content-type"));
    }
    assert!(openapi()["paths"].is_object());

    for origin in ["https://elsewhere.example", "null"] {
        let answer = ask(origin, "/api/cases", "POST");
        assert_is_told_to_nobody(&answer);
        answer.refused(403, "FORBIDDEN");
    }
    // Not a browser's question.
    let answer = with_origin(&server.client(), LISTED, "OPTIONS", "/api/cases");
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Methods")), (204, None));
}

/// The instructions to browsers in every answer.
#[track_caller]
fn assert_is_guarded(what: &str, answer: &Answer) {
    for (name, value) in [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}");
    }
    assert!(answer.list("Vary").contains("Origin"), "{what}");
    let policy = answer.header("Content-Security-Policy").unwrap_or_else(|| panic!("{what} has no policy"));
    for directive in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|one| one == directive), "{what}: {policy}");
    }
    // The documentation is no secret, and may be kept while it is the same.
    let cache = if matches!(what, "/openapi.json" | "/docs") { "no-cache" } else { "no-store" };
    assert!(answer.header("Cache-Control").is_some_and(|told| told.contains(cache)), "{what}");
    for name in ["Server", "X-Powered-By"] {
        assert_eq!(answer.header(name), None, "{what}");
    }
}

#[test]
fn every_answer_tells_browsers_not_to_guess_keep_or_frame_it() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let document = officer.upload(id_of(&case), "a.pdf", &samples::pdf());
    let id = document.json["documentId"].as_str().unwrap().to_owned();
    assert_is_guarded("an upload", &document);
    let download = format!("/api/documents/{id}/download");
    assert_is_guarded("a document that is not scanned", &officer.get(&download));
    stage.scanned(&id, "clean");
    for path in
        [&path, &download, "/docs", "/openapi.json", "/metrics", "/live", "/ready", "/api/auth/session"]
    {
        let answer = officer.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_is_guarded(path, &answer);
        assert_eq!(answer.header("Strict-Transport-Security"), None, "{path}");
    }
    let part = officer.request("GET", &download).header("Range", "bytes=0-9").send();
    assert_is_guarded(&part.status.to_string(), &part);
    for (method, path, status) in [
        ("GET", "/api/cases?page=x", 400),
        ("GET", "/api/cases/nonsense", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/api/cases", 405),
        ("POST", "/api/cases", 415),
        ("DELETE", "/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061", 404),
    ] {
        let answer = officer.request(method, path).send();
        assert_eq!(answer.status, status, "{method} {path}");
        assert_is_guarded(path, &answer);
    }
    let visitor = stage.visitor();
    assert_is_guarded("401", &visitor.get(&path));
    assert_is_guarded("a login", &visitor.clone().log_in(json!({"username": "ada", "role": "ADOPTER"})));
    assert_is_guarded("another site", &create(&officer, "x", "https://elsewhere.example"));
    let large = officer.request("POST", "/api/cases").json_text(vec![b' '; 1024 * 1024 + 1]).send();
    assert_eq!(large.status, 413);
    assert_is_guarded("413", &large);
}

#[test]
fn only_a_deployed_server_insists_on_tls() {
    let stage = Stage::new();
    let environment = [("APP_ENV", "DEV"), ("AUTH_MODE", "mock")];
    let server = Server::start_with(&stage.database().url, &environment);
    for path in ["/api/public/health", "/nothing", "/docs"] {
        let told = server.client().get(path).header("Strict-Transport-Security").map(str::to_owned);
        assert_eq!(told.as_deref(), Some("max-age=63072000"), "{path}");
    }
}

#[test]
fn the_documentation_s_policy_allows_only_what_it_needs() {
    let stage = Stage::new();
    let answer = stage.visitor().get("/docs");
    let policy = answer.header("Content-Security-Policy").unwrap();
    let allowed = |directive: &str| {
        let found = policy.split("; ").find_map(|one| one.strip_prefix(directive)?.strip_prefix(' '));
        found.map(|sources| sources.split(' ').collect::<Vec<_>>())
    };
    // Scripts and styles are files of this server, and some pictures stand in styles. It asks nobody else.
    assert_eq!(allowed("script-src"), Some(vec!["'self'"]));
    assert_eq!(allowed("style-src"), Some(vec!["'self'"]));
    assert_eq!(allowed("img-src"), Some(vec!["'self'", "data:"]));
    assert_eq!(allowed("connect-src"), Some(vec!["'self'"]));
    for directive in ["default-src", "frame-ancestors", "base-uri", "form-action"] {
        assert_eq!(allowed(directive), Some(vec!["'none'"]), "{directive}");
    }
    assert!(!answer.text.contains("@font-face"), "no font is allowed");
}
