//! The log of a deployed server: one line of JSON for each request, and nothing that belongs to anybody.

use std::{collections::HashMap, env, fs, io::Read, net::TcpListener, path::Path, thread, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Cluster, Form, Server, Stage, id_of, raw, samples, unique, workshop::until,
};

const DEV: [(&str, &str); 2] = [("APP_ENV", "DEV"), ("AUTH_MODE", "mock")];

/// Each line, which has to be an object.
fn lines(server: &Server) -> Vec<Value> {
    let log = server.log();
    let lines =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")));
    lines.inspect(|line: &Value| assert!(line.is_object(), "{line}")).collect()
}

/// The lines of requests, by request id.
fn requests(server: &Server) -> HashMap<String, Value> {
    let mut found = HashMap::new();
    for line in lines(server).into_iter().filter(|line| line["message"] == "request") {
        let id = line["id"].as_str().unwrap().to_owned();
        let before = found.insert(id, line);
        assert!(before.is_none(), "one request, two lines: {before:?}");
    }
    found
}

fn officer_at(server: &Server, stage: &Stage, name: &str) -> Client {
    let mut officer = server.client();
    let fields = json!({"username": name, "role": "HMCTS_CASE_OFFICER", "courtAssignment": stage.court_name});
    officer.log_in(fields).succeeded(200);
    officer
}

