//! Somebody with the password of the server's login changes settings for all who connect by it.

use std::{thread, time::Duration};

use serde_json::json;

use crate::support::{Client, Cluster, Server, documents_of, free_port, id_of, run, workshop::until};

const TEST: [(&str, &str); 2] = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock")];

/// Each dangerous change, and how to undo it.
const DANGEROUS: [(&str, &str); 8] = [
    ("role casefile_api set search_path = 'evil'", "role casefile_api reset search_path"),
    ("role casefile_api set role = 'adopter'", "role casefile_api reset role"),
    (
        "role casefile_api in database adoption set row_security = off",
        "role casefile_api in database adoption reset row_security",
    ),
    (
        "database adoption set session_preload_libraries = 'evil'",
        "database adoption reset session_preload_libraries",
    ),
    ("role all set casefile.user_id = 'judge.one'", "role all reset casefile.user_id"),
    ("role casefile_api set timezone = 'Asia/Kolkata'", "role casefile_api set TimeZone = 'UTC'"),
    ("role adopter bypassrls", "role adopter nosuperuser nobypassrls"),
    ("role casefile_api superuser", "role casefile_api nosuperuser nobypassrls"),
];

#[test]
fn a_server_whose_login_was_altered_is_not_ready_and_says_what_to_do() {
    let cluster = Cluster::new();
    let port = free_port();
    let admin = port.to_string();
    let environment = [&TEST[..], &[("ADMIN_PORT", admin.as_str())]].concat();
    let server = Server::start_with(&cluster.url(), &environment);
    let admin = Client::of(port);
    let ready = || admin.request("GET", "/ready").run();
    let mut superuser = cluster.superuser();
    for (deed, undoing) in DANGEROUS {
        superuser.batch_execute(&format!("alter {deed}")).unwrap();
        until(deed, || ready().status == 503);
        let reason = ready().json["reason"].as_str().unwrap_or_default().to_owned();
        assert!(reason.contains(&format!("alter {undoing}.")), "{deed}: {reason}");
        superuser.batch_execute(&format!("alter {undoing}")).unwrap();
        until(undoing, || ready().status == 200);
    }

    // The log and casefile check report harmless changes.
    let harmless = "alter role casefile_api set statement_timeout = '0'; alter role casefile_api reset jit";
    superuser.batch_execute(harmless).unwrap();
    until("the log tells", || {
        _ = ready();
        let log = server.log();
        log.contains("alter role casefile_api set statement_timeout = '1500ms'")
            && log.contains("lacks the setting jit")
    });
    assert_eq!(ready().status, 200);
    let (url, documents) = (cluster.url(), format!("file://{}", documents_of(&cluster.url()).display()));
    let environment =
        [("APP_ENV", "TEST"), ("DATABASE_URL", url.as_str()), ("DOCUMENT_STORE_URL", documents.as_str())];
    let (output, _) = run(&["check"], &environment);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && said.contains("The setting statement_timeout of role casefile_api"),
        "{said}"
    );
}

#[test]
fn the_server_s_timeouts_apply_even_if_the_login_was_altered() {
    let cluster = Cluster::new();
    let mut superuser = cluster.superuser();
    superuser
        .batch_execute(
            "alter role casefile_api set statement_timeout = 0; alter role casefile_api set lock_timeout = 0;
             alter role casefile_api set idle_in_transaction_session_timeout = 0",
        )
        .unwrap();
    let server = Server::start_with(&cluster.url(), &TEST);
    let officer = server.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let mut lock = superuser.transaction().unwrap();
    lock.batch_execute("select from core.cases for update").unwrap();
    officer.patch(&path, json!({"notes": "n"})).refused(503, "UNAVAILABLE");
    assert!(server.log().contains("55P03"), "the lock is waited for as long as the server says");
    lock.rollback().unwrap();
    thread::sleep(Duration::from_millis(100));
    assert_eq!(officer.get(&path).succeeded(200)["version"], 1);
}
