//! scripts/migrate, as a deployment runs it: one at a time, all or nothing of a migration, and in plain words.

use std::{thread, time::Duration};

use crate::support::{
    Cluster, Database, Standby,
    deployment::{Folder, Outcome, Run, known_migrations, migrate, names, state},
    free_port, send_signal, url_of_hosts, with_database,
    workshop::until,
};

const HOLDERS: &str = "select count(*) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())";
const END_HOLDERS: &str =
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())";

#[test]
fn two_deployments_at_once_on_an_empty_database_take_turns() {
    let database = Database::empty();
    let outcomes = [(), ()].map(|()| Run::start(&database.url, &[])).map(Run::end);
    let applied = |outcome: &Outcome| outcome.said.matches("Applying ").count();
    let known = known_migrations().len();
    for outcome in &outcomes {
        outcome.succeeded();
        let first = format!("{}: ", known_migrations()[0]);
        outcome.says(&[if applied(outcome) == 0 { "Nothing to do" } else { &first }]);
    }
    assert_eq!(outcomes.iter().map(applied).sum::<usize>(), known, "each once");
    assert!(outcomes.iter().any(|outcome| applied(outcome) == 0), "not in turns");
    let recorded = database.count("select count(*) from schema_migrations", &[]);
    assert_eq!(usize::try_from(recorded).unwrap(), known);
    until("both have let go", || database.count(HOLDERS, &[]) == 0);
}

#[test]
fn a_deployment_waits_for_another_only_as_long_as_it_is_told() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first (); select pg_sleep(4);");
    let one = folder.start(&database, &[]);
    until("one migrates", || database.count(HOLDERS, &[]) == 1);
    let impatient = folder.start(&database, &["--lock-wait", "1"]).end();
    impatient.failed().says(&["Another deployment", "After 1 s", "Nothing was changed"]);
    let patient = folder.migrate(&database);
    patient.succeeded().says(&["Another deployment", "Nothing to do"]);
    one.end().succeeded().says(&["1_test.sql: "]);
}

#[test]
fn a_broken_migration_leaves_nothing_and_those_before_it_stay() {
    let database = Database::empty();
    let folder = Folder::new()
        .with(1, "create table first ();")
        .with(2, "create table second (); select * from nowhere;")
        .with(3, "create table third ();");
    let outcome = folder.migrate(&database);
    outcome.failed().says(&["1_test.sql: ", "2_test.sql: failed", "nowhere", "rolled back whole"]);
    assert!(!outcome.said.contains("3_test.sql"), "{}", outcome.said);
    assert_eq!(state(&database), (names(&["first"]), names(&["1"])));

    let repaired = folder.with(2, "create table second ();").migrate(&database);
    repaired.succeeded().says(&["2_test.sql: ", "3_test.sql: "]);
    assert!(!repaired.said.contains("1_test.sql"), "{}", repaired.said);
    assert_eq!(state(&database), (names(&["first", "second", "third"]), names(&["1", "2", "3"])));
}

#[test]
fn a_migration_that_would_not_see_the_rows_it_changes_fails() {
    let database = Database::empty();
    let made = "create table first as select 1 as number;
        alter table first enable row level security;
        alter table first force row level security;";
    let folder = Folder::new().with(1, made);
    folder.migrate(&database).succeeded();
    let change = "update first set number = 2;";
    let folder = folder.with(2, change);
    folder.migrate(&database).failed().says(&["row-level security", "no force", "rolled back whole"]);
    let sees = format!(
        "alter table first no force row level security; {change} alter table first force row level security;"
    );
    folder.with(2, &sees).migrate(&database).succeeded();
    assert_eq!(database.count("select count(*) from first where number = 2", &[]), 1);
}

#[test]
fn a_migration_that_comes_late_is_refused() {
    let database = Database::empty();
    let folder = Folder::new().with(2, "create table second ();");
    folder.migrate(&database).succeeded();
    let outcome = folder.with(1, "create table first ();").migrate(&database);
    outcome.failed().says(&["out of order", "Nothing was changed"]);
    assert_eq!(state(&database), (names(&["second"]), names(&["2"])));
}