#[test]
fn each_request_leaves_one_line_of_json() {
    let stage = Stage::new();
    for (environment, is_deployed) in [
        (vec![DEV[0], DEV[1]], true),
        (vec![("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("LOG_FORMAT", "json")], false),
    ] {
        let server = Server::start_with(&stage.database().url, &environment);
        let officer = officer_at(&server, &stage, &unique("o"));
        let created = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"}));
        let id = id_of(&created.json).to_owned();
        let answers = [
            (officer.get(&format!("/api/cases/{id}")), "get_case", Some("hmcts_case_officer")),
            (
                officer.get("/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061"),
                "get_case",
                Some("hmcts_case_officer"),
            ),
            (officer.patch(&format!("/api/cases/{id}"), json!({"notes": 1})), "update_case", None),
            (officer.change_status(&id, "FINAL_HEARING"), "change_case_status", Some("hmcts_case_officer")),
            (officer.upload(&id, "a.pdf", &samples::pdf()), "upload_document", Some("hmcts_case_officer")),
            (server.client().get("/api/cases"), "list_cases", None),
            (server.client().get("/nothing"), "none", None),
            (created, "create_case", Some("hmcts_case_officer")),
        ];
        let probes = ["/live", "/ready", "/api/health", "/api/public/health", "/metrics"];
        let probes = probes.map(|path| server.client().get(path));
        let requests = requests(&server);
        for probe in probes {
            assert_eq!(requests.get(&probe.request_id().to_string()), None);
        }
        for (answer, operation, role) in answers {
            let line = &requests[&answer.request_id().to_string()];
            assert_eq!((&line["operation"], line["role"].as_str()), (&json!(operation), role), "{line}");
            assert_eq!(line["status"], answer.status, "{line}");
            assert_eq!(line["level"], "INFO");
            assert!(line["timestamp"].is_string(), "{line}");
            let [took, in_database] =
                ["milliseconds", "database_ms"].map(|field| line[field].as_f64().unwrap());
            assert!(in_database < took, "{line}");
            assert_eq!(in_database > 0.0, role.is_some(), "{line}");
            for field in ["method", "path"] {
                assert_eq!(line.get(field).is_none(), is_deployed, "{line}");
            }
        }
    }
}

#[test]
fn with_less_logging_only_failures_are_logged() {
    let stage = Stage::alone();
    for (variable, value) in [("ACCESS_LOG", "off"), ("LOG_LEVEL", "warn")] {
        let server = Server::start_with(&stage.database().url, &[&DEV[..], &[(variable, value)]].concat());
        let officer = officer_at(&server, &stage, &unique("o"));
        officer.get("/api/cases").succeeded(200);
        officer.get("/api/cases?page=0").refused(400, "VALIDATION_ERROR");
        assert!(requests(&server).is_empty(), "{}", server.log());
        assert_eq!(server.log().contains("listening"), variable == "ACCESS_LOG");

        stage.database().execute("alter table core.courts rename column name to title");
        let answer = officer.request("GET", "/api/cases").send_expecting_500();
        assert_eq!(requests(&server)[&answer.request_id().to_string()]["level"], "ERROR");
        stage.database().execute("alter table core.courts rename column title to name");
    }
}

#[test]
fn a_server_that_is_not_ready_logs_it_once() {
    let cluster = Cluster::new();
    let server = Server::start_with(&cluster.url(), &[&DEV[..], &[("ADMIN_PORT", "0")]].concat());
    let said = |message: &str| lines(&server).iter().filter(|line| line["message"] == message).count();
    cluster.db(&["stop"]);
    for _ in 0..2 {
        server.client().get("/ready").refused(503, "UNAVAILABLE");
        thread::sleep(Duration::from_millis(1100));
    }
    assert_eq!((said("not ready"), said("ready again")), (1, 0));
    cluster.db(&["start"]);
    until("it is ready", || server.client().request("GET", "/ready").run().status == 200);
    assert_eq!((said("not ready"), said("ready again")), (1, 1));
}

#[test]
fn a_trace_is_in_the_log_and_passed_on() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let stage = Stage::new();
    let header = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let provider = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", provider.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut connection, _) = provider.accept().unwrap();
        let mut bytes = [0; 4096];
        let length = connection.read(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let environment = [
        ("APP_ENV", "TEST"),
        ("LOG_FORMAT", "json"),
        ("AUTH_MODE", "oidc"),
        ("OIDC_ISSUER", issuer.as_str()),
        ("OIDC_CLIENT_ID", "casefile"),
        ("OIDC_CLIENT_SECRET", "secret"),
        ("OIDC_REDIRECT_URL", "http://127.0.0.1:3001/api/auth/callback"),
    ];
    let server = Server::start_with(&stage.database().url, &environment);
    let ask = |path: &str, header: &str| {
        let answer = server.client().request("GET", path).header("traceparent", header).run();
        requests(&server)[&answer.request_id().to_string()].get("trace").cloned()
    };
    assert_eq!(ask("/api/auth/login", &header), Some(json!(TRACE)));
    let asked = asked.join().unwrap();
    assert!(asked.contains(&format!("traceparent: {header}\r\n")), "{asked}");
    assert_eq!(ask("/api/auth/session", "00-nonsense-01"), None);
}

/// PostgreSQL would write slow statements with their parameters, and refused rows in full.
#[test]
fn no_note_of_a_case_is_in_the_log_of_the_database() {
    let cluster = Cluster::new();
    let server = Server::start(&cluster.url());
    let mut officer = server.client();
    let court = "Birmingham Family Court";
    let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court});
    officer.log_in(fields).succeeded(200);
    // The logins alone keep it out if the whole server is not set.
    for setting in
        ["log_min_duration_statement = 0", "log_parameter_max_length = -1", "log_error_verbosity = 'default'"]
    {
        cluster.superuser().batch_execute(&format!("alter system set {setting}")).unwrap();
    }
    cluster.superuser().batch_execute(
        "alter table core.case_details add constraint no_fail check (notes not like '%fail%'); select pg_reload_conf()",
    ).unwrap();
    until("the settings are read", || {
        officer.create_case_with(json!({"notes": MARK}));
        cluster.log().contains("request.create_case(")
    });
    let body = json!({"caseType": "AGENCY_ADOPTION", "notes": format!("{MARK} fail")});
    officer.request("POST", "/api/cases").json(&body).send_expecting_500();
    until("it is in the log", || cluster.log().contains("no_fail"));
    assert!(!cluster.log().contains(MARK));

    // Or nothing has been shown.
    cluster.superuser().batch_execute("alter role casefile_api reset all").unwrap();
    let server = Server::start(&cluster.url());
    officer.at(&server).create_case_with(json!({"notes": MARK}));
    until("it is in the log without that", || cluster.log().contains(MARK));
}

#[test]
fn the_logged_database_time_is_the_sum_of_all_steps() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let id = id_of(&officer.create_case()).to_owned();
    stage.database().execute(
        "create function public.dawdle() returns trigger language plpgsql as
           'begin perform pg_catalog.pg_sleep(0.3); return new; end';
         create trigger dawdle before insert or update on core.documents
           for each row execute function public.dawdle()",
    );
    let server = Server::start_with(&stage.database().url, &DEV);
    let answer = officer.at(&server).upload(&id, "a.pdf", &samples::pdf());
    let line = &requests(&server)[&answer.request_id().to_string()];
    let [took, in_database] = ["milliseconds", "database_ms"].map(|field| line[field].as_f64().unwrap());
    assert!(600.0 <= in_database && in_database < took, "{line}");
}

#[test]
fn a_failure_of_ours_leaves_its_cause() {
    let stage = Stage::alone();
    let server = Server::start_with(&stage.database().url, &DEV);
    let officer = officer_at(&server, &stage, "o");
    stage.database().execute("alter table core.courts rename column name to title");
    let answer = officer.request("GET", "/api/cases").send_expecting_500();
    let line = &requests(&server)[&answer.request_id().to_string()];
    assert_eq!((&line["level"], &line["status"]), (&json!("ERROR"), &json!(500)));
    assert!(line["cause"].as_str().unwrap().starts_with("42703 "), "{line}");
}

