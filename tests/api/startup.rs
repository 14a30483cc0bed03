//! The server starts whole or not at all, and stops without dropping anything.

use std::{
    net::{TcpListener, TcpStream},
    process::Output,
    thread,
    time::Duration,
};

use serde_json::json;

use crate::support::{Cluster, Database, Server, free_port, id_of, run, scripts_db, with_database};

/// Both commands exit in time and unsuccessfully, and say why in one line that holds these words.
#[track_caller]
fn refuses(environment: &[(&str, &str)], words: &[&str]) {
    refuses_as("check", environment, words);
    refuses_as("serve", environment, words);
}

#[track_caller]
fn refuses_as(command: &str, environment: &[(&str, &str)], words: &[&str]) {
    // The last value of a variable counts.
    let environment = &[&[("APP_ENV", "TEST")], environment].concat();
    let (output, took) = run(&[command], environment);
    assert!(!output.status.success(), "{command} with {environment:?} succeeded");
    assert!(took < Duration::from_secs(10), "{command} took {took:?}");
    let said = said(&output);
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    for word in words {
        assert!(said.contains(word), "{command} does not name {word}: {said}");
    }
    for (name, value) in environment.iter().filter(|(name, _)| name.ends_with("DATABASE_URL")) {
        if let Some(password) = value.split(['/', ':', '@']).nth(4) {
            assert!(
                password.len() < 4 || !said.contains(password),
                "{command} prints the password of {name}: {said}"
            );
        }
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const GOOD: (&str, &str) = ("DATABASE_URL", "postgresql://casefile_api:hushhush@127.0.0.1:1/adoption");
/// Documents are kept there in production, too.
const STORE: (&str, &str) =
    ("DOCUMENT_STORE_URL", concat!("file://", env!("CARGO_TARGET_TMPDIR"), "/documents/startup"));

#[test]
fn a_server_without_app_env_does_not_start() {
    for command in ["check", "serve", "worker"] {
        let (output, _) = run(&[command], &[GOOD]);
        assert!(!output.status.success());
        assert!(said(&output).contains("APP_ENV is not set"), "{}", said(&output));
    }
}

#[test]
fn a_local_server_needs_a_database_on_this_machine() {
    let elsewhere = ("DATABASE_URL", "postgresql://u:hushhush@no-such-host.invalid/db");
    refuses(&[("APP_ENV", "LOCAL"), elsewhere], &["DATABASE_URL", "LOCAL_DATABASE_ELSEWHERE"]);
    refuses(
        &[("APP_ENV", "LOCAL"), elsewhere, ("LOCAL_DATABASE_ELSEWHERE", "yes")],
        &["no-such-host.invalid"],
    );
}

#[test]
fn an_unknown_environment_is_refused() {
    for name in ["STAGING", "local", "PROD "] {
        refuses(&[("APP_ENV", name), GOOD], &["APP_ENV"]);
    }
}

#[test]
fn a_missing_variable_is_named() {
    for name in ["DEV", "TEST", "PROD"] {
        refuses(&[("APP_ENV", name)], &[&format!("{name}_DATABASE_URL")]);
    }
    // Another environment's URL is no help.
    refuses(&[("APP_ENV", "PROD"), ("DEV_DATABASE_URL", GOOD.1)], &["PROD_DATABASE_URL"]);
}

#[test]
fn a_malformed_url_is_named_but_not_printed() {
    for url in [
        "nonsense",
        "postgresql://u:hushhush@host:port/db",
        "http://u:hushhush@host/db",
        "postgresql://u:hushhush@",
        "postgresql://u:hush%zzhush@host/db",
        "postgresql://u:hushhush@h/db?nonsense=1",
    ] {
        refuses(&[("DATABASE_URL", url)], &["DATABASE_URL"]);
    }
    refuses(&[("APP_ENV", "TEST"), ("TEST_DATABASE_URL", "nonsense")], &["TEST_DATABASE_URL"]);
}

#[test]
fn a_database_server_that_is_not_there_is_named() {
    refuses(&[GOOD], &["127.0.0.1:1", "DATABASE_URL"]);
    refuses(&[("DATABASE_URL", "postgresql://u:hushhush@no-such-host.invalid/db")], &["DATABASE_URL"]);
}

#[test]
fn a_database_server_that_does_not_answer_is_given_up() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("postgresql://u:hushhush@127.0.0.1:{port}/db");
    refuses_as("serve", &[("DATABASE_URL", &url)], &["DATABASE_URL"]);
}

#[test]
fn a_wrong_password_or_an_unknown_login_or_database_is_named() {
    let database = Database::new();
    let (before, after) = database.url.split_once('@').unwrap();
    let user = before.rsplit_once(':').unwrap().0;
    refuses(&[("DATABASE_URL", &format!("{user}:hushhush@{after}"))], &["DATABASE_URL", "casefile_api"]);
    refuses(
        &[("DATABASE_URL", &format!("postgresql://nobody:hushhush@{after}"))],
        &["DATABASE_URL", "nobody"],
    );
    refuses(
        &[("DATABASE_URL", &with_database(&database.url, "no_such_database"))],
        &["DATABASE_URL", "no_such_database"],
    );
}

#[test]
fn a_database_that_lacks_a_migration_is_refused_and_the_migration_named() {
    let database = Database::new();
    let last: String = database
        .superuser()
        .query_one("delete from schema_migrations where version = (select max(version) from schema_migrations) returning version", &[])
        .unwrap()
        .get(0);
    refuses(&[("DATABASE_URL", &database.url)], &[&last]);
    let first: String = database
        .superuser()
        .query_one("delete from schema_migrations where version = (select min(version) from schema_migrations) returning version", &[])
        .unwrap()
        .get(0);
    refuses(&[("DATABASE_URL", &database.url)], &[&first]);
    database.execute("delete from schema_migrations");
    refuses(&[("DATABASE_URL", &database.url)], &[&first, "scripts/migrate"]);
}

#[test]
fn a_database_that_was_never_migrated_is_refused() {
    let database = Database::new();
    database.execute("drop table schema_migrations");
    refuses(&[("DATABASE_URL", &database.url)], &["migrations", "scripts/migrate"]);
}

#[test]
fn a_database_that_another_login_has_migrated_is_refused_and_what_it_made_is_named() {
    let database = Database::new();
    for (thing, owner) in [
        ("function core.lock_case(uuid,integer,integer[])", "postgres"),
        ("type core.case_status", "casefile_migrator"),
        ("table core.courts", "postgres"),
        ("schema auth", "postgres"),
    ] {
        database.execute(&format!("alter {thing} owner to {owner}"));
        let name = thing.split('(').next().unwrap();
        refuses(&[("DATABASE_URL", &database.url)], &[name, owner, "casefile_owner", "scripts/migrate"]);
    }
    // Each message says how to undo it.
    for _ in 0..4 {
        let (output, _) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", &database.url)]);
        let said = said(&output);
        let (_, remedy) = said.trim().split_once("administrator: ").unwrap();
        database.execute(remedy.trim_end_matches('.'));
    }
    let (output, _) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", &database.url)]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn an_owner_whom_row_level_security_does_not_bind_is_refused() {
    // Roles are the whole cluster's.
    let cluster = Cluster::with(&[]);
    cluster.db(&["migrate"]);
    let url = cluster.url();
    for attribute in ["bypassrls", "superuser"] {
        let mut superuser = cluster.superuser();
        superuser.batch_execute(&format!("alter role casefile_owner {attribute}")).unwrap();
        refuses(&[("DATABASE_URL", &url)], &["Row-level security", "alter role casefile_owner"]);
        superuser.batch_execute(&format!("alter role casefile_owner no{attribute}")).unwrap();
    }
    let (output, _) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", &url)]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_login_that_cannot_become_the_callers_is_refused() {
    let database = Database::new();
    let name = format!("{}_stranger", database.name);
    database.execute(&format!(
        "create role {name} login password 'hushhush'; grant connect on database {} to {name};
         grant select on schema_migrations to {name}",
        database.name
    ));
    let after = database.url.split_once('@').unwrap().1;
    refuses(
        &[("DATABASE_URL", &format!("postgresql://{name}:hushhush@{after}"))],
        &["DATABASE_URL", "hmcts_case_officer"],
    );
    database.execute(&format!("drop owned by {name}; drop role {name}"));
}

#[test]
fn the_mock_login_is_refused_in_production() {
    let database = Database::new();
    refuses(
        &[("APP_ENV", "PROD"), ("PROD_DATABASE_URL", &database.url), ("AUTH_MODE", "mock")],
        &["AUTH_MODE"],
    );
    refuses(&[("AUTH_MODE", "anything"), ("DATABASE_URL", &database.url)], &["AUTH_MODE"]);
}

#[test]
fn a_port_that_is_none_or_taken_is_refused() {
    let database = Database::new();
    for port in ["http", "70000", "-1", "3001 ", "0x10"] {
        refuses(&[("PORT", port), ("DATABASE_URL", &database.url)], &["PORT"]);
    }
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refuses_as("serve", &[("PORT", &port), ("DATABASE_URL", &database.url)], &["PORT", &port]);
}

#[test]
fn check_succeeds_on_a_good_database_and_leaves_nothing_running() {
    let database = Database::new();
    let port = free_port().to_string();
    for environment in [
        vec![("APP_ENV", "LOCAL"), ("DATABASE_URL", database.url.as_str())],
        vec![("APP_ENV", "TEST"), ("TEST_DATABASE_URL", &database.url), ("PORT", &port)],
        vec![("APP_ENV", "PROD"), ("PROD_DATABASE_URL", &database.url), STORE],
    ] {
        let (output, took) = run(&["check"], &environment);
        assert!(output.status.success(), "{}", said(&output));
        assert!(took < Duration::from_secs(5));
    }
    assert!(TcpStream::connect(("127.0.0.1", port.parse::<u16>().unwrap())).is_err());
}

#[test]
fn a_document_store_that_cannot_be_used_is_refused() {
    let database = Database::new();
    let prod = [("APP_ENV", "PROD"), ("PROD_DATABASE_URL", database.url.as_str())];
    refuses(&prod, &["DOCUMENT_STORE_URL"]);
    for url in [
        "nonsense",
        "folder/documents",
        "file://host/folder",
        "https://example.org/x",
        "file:///dev/null/x",
        "az://container",
    ] {
        refuses(&[prod[0], prod[1], ("DOCUMENT_STORE_URL", url)], &["DOCUMENT_STORE_URL"]);
    }
    refuses(
        &[prod[0], prod[1], STORE, ("TRUSTED_PROXIES", "10.0.0.0/8, proxy")],
        &["TRUSTED_PROXIES", "proxy"],
    );
}

#[test]
fn an_unknown_command_is_refused_and_the_commands_are_told() {
    let (output, _) = run(&["migrate"], &[]);
    assert!(!output.status.success());
    let (output, _) = run(&["--help"], &[]);
    for command in ["serve", "openapi", "check"] {
        assert!(said(&output).contains(command), "{}", said(&output));
    }
}

#[test]
fn each_environment_takes_its_own_url() {
    let database = Database::new();
    for name in ["LOCAL", "DEV", "TEST", "PROD"] {
        let variable = format!("{name}_DATABASE_URL");
        let (output, _) = run(&["check"], &[("APP_ENV", name), (&variable, &database.url), STORE]);
        assert!(output.status.success(), "{name}: {}", said(&output));
        let overridden = [("APP_ENV", name), (&variable, GOOD.1), ("DATABASE_URL", &database.url), STORE];
        let (output, _) = run(&["check"], &overridden);
        assert!(output.status.success(), "DATABASE_URL overrides {variable}: {}", said(&output));
    }
}

#[test]
fn the_login_of_a_developer_s_machine_serves_as_well() {
    let database = Database::new();
    let url = with_database(&scripts_db(&["url", "adoption"], &[]), &database.name);
    let server = Server::start_with(&url, &[("APP_ENV", "LOCAL")]);
    let mut officer = server.client();
    let fields =
        json!({"username": "o", "role": "HMCTS_CASE_OFFICER", "courtAssignment": "Birmingham Family Court"});
    officer.log_in(fields).succeeded(200);
    assert_eq!(officer.create_case()["courtCode"], "BFC");
    officer.request("POST", "/api/auth/logout").send().succeeded(200);
}

#[test]
fn a_server_that_is_told_to_stop_finishes_what_is_in_flight() {
    for signal in ["TERM", "INT"] {
        let database = Database::new();
        let mut server = Server::start(&database.url);
        let mut officer = server.client();
        let fields = json!({"username": "o", "role": "HMCTS_CASE_OFFICER", "courtAssignment": "Birmingham Family Court"});
        officer.log_in(fields).succeeded(200);
        let case = officer.create_case();

        let mut superuser = database.superuser();
        let mut holding = superuser.transaction().unwrap();
        holding.execute("select from core.cases for update", &[]).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| officer.change_status(id_of(&case), "DIRECTIONS"));
            thread::sleep(Duration::from_millis(300));
            server.send_signal(signal);
            thread::sleep(Duration::from_millis(300));
            assert!(!waiting.is_finished());
            let refused = TcpStream::connect(("127.0.0.1", server.port)).is_err();
            assert!(refused, "a server that stops takes nothing new");
            holding.commit().unwrap();
            assert_eq!(waiting.join().unwrap().succeeded(200)["status"], "DIRECTIONS");
        });
        assert_eq!(server.wait(Duration::from_secs(12)).code(), Some(0), "SIG{signal}");
        drop(superuser);
        let left = "select count(*) from pg_stat_activity where datname = $1 and usename = 'casefile_api'";
        // A backend sees a moment later that its client is gone.
        let is_left = |_: &u32| database.count(left, &[&database.name]) > 0;
        let waited = (0..40).take_while(is_left).map(|_| thread::sleep(Duration::from_millis(50))).count();
        assert!(waited < 40, "connections are left");
    }
}

#[test]
fn an_idle_server_stops_at_once() {
    let database = Database::new();
    let mut server = Server::start(&database.url);
    // A connection that is kept alive does not hold it up.
    let idle = server.client();
    idle.get("/api/public/health").succeeded(200);
    server.send_signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(12)).code(), Some(0));
}
