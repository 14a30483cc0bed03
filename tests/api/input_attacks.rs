//! Hostile input in every string field of every body: refused by the field's name, or kept literally.

use serde_json::{Value, json};

use crate::support::{Answer, Client, ROLES, Request, Stage, id_of, unique};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Any text of at most so many characters.
    Text(usize),
    /// One word of a closed set.
    Word,
    /// Text that is never kept.
    Ignored,
}
use Kind::{Ignored, Text, Word};

struct Operation {
    method: &'static str,
    path: String,
    /// A body that succeeds, any number of times.
    body: fn() -> Value,
    fields: &'static [(&'static str, Kind)],
}

struct Target {
    stage: Stage,
    officer: Client,
    operations: Vec<Operation>,
}

const DETAILS: [(&str, Kind); 4] = [
    ("notes", Text(20_000)),
    ("internalNotes", Text(20_000)),
    ("staffComments", Text(20_000)),
    ("linkedFamilyCourtCaseReference", Text(50)),
];

fn target() -> Target {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let operation = |method, path: String, body, fields| Operation { method, path, body, fields };
    let operations = vec![
        operation(
            "POST",
            "/api/auth/login".to_owned(),
            || json!({"username": "ada", "role": "ADOPTER"}),
            &[
                ("username", Text(100)),
                ("role", Word),
                ("courtAssignment", Word),
                ("organisationId", Text(100)),
                ("returnUrl", Ignored),
            ],
        ),
        operation(
            "POST",
            "/api/cases".to_owned(),
            || json!({"caseType": "AGENCY_ADOPTION"}),
            &[("caseType", Word), DETAILS[0], DETAILS[1], DETAILS[2], DETAILS[3], ("nextHearing", Word)],
        ),
        operation(
            "PATCH",
            path.clone(),
            || json!({"nextHearing": null}),
            &[DETAILS[0], DETAILS[1], DETAILS[2], DETAILS[3], ("nextHearing", Word)],
        ),
        operation(
            "POST",
            format!("{path}/assignments"),
            || json!({"userId": unique("user"), "assignmentType": "JUDICIAL"}),
            &[("userId", Text(100)), ("assignmentType", Word)],
        ),
        operation(
            "POST",
            format!("{path}/organisations"),
            || json!({"organisationId": unique("org"), "organisationType": "LOCAL_AUTHORITY"}),
            &[("organisationId", Text(100)), ("organisationType", Word)],
        ),
    ];
    Target { stage, officer, operations }
}

impl Target {
    /// Attacks every field of every operation.
    fn each_field(&self, attack: impl Fn(&Operation, &str, Kind)) {
        for operation in &self.operations {
            for (field, kind) in operation.fields {
                attack(operation, field, *kind);
            }
            self.is_well();
        }
    }

    fn send(&self, operation: &Operation, field: &str, value: Value) -> Answer {
        let mut body = (operation.body)();
        body[field] = value;
        self.request(operation).json(&body).send()
    }

    /// With a value that no JSON library would write.
    fn send_raw(&self, operation: &Operation, field: &str, value: &str) -> Answer {
        let mut body = (operation.body)();
        body[field] = json!("@@");
        self.request(operation).json_text(body.to_string().replace("\"@@\"", value)).send()
    }

    fn request(&self, operation: &Operation) -> Request {
        // A login must not end the officer's session.
        let client = if operation.path.ends_with("login") { &self.stage.visitor() } else { &self.officer };
        client.request(operation.method, &operation.path)
    }

    #[track_caller]
    fn is_well(&self) {
        let health = self.stage.visitor().get("/api/health").succeeded(200);
        assert_eq!(health["status"], "healthy");
        self.officer.get("/api/protected").succeeded(200);
    }
}

#[test]
fn nul_is_refused_everywhere() {
    let target = target();
    for text in ["\0", "a\0b", "AGENCY_ADOPTION\0"] {
        target.each_field(|operation, field, _| {
            target.send(operation, field, json!(text)).refused_field(field);
        });
    }
}

#[test]
fn a_value_of_another_type_is_refused_everywhere() {
    let target = target();
    for value in
        [json!(17), json!(1.5), json!(true), json!([]), json!(["x"]), json!({}), json!({"a": {"b": [null]}})]
    {
        target.each_field(|operation, field, _| {
            target.send(operation, field, value.clone()).refused_field(field);
        });
    }
}