/// Goes into whatever a client can send.
const MARK: &str = "m4rk3d";

/// Does what people do, and some things that they should not; `MARK` is in all of it.
fn lead_an_eventful_life(server: &Server, stage: &Stage) -> Vec<String> {
    let officer = officer_at(server, stage, &format!("{MARK}-officer"));
    let case = officer.create_case_with(json!({
        "notes": MARK, "internalNotes": MARK, "staffComments": MARK, "linkedFamilyCourtCaseReference": MARK,
    }));
    let (id, path) = (id_of(&case), format!("/api/cases/{}", id_of(&case)));
    officer.patch(&path, json!({"notes": format!("{MARK} again")})).succeeded(200);
    officer.patch(&path, json!({"notes": MARK.repeat(10_000)})).refused_field("notes");
    officer.patch(&path, json!({"notes": {"x": MARK}})).refused_field("notes");
    officer.patch(&path, json!({"nextHearing": MARK})).refused_field("nextHearing");
    let reason = json!({"status": "ON_HOLD", "reason": MARK});
    officer.patch(&format!("{path}/status"), reason).succeeded(200);
    officer.patch(&format!("{path}/status"), json!({"status": MARK})).refused(400, "INVALID_TRANSITION");
    for (kind, body) in [
        ("assignments", json!({"userId": MARK, "assignmentType": "APPLICANT"})),
        ("organisations", json!({"organisationId": MARK, "organisationType": "LOCAL_AUTHORITY"})),
    ] {
        officer.post(&format!("{path}/{kind}"), body.clone()).succeeded(201);
        officer.post(&format!("{path}/{kind}"), body).refused(409, "CONFLICT");
    }
    officer.delete(&format!("{path}/organisations/{MARK}")).succeeded(200);
    let form =
        Form::new().file("file", &format!("{MARK}.pdf"), &samples::pdf()).text("documentType", "other");
    officer.upload_form(id, form.text("description", MARK)).succeeded(201);
    let form = Form::new().file_of_type("file", &format!("{MARK}.exe"), MARK, MARK.as_bytes());
    officer.upload_form(id, form.text("documentType", MARK)).refused_field("file");
    officer.get(&format!("{path}/documents/{MARK}.pdf/versions")).succeeded(200);
    officer.get(&format!("{path}/documents?uploadedBy={MARK}")).succeeded(200);
    officer.get(&format!("/api/cases?caseNumber={MARK}&status={MARK}")).refused_field("status");
    officer.get(&format!("/api/cases?{MARK}={MARK}")).succeeded(200);
    officer.get(&format!("/api/cases/{MARK}")).refused(404, "NOT_FOUND");
    officer.get(&format!("/{MARK}?{MARK}")).refused(404, "NOT_FOUND");
    officer.get(&format!("/api/cases?caseNumber=%ff{MARK}")).refused_field("caseNumber");
    officer.request(&MARK.to_uppercase(), "/api/cases").send().refused(405, "METHOD_NOT_ALLOWED");
    officer
        .request("POST", "/api/cases")
        .json_text(format!("{{\"{MARK}\": {MARK}"))
        .send()
        .refused_field("body");
    let keyed = |key: &str| {
        let request = officer.request("POST", "/api/cases").header("Idempotency-Key", key);
        request.json(&json!({"caseType": "AGENCY_ADOPTION"})).send()
    };
    keyed(MARK).succeeded(201);
    keyed(&MARK.repeat(100)).refused_field("Idempotency-Key");
    let other = officer.request("PATCH", &path).header("Idempotency-Key", MARK).json(&json!({"notes": "n"}));
    other.send().refused(409, "CONFLICT");

    for name in [
        "Authorization",
        "Cookie",
        "Origin",
        "Referer",
        "User-Agent",
        "X-Forwarded-For",
        "X-Request-Id",
        "Host",
        "If-Match",
        "Accept",
        "Content-Type",
    ] {
        let request = server.client().request("PATCH", &path).header(name, format!("{MARK}.example"));
        assert!(request.body("{}").send().status < 500, "{name}");
    }
    let cookie = officer.cookie.clone().unwrap();
    let mut stray = server.client();
    stray.cookie = Some(format!("{}={MARK}", cookie.split('=').next().unwrap()));
    stray.get(&path).refused(401, "AUTH_REQUIRED");
    stray.log_in(json!({"username": MARK, "role": MARK})).refused_field("role");
    stray
        .log_in(json!({"username": MARK, "role": "ADOPTER", "courtAssignment": MARK}))
        .refused_field("courtAssignment");
    stray
        .log_in(json!({"username": MARK, "role": "ADOPTER", "organisationId": MARK, "returnUrl": MARK}))
        .succeeded(200);
    stray.get(&format!("{path}/audit")).refused(403, "FORBIDDEN");
    raw::exchange_truncated(server.port, format!("{MARK}\r\n\r\n").as_bytes());
    vec![token_of(&officer), token_of(&stray)]
}

