//! The documentation says what the server does, and needs nobody else for it. The client of these tests checks that
//! every answer is documented, with all its fields.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{
    Stage,
    document::{openapi, operations, resolve},
    run,
};

#[test]
fn the_committed_document_is_what_the_server_serves_and_prints() {
    let stage = Stage::new();
    let answer = stage.visitor().get("/openapi.json");
    assert!(answer.header("Content-Type").unwrap().starts_with("application/json"));
    let says = "differs from openapi/openapi.json: run scripts/gen-openapi";
    assert!(answer.succeeded(200) == *openapi(), "what the server serves {says}");
    let (output, _) = run(&["openapi"], &[]);
    assert!(output.status.success());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(printed == *openapi(), "what the server prints {says}");
}

#[test]
fn every_operation_has_a_name_a_summary_a_description_and_examples() {
    assert_eq!(operations().len(), 37);
    for operation in operations() {
        let id = &operation.id;
        let definition = operation.definition;
        assert!(!id.is_empty(), "{} {}", operation.method, operation.path);
        for text in ["summary", "description"] {
            assert!(definition[text].as_str().is_some_and(|text| text.len() > 5), "{id} has no {text}");
        }
        for (status, answer) in operation.responses() {
            let is_described = answer["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(is_described || status.starts_with('2'), "{id} {status} is not described");
            if !matches!(status, "302" | "304") {
                assert_has_example(&format!("{id} {status}"), &answer["content"]);
            }
        }
        if matches!(operation.method.as_str(), "POST" | "PATCH") && id != "log_out" {
            assert_has_example(id, &definition["requestBody"]["content"]);
        }
        for parameter in operation.parameters() {
            assert!(parameter["description"].is_string(), "{id}: {} is not described", parameter["name"]);
        }
    }
}

#[track_caller]
fn assert_has_example(place: &str, content: &'static Value) {
    let kind = content.as_object().and_then(|kinds| kinds.values().next());
    let kind = kind.unwrap_or_else(|| panic!("{place} documents no content"));
    let has_example = !kind["example"].is_null() || !resolve(&kind["schema"])["example"].is_null();
    assert!(has_example, "{place} has no example");
}

#[test]
fn every_operation_tells_its_refusals() {
    let untroubled = ["get_public_health", "get_live", "get_site_access"];
    let open = [
        "start_log_in",
        "log_in_with_claims",
        "log_in",
        "log_out",
        "log_out_provider",
        "get_session",
        "get_health",
        "get_ready",
        "list_courts",
        "get_reference",
    ];
    for operation in operations() {
        let answers = operation.definition["responses"].as_object().unwrap();
        let tells = |status: &str| answers.contains_key(status);
        let id = operation.id.as_str();
        if untroubled.contains(&id) {
            continue;
        }
        assert!(tells("429") && tells("500") && tells("503"), "{id}");
        if !open.contains(&id) {
            assert!(tells("401"), "{id}");
            assert_ne!(
                operation.definition["security"],
                json!([]),
                "{id} does not say that it needs a session"
            );
        }
        if operation.path.contains("{id}") {
            assert!(tells("400") && tells("403") && tells("404"), "{id}");
        }
        if !operation.definition["requestBody"].is_null() {
            assert!(tells("400") && tells("413") && tells("415"), "{id}");
        }
    }
}

#[test]
fn the_closed_sets_of_words_are_those_of_the_database() {
    let stage = Stage::new();
    let rows = stage
        .database()
        .superuser()
        .query(
            "select t.typname::text, array_agg(e.enumlabel::text order by e.enumsortorder)
             from pg_enum as e join pg_type as t on t.oid = e.enumtypid
             where t.oid <> 'audit.journal'::regtype -- of which the API tells nothing
             group by 1",
            &[],
        )
        .unwrap();
    let in_database: BTreeMap<String, Vec<String>> =
        rows.iter().map(|row| (camel_case(row.get(0)), row.get(1))).collect();
    assert!(in_database.len() >= 6, "{in_database:?}");

    let schemas = openapi()["components"]["schemas"].as_object().unwrap();
    for (name, words) in &in_database {
        // The action's name alone would say too little outside of its schema.
        let documented = if name == "Action" { "AuditAction" } else { name };
        assert_eq!(schemas[documented]["enum"], Value::from(words.clone()), "{name}");
    }
    let others: Vec<_> = schemas
        .iter()
        .filter(|(name, schema)| schema.get("enum").is_some() && name.trim_start_matches("Audit") != "Action")
        .filter(|(name, _)| !in_database.contains_key(*name))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        others,
        [
            "ActorRole",
            "Attention",
            "AuthMode",
            "DatabaseState",
            "DocumentType",
            "ErrorCode",
            "ErrorReason",
            "FieldErrorCode",
            "HealthStatus",
            "Side",
            "SortBy",
            "SortOrder"
        ],
        "sets that the database keeps as text, or in a table"
    );
    let types = "select value from core.document_types order by place";
    let rows = stage.database().superuser().query(types, &[]).unwrap();
    let types: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(schemas["DocumentType"]["enum"], Value::from(types));
}

#[test]
fn a_download_has_a_type_of_the_files_that_are_allowed() {
    let stage = Stage::new();
    let types = "select distinct mime_type from core.file_types order by 1";
    let rows = stage.database().superuser().query(types, &[]).unwrap();
    let allowed: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let download = operations().iter().find(|operation| operation.id == "download_document").unwrap();
    for (status, answer) in download.responses().filter(|(status, _)| status.starts_with('2')) {
        let content = answer["content"].as_object().unwrap();
        let mut documented: Vec<&String> = content.keys().collect();
        documented.sort();
        assert_eq!(documented, allowed.iter().collect::<Vec<_>>(), "{status}");
        for of_type in content.values() {
            assert_eq!(
                (&of_type["schema"]["type"], &of_type["schema"]["format"]),
                (&json!("string"), &json!("binary"))
            );
        }
    }
}

fn camel_case(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[test]
fn a_command_ends_quietly_when_nobody_reads_its_output() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casefile"));
    let mut child = command.arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(141), String::new()));
}