#[test]
fn a_text_of_exactly_its_limit_is_kept_and_one_character_more_refused() {
    let target = target();
    target.each_field(|operation, field, kind| {
        let Text(limit) = kind else { return };
        for letter in ["x", "é", "🏛"] {
            let longest = letter.repeat(limit);
            target.send(operation, field, json!(format!("{longest}x"))).refused_field(field);
            let answer = target.send(operation, field, json!(longest));
            assert!(answer.status < 300, "{} {field}: {}", operation.path, answer.text);
        }
    });
}

#[test]
fn a_hundred_thousand_characters_are_refused_everywhere() {
    let target = target();
    let endless = "x".repeat(100_000);
    target.each_field(|operation, field, kind| {
        let answer = target.send(operation, field, json!(endless));
        if kind == Ignored {
            assert_eq!(answer.succeeded(200)["redirectUrl"], "/my-cases");
        } else {
            answer.refused_field(field);
        }
    });
}

#[test]
fn half_a_surrogate_pair_is_refused_everywhere() {
    let target = target();
    for text in [r#""\ud800""#, r#""a\udc00b""#, r#""\ud800\ud800""#] {
        target.each_field(|operation, field, _| {
            target.send_raw(operation, field, text).refused(400, "VALIDATION_ERROR");
        });
    }
}

#[test]
fn sql_and_scripts_are_kept_literally() {
    let target = target();
    for text in [
        "'; drop table core.cases; --",
        "\" or 1=1 --",
        "$$; select pg_sleep(5); $$",
        "\\'; commit; --",
        "%s%n%x",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "{{7*7}}",
        "a\\u0000b",
    ] {
        target.each_field(|operation, field, kind| {
            // A user or an organisation can be tied to a case only once.
            let text =
                if matches!(field, "userId" | "organisationId") { unique(text) } else { text.to_owned() };
            let answer = target.send(operation, field, json!(text));
            match kind {
                Word => {
                    answer.refused_field(field);
                }
                Ignored => assert_eq!(answer.succeeded(200)["redirectUrl"], "/my-cases"),
                Text(_) => {
                    assert!(answer.status < 300, "{} {field}: {}", operation.path, answer.text);
                    let kept = answer.json.get(field).unwrap_or(&answer.json["user"][field]);
                    assert_eq!(*kept, text, "{} {field}", operation.path);
                }
            }
        });
    }
    let tables = target.stage.database().count(
        "select count(*) from pg_tables where schemaname in ('core', 'audit', 'auth') and tablename in ('cases', 'entries', 'sessions')",
        &[],
    );
    assert_eq!(tables, 3);
}

/// Forbidden in names.
fn nobody_sees(character: char) -> bool {
    let hidden =
        matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{e0000}'..='\u{e0fff}');
    hidden || character.is_control()
}

#[test]
fn text_in_any_script_comes_back_intact() {
    let target = target();
    for text in [
        "مرحبا بالعالم",
        "שלום",
        "\u{202e}gnp.exe",
        "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "e\u{301}",
        "İstanbul ẞ",
        "\u{1}\u{1f}\u{7f}",
        "\u{fffd}\u{ffff}",
        "line\r\nline\tend",
        "a\u{200b}b",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        "\\n\\u0041",
    ] {
        target.each_field(|operation, field, kind| {
            let Text(_) = kind else { return };
            let is_name = matches!(field, "userId" | "organisationId" | "username");
            let text =
                if matches!(field, "userId" | "organisationId") { unique(text) } else { text.to_owned() };
            let answer = target.send(operation, field, json!(text));
            if is_name && text.contains(nobody_sees) {
                answer.refused_field(field);
                return;
            }
            let text = if is_name { text.replace("e\u{301}", "é") } else { text };
            assert!(answer.status < 300, "{} {field} {text:?}: {}", operation.path, answer.text);
            let kept = answer.json.get(field).unwrap_or(&answer.json["user"][field]);
            assert_eq!(*kept, text, "{} {field}", operation.path);
        });
    }
    let id = id_of(&target.officer.create_case_with(json!({"notes": "👩‍👩‍👧‍👦 \u{202e}x"}))).to_owned();
    assert_eq!(target.officer.read_case(&id)["notes"], "👩‍👩‍👧‍👦 \u{202e}x");
}