fn token_of(client: &Client) -> String {
    client.cookie.as_ref().unwrap().split_once('=').unwrap().1.to_owned()
}

/// Errors of the database whose messages and details tell what they are about.
fn break_things(server: &Server, stage: &Stage) {
    let officer = officer_at(server, stage, &format!("{MARK}-unlucky"));
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let fail_with = |statement: &str| -> Answer {
        stage.database().execute(&format!(
            "create or replace function public.fail() returns trigger language plpgsql as $f$ begin
               raise warning 'about %', new.notes; {statement}; return new; end $f$;
             drop trigger if exists fail on core.case_details;
             create trigger fail before insert on core.case_details for each row execute function public.fail()"
        ));
        officer.request("PATCH", &path).json(&json!({"notes": format!("{MARK} private")})).run()
    };
    for (statement, status) in [
        ("raise exception 'about %', new.notes using detail = new.notes, hint = new.notes", 500),
        ("raise exception using message = new.notes, errcode = '53100'", 503),
        ("raise exception using message = new.notes, errcode = '40001'", 503),
        (
            "raise exception using message = new.notes, errcode = '23514', constraint = 'a_rule', table = 't'",
            500,
        ),
        ("perform new.notes::integer", 400),
        ("perform 1 / (length(new.notes) - length(new.notes))", 400),
        ("execute 'select ' || new.notes", 500),
        ("perform pg_catalog.pg_sleep(5)", 503),
    ] {
        let answer = fail_with(statement);
        assert_eq!(answer.status, status, "{statement}: {}", answer.text);
    }
}

#[test]
fn nothing_that_belongs_to_anybody_is_in_the_log_of_a_deployed_server() {
    let stage = Stage::alone();
    let server = Server::start_with(&stage.database().url, &DEV);
    let mut secrets = lead_an_eventful_life(&server, &stage);
    break_things(&server, &stage);
    let url = &stage.database().url;
    secrets
        .extend([MARK, &MARK.to_uppercase(), url.split(['/', ':', '@']).nth(4).unwrap()].map(str::to_owned));
    let log = server.log();
    assert!(lines(&server).len() > 50, "{log}");
    for secret in secrets {
        let told = log.lines().find(|line| line.contains(&secret));
        assert_eq!(told, None, "{secret} stands in the log");
    }
}

#[test]
fn a_request_is_found_in_the_log_of_the_database() {
    let stage = Stage::alone();
    let officer = stage.officer();
    stage.database().execute("alter table core.courts rename column name to title");
    let answer = officer.request("GET", "/api/cases").send_expecting_500();
    let folder = env::var("CASEFILE_STATE").expect("CASEFILE_STATE is where scripts/test has its cluster");
    let log = fs::read_to_string(Path::new(&folder).join("postgres/log")).unwrap();
    let line = log.lines().find(|line| line.contains(&format!("casefile {}", answer.request_id())));
    assert!(line.is_some_and(|line| line.contains("ERROR")), "{line:?}");
}

#[test]
fn causes_are_told_to_developers_alone() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    for (environment, tells) in [("LOCAL", true), ("DEV", true), ("TEST", false), ("PROD", false)] {
        let server = Server::start_with(&stage.database().url, &[("APP_ENV", environment)]);
        let officer = officer.at(&server);
        stage.database().execute("begin; lock table core.cases in exclusive mode");
        let unavailable = officer.patch(&path, json!({"notes": "n"}));
        stage.database().execute("rollback; alter table core.courts rename column name to title");
        let defect = officer.request("GET", "/api/cases").send_expecting_500();
        stage.database().execute("alter table core.courts rename column title to name");
        for (answer, status, cause) in [(unavailable, 503, "55P03 "), (defect, 500, "42703 ")] {
            assert_eq!(answer.status, status, "{environment}: {}", answer.text);
            answer.check_shape();
            let details = answer.json["details"].as_str();
            assert_eq!(details.is_some_and(|details| details.starts_with(cause)), tells, "{}", answer.text);
            assert_eq!(answer.text.contains(cause.trim()), tells, "{}", answer.text);
            assert!(server.log().contains(cause), "{environment}");
        }
    }
}
