//! One name all the way: operation, Rust method, SQL function, source file, test file.

use std::{collections::BTreeSet, fs, path::Path};

use casefile::reason::Reason;

use crate::support::{
    Stage,
    document::{openapi, operations},
};

type Names = BTreeSet<String>;

/// Operations of schema auth: they come before there is a caller.
const OF_SESSIONS: [&str; 6] =
    ["log_in", "log_in_with_claims", "log_out", "log_out_provider", "get_session", "change_membership"];
/// Operations of schema api that need no caller: the server calls them itself.
const FOR_ANYBODY: [&str; 2] = ["get_reference", "list_courts"];
/// Operations that call no function.
const WITHOUT_FUNCTION: [&str; 7] = [
    "get_health",
    "get_live",
    "get_public_health",
    "get_ready",
    "get_site_access",
    "start_log_in",
    "upload_documents",
];
/// Functions that are the later steps of an operation, or stand around one that writes.
const LATER_STEPS: [&str; 5] =
    ["claim_key", "complete_upload", "fail_upload", "keep_answer", "report_damage"];
/// Files of these tests that are about no single operation.
const ACROSS_OPERATIONS: [&str; 66] = [
    "after_restore",
    "alerts",
    "altered_login",
    "arrows",
    "audit_anchor",
    "audit_prove",
    "audit_verify",
    "azure",
    "bearers",
    "client_address",
    "compression",
    "connection_attacks",
    "container",
    "cross_site",
    "database_tls",
    "deadlines",
    "directory",
    "document_content",
    "document_crashes",
    "document_names",
    "document_races",
    "document_reach",
    "documentation",
    "entity_tags",
    "failures",
    "faults",
    "fsck",
    "guide",
    "hosts",
    "idempotency",
    "idempotent_uploads",
    "input_attacks",
    "limits",
    "logs",
    "lost_answers",
    "lost_standby",
    "main",
    "methods",
    "metrics",
    "migrate",
    "migrate_explain",
    "migrate_locks",
    "migrate_logins",
    "names",
    "newer_database",
    "overload",
    "paging",
    "pgbouncer",
    "races",
    "rate_limits",
    "reach",
    "reading",
    "redaction",
    "replicas",
    "requests",
    "restart",
    "retries",
    "scanning",
    "secrets",
    "security",
    "shutdown",
    "sign_in_races",
    "startup",
    "units",
    "worker",
    "worker_crashes",
];
/// Only the worker hears of it, so it has no reason.
const OF_THE_WORKER: &str = "JCLEA";

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Names {
    names.into_iter().map(str::to_owned).collect()
}

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The names of a folder's files, without their endings.
fn stems(folder: &str) -> Names {
    let entries = fs::read_dir(root(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn documented() -> Names {
    operations().iter().map(|operation| operation.id.clone()).collect()
}

fn documented_with_function() -> Names {
    &documented() - &names(WITHOUT_FUNCTION)
}

#[test]
fn every_operation_is_a_function_of_the_database_and_every_such_function_an_operation() {
    let stage = Stage::new();
    let sql = "select p.proname::text, n.nspname::text from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname = 'api' or (n.nspname = 'auth' and p.proname = any ($1))";
    let rows = stage.database().superuser().query(sql, &[&&OF_SESSIONS[..]]).unwrap();
    let functions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let unique: Names = functions.iter().cloned().collect();
    assert_eq!(functions.len(), unique.len(), "one function for each name");
    assert_eq!(unique, &documented_with_function() | &names(LATER_STEPS));
}

#[test]
fn every_operation_has_its_source_file_and_its_pgtap_file() {
    for folder in ["db/functions", "tests/db/functions"] {
        let mut files = stems(&format!("{folder}/api"));
        let of_sessions = stems(&format!("{folder}/auth"));
        for name in OF_SESSIONS {
            assert!(of_sessions.contains(name), "{folder}/auth lacks {name}");
            files.insert(name.to_owned());
        }
        assert_eq!(files, &documented_with_function() | &names(LATER_STEPS), "{folder}");
    }
}

#[test]
fn every_operation_has_its_file_among_these_tests() {
    assert_eq!(&stems("tests/api") - &names(ACROSS_OPERATIONS), documented());
    let main = fs::read_to_string(root("tests/api/main.rs")).unwrap();
    for file in stems("tests/api").iter().filter(|file| *file != "main") {
        assert!(main.contains(&format!("\nmod {file};\n")), "{file} is not run");
    }
}

#[test]
fn every_operation_is_a_method_in_a_file_of_that_name() {
    assert_eq!(&stems("src/http/api") - &names(["mod"]), documented());
    for id in documented() {
        let source = fs::read_to_string(root(&format!("src/http/api/{id}.rs"))).unwrap();
        let stated: Vec<&str> = source.split("operation_id = \"").skip(1).collect();
        let [stated] = stated[..] else { panic!("{id}.rs has {} operations", stated.len()) };
        assert!(stated.starts_with(&format!("{id}\"")), "{id}.rs");
        let method = stated.split("async fn ").nth(1).unwrap().split('(').next().unwrap();
        assert_eq!(method, id);
    }
}

#[test]
fn every_operation_calls_the_function_of_its_name() {
    for id in documented_with_function() {
        let schema = match id.as_str() {
            id if OF_SESSIONS.contains(&id) => "auth",
            id if FOR_ANYBODY.contains(&id) => "api",
            _ => "request",
        };
        let file = match id.as_str() {
            // The first request of a program with a new token does it as well.
            "log_in_with_claims" => "src/db/opening.rs".to_owned(),
            _ => format!("src/http/api/{id}.rs"),
        };
        let source = fs::read_to_string(root(&file)).unwrap();
        assert!(source.contains(&format!("\"{schema}.{id}\"")), "{id}");
    }
}

#[test]
fn every_error_code_is_raised_registered_and_answered() {
    let stage = Stage::new();
    let sql = "select distinct c.code[1] from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace,
        regexp_matches(p.prosrc, '''(JC[A-Z0-9]{3})''', 'g') as c (code)
        where n.nspname in ('api', 'core', 'audit', 'auth', 'worker')";
    let rows = stage.database().superuser().query(sql, &[]).unwrap();
    let raised: Names = rows.iter().map(|row| row.get(0)).collect();
    assert!(raised.len() > 5, "{raised:?}");

    let answered = Reason::ALL.iter().flat_map(|reason| reason.sqlstates()).copied();
    let answered: Names = answered.filter(|code| code.starts_with("JC")).map(str::to_owned).collect();
    assert_eq!(raised, &answered | &names([OF_THE_WORKER]), "raised, and in src/reason.rs");
}

#[test]
fn every_reason_is_one_that_the_server_or_the_database_gives() {
    let stage = Stage::new();
    let sql =
        "select string_agg(p.prosrc, ' ') from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname in ('api', 'core', 'audit', 'auth')";
    let database: String = stage.database().superuser().query_one(sql, &[]).unwrap().get(0);
    let server = sources("src");
    for reason in Reason::ALL {
        let raised = reason.sqlstates().iter().any(|sqlstate| {
            Reason::of_sqlstate(sqlstate) == Some(*reason)
                && (!sqlstate.starts_with("JC") || database.contains(sqlstate))
        });
        let word = reason.word();
        let given = database.contains(&format!("\"{word}\"")) || database.contains(&format!("'{word}'"));
        assert!(raised || given || server.contains(&format!("Reason::{reason:?}")), "nothing gives {word}");
    }
    for given in database.split("\"reason\": \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(
            Reason::of_word(given).is_some(),
            "the database gives {given}, which is not in src/reason.rs"
        );
    }
}

fn sources(folder: &str) -> String {
    let entries = fs::read_dir(root(folder)).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(
            |path| {
                if path.is_dir() {
                    sources(path.to_str().unwrap())
                } else {
                    fs::read_to_string(path).unwrap()
                }
            },
        )
        .collect()
}

#[test]
fn the_database_names_faults_of_fields_in_documented_words() {
    let stage = Stage::new();
    let sql = "select distinct m[1] from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace,
        regexp_matches(p.prosrc, 'row\\([^()]*?''([A-Z]+(?:_[A-Z]+)*)'', [^)]*\\)(?:\\)|::core.field_error)', 'g') as m
        where n.nspname in ('api', 'core', 'audit', 'auth')";
    let rows = stage.database().superuser().query(sql, &[]).unwrap();
    let given: Names = rows.iter().map(|row| row.get(0)).collect();
    assert!(given.len() > 8, "{given:?}");
    let words = openapi()["components"]["schemas"]["FieldErrorCode"]["enum"].as_array().unwrap();
    let documented: Names = words.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    assert!(given.is_subset(&documented), "{given:?} of {documented:?}");
}

#[test]
fn the_table_of_errors_in_the_readme_is_that_of_the_register() {
    let readme = fs::read_to_string(root("db/README.md")).unwrap();
    let rows = readme.split("\n## Errors\n").nth(1).unwrap().split("\n## ").next().unwrap().lines();
    let mut told = BTreeSet::new();
    for row in rows.filter(|row| row.starts_with("| `")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let words = cells[2].split('`').filter(|word| Reason::of_word(word).is_some());
        let sqlstate = cells[1].split('`').nth(1).unwrap();
        told.extend(words.map(|word| (sqlstate.to_owned(), word.to_owned())));
    }
    let known = Reason::ALL.iter().flat_map(|reason| {
        reason.sqlstates().iter().map(|sqlstate| ((*sqlstate).to_owned(), reason.word().to_owned()))
    });
    assert_eq!(
        told,
        known.collect::<BTreeSet<_>>(),
        "the section \"Errors\" of db/README.md, and src/reason.rs"
    );
}