#[test]
fn hostile_reasons_do_no_harm() {
    let target = target();
    let case = target.officer.create_case();
    let path = format!("/api/cases/{}/status", id_of(&case));
    for field in ["reason", "notes"] {
        for value in [json!(17), json!([]), json!({}), json!(true), json!("\0"), json!("x".repeat(100_000))] {
            let refusal = target.officer.patch(&path, json!({"status": "ON_HOLD", field: value}));
            let named = refusal.json["field"].clone();
            refusal.refused(400, "VALIDATION_ERROR");
            assert!(named == field || named == "reason", "{named}");
        }
    }
    for value in [json!(17), json!([]), json!({}), json!(true), json!("\0")] {
        target.officer.patch(&path, json!({"status": value})).refused_field("status");
    }
    let long = json!({"status": "x".repeat(100_000)});
    target.officer.patch(&path, long).refused(400, "INVALID_TRANSITION");
    assert_eq!(target.officer.read_case(id_of(&case))["version"], 1);
    let sql = "'; update core.cases set status = 'ORDER_GRANTED'; --";
    let held = target.officer.patch(&path, json!({"status": "ON_HOLD", "reason": sql})).succeeded(200);
    assert_eq!((&held["statusReason"], &held["status"]), (&json!(sql), &json!("ON_HOLD")));
    target.is_well();
}

#[test]
fn a_version_is_a_whole_number_that_a_case_can_have() {
    let target = target();
    let case = target.officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    for number in [
        "2147483648",
        "9223372036854775808",
        "1e400",
        "1.5",
        "1e0",
        "\"1\"",
        "true",
        "[1]",
        "{}",
        "\"\"",
        "-2147483649",
        "00",
        "0x1",
    ] {
        for (path, rest) in
            [(path.clone(), "\"notes\": \"x\""), (format!("{path}/status"), "\"status\": \"DIRECTIONS\"")]
        {
            let body = format!("{{\"version\": {number}, {rest}}}");
            let refusal = target.officer.request("PATCH", &path).json_text(body).send();
            let named = refusal.json["field"].clone();
            refusal.refused(400, "VALIDATION_ERROR");
            assert!(named == "version" || named == "body", "{number}: {named}");
        }
    }
    for number in [-1, 0, 2, 2_147_483_647, -2_147_483_648] {
        let refusal =
            target.officer.patch(&path, json!({"version": number, "notes": "x"})).refused(409, "CONFLICT");
        assert_eq!(refusal["currentVersion"], 1);
    }
    assert_eq!(target.officer.read_case(id_of(&case))["version"], 1);
}

#[test]
fn json_that_is_deep_or_says_things_twice_does_no_harm() {
    let target = target();
    let post = |body: String| target.officer.request("POST", "/api/cases").json_text(body).send();
    for depth in [200, 10_000, 500_000] {
        let open = "[".repeat(depth);
        post(format!("{{\"caseType\": \"AGENCY_ADOPTION\", \"extra\": {open}"))
            .refused(400, "VALIDATION_ERROR");
        let deep = format!("{{\"caseType\": \"AGENCY_ADOPTION\", \"extra\": {open}{}}}", "]".repeat(depth));
        post(deep).refused(400, "VALIDATION_ERROR");
        post("{\"a\":".repeat(depth / 5)).refused(400, "VALIDATION_ERROR");
    }
    let twice =
        post(r#"{"caseType": "NONE", "caseType": "AGENCY_ADOPTION", "notes": "1", "notes": "2"}"#.to_owned());
    assert!(twice.status == 201 || twice.status == 400, "{}", twice.text);
    let many: Vec<_> = (0..20_000).map(|number| format!("\"field{number}\": {number}")).collect();
    post(format!("{{\"caseType\": \"AGENCY_ADOPTION\", {}}}", many.join(","))).succeeded(201);
    post(r#"{"caseType": "AGENCY_ADOPTION", "extra": 1e999999}"#.to_owned()).refused(400, "VALIDATION_ERROR");
    post(r#"{"caseType": "AGENCY_ADOPTION", "__proto__": {"x": 1}, "": 2}"#.to_owned()).succeeded(201);
    target.is_well();
}

#[test]
fn a_field_that_the_database_knows_but_the_api_does_not_is_ignored() {
    let target = target();
    let case = target.officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    let body = json!({
        "case_id": "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061", "created_by": "me", "createdBy": "me", "version": 1,
        "court_code": "BFC", "deleted_at": "2026-01-01", "internal_notes": "x", "status": "ORDER_GRANTED",
    });
    assert_eq!(target.officer.patch(&path, body).succeeded(200), case);
}

#[test]
fn every_role_may_be_attacked_with() {
    let target = target();
    for role in ROLES {
        let mut client = target.stage.visitor();
        let fields = json!({"username": "'; drop table auth.sessions; --", "role": role, "organisationId": "' or ''='"});
        client.log_in(fields).succeeded(200);
        assert_eq!(client.get("/api/cases").succeeded(200)["cases"], json!([]), "{role}");
    }
}