#[test]
fn a_deployment_that_loses_its_lock_stops_and_leaves_nothing_half_done() {
    let database = Database::empty();
    let folder = Folder::new()
        .with(1, "create table first ();")
        .with(2, "create table second (); select pg_sleep(3);");
    let run = folder.start(&database, &[]);
    let asleep =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    until("it is at the second", || database.count(asleep, &[]) == 1);
    database.execute(END_HOLDERS);
    let outcome = run.end();
    outcome.failed().says(&["2_test.sql: failed", "lost", "rolled back"]);
    assert!(outcome.took < Duration::from_secs(5), "{:?}", outcome.took);
    until("the server has noticed", || database.count(asleep, &[]) == 0);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(state(&database), (names(&["first"]), names(&["1"])));
    folder.migrate(&database).succeeded().says(&["2_test.sql: "]);
}

#[test]
fn a_deployment_that_is_told_to_stop_stops_dbmate_too() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first (); select pg_sleep(3);");
    let run = folder.start(&database, &[]);
    let asleep =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    until("it migrates", || database.count(asleep, &[]) == 1);
    send_signal(run.process.id(), "TERM");
    run.end().failed().says(&["SIGTERM", "rolled back"]);
    until("the server has noticed", || database.count(asleep, &[]) == 0);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(state(&database), (names(&[]), names(&[])));
}

#[test]
fn a_database_that_comes_up_late_is_waited_for() {
    let cluster = Cluster::with(&[]);
    let url = cluster.url_of("casefile_migrator");
    cluster.db(&["stop"]);
    let impatient = migrate(&url, &["--wait", "1"]);
    impatient.failed().says(&["did not answer within 1 s", "--wait"]);
    assert!(impatient.took < Duration::from_secs(5), "{:?}", impatient.took);
    let patient = Run::start(&url, &[]);
    thread::sleep(Duration::from_secs(1));
    cluster.db(&["start"]);
    patient.end().succeeded().says(&["Waiting up to 30 s", &format!("{}: ", known_migrations()[0])]);
}

#[test]
fn the_host_that_accepts_changes_on_the_newest_timeline_is_migrated() {
    let cluster = Cluster::with(&[]);
    let standby = Standby::of(&cluster);
    let primary = cluster.url_of("casefile_migrator");
    let dead =
        primary.replacen(primary.split(['@', '/']).nth(3).unwrap(), &format!("127.0.0.1:{}", free_port()), 1);
    let url = url_of_hosts(&[&dead, standby.url(), &primary]);
    let target = format!("{url}&target_session_attrs=read-write");
    migrate(&target, &[]).succeeded().says(&[&format!("{}: ", known_migrations()[0])]);
    migrate(&format!("{url}&target_session_attrs=standby"), &[]).failed().says(&["target_session_attrs"]);

    standby.promote();
    let folder = Folder::new().with(99_999_999, "create table public.only_here ()");
    let options = ["--migrations", folder.0.to_str().unwrap()];
    migrate(&url, &options).succeeded();
    let has_table = |mut superuser: postgres::Client| -> bool {
        superuser.query_one("select to_regclass('public.only_here') is not null", &[]).unwrap().get(0)
    };
    assert!(has_table(standby.superuser()) && !has_table(cluster.superuser()));
}

#[test]
fn a_wrong_url_is_reported_at_once_and_without_the_password() {
    let database = Database::empty();
    let after = database.url.split_once('@').unwrap().1;
    for (url, words) in [
        (format!("postgresql://casefile_migrator:hushhush@{after}"), ["casefile_migrator", "password"]),
        (with_database(&database.url, "no_such_database"), ["no_such_database", "db/roles.sql"]),
        ("postgresql://u:hushhush@host:port/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        ("postgresql://u:hush%zzhush@host/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        ("http://u:hushhush@host/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        ("postgresql://u:x@hushhush/hushhush@host/x".to_owned(), ["DATABASE_URL", "percent-encoded"]),
        ("postgresql://u:1?hushhush@host/x".to_owned(), ["DATABASE_URL", "percent-encoded"]),
        (String::new(), ["DATABASE_URL", "casefile_migrator"]),
        (database.url.replace("sslmode=disable", "sslmode=require"), ["SSL", "sslmode"]),
    ] {
        let outcome = migrate(&url, &[]);
        outcome.failed().says(&words);
        assert!(outcome.took < Duration::from_secs(10), "{:?}", outcome.took);
    }
}
