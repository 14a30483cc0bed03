//! scripts/migrate, as a deployment runs it: one at a time, all or nothing of a migration, and in plain words.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Cluster, Database, scripts_db, send_signal, unique, with_database, workshop::until};

struct Outcome {
    succeeded: bool,
    said: String,
    took: Duration,
}

impl Outcome {
    /// All of these words stand in what it said.
    #[track_caller]
    fn says(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(self.said.contains(word), "it does not say {word:?}:\n{}", self.said);
        }
        self
    }

    #[track_caller]
    fn succeeded(&self) -> &Self {
        assert!(self.succeeded, "{}", self.said);
        self
    }

    #[track_caller]
    fn failed(&self) -> &Self {
        assert!(!self.succeeded, "{}", self.said);
        self
    }
}

struct Run {
    process: Child,
    password: Option<String>,
    since: Instant,
}

impl Run {
    fn start(url: &str, options: &[&str]) -> Self {
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/migrate"))
            .args(options)
            .env("DATABASE_URL", url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let password = url.split([':', '@']).nth(2).map(str::to_owned);
        Self { process, password, since: Instant::now() }
    }

    fn end(self) -> Outcome {
        let output = self.process.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert!(!self.password.is_some_and(|password| said.contains(&password)), "{said}");
        Outcome { succeeded: output.status.success(), said, took: self.since.elapsed() }
    }
}

fn migrate(url: &str, options: &[&str]) -> Outcome {
    Run::start(url, options).end()
}

/// A folder of migrations that create the tables `first`, `second` and so on.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("{}-{}", unique("migrations"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn with(self, version: u32, sql: &str) -> Self {
        let text = format!("-- migrate:up\n{sql}\n-- migrate:down\n");
        fs::write(self.0.join(format!("{version}_test.sql")), text).unwrap();
        self
    }

    fn migrate(&self, database: &Database) -> Outcome {
        self.start(database, &[]).end()
    }

    fn start(&self, database: &Database, options: &[&str]) -> Run {
        let folder = ["--migrations", self.0.to_str().unwrap()];
        Run::start(&database.url, &[&folder, options].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The tables, and the versions that are recorded.
fn state(database: &Database) -> (Vec<String>, Vec<String>) {
    let column = |sql: &str| -> Vec<String> {
        database.superuser().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    };
    (
        column(
            "select tablename::text from pg_tables
             where schemaname = 'public' and tablename <> 'schema_migrations' order by 1",
        ),
        column("select version::text from schema_migrations order by 1"),
    )
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

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
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("db/migrations")).unwrap();
    let known = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|it| it == "sql")).count();
    for outcome in &outcomes {
        outcome.succeeded();
        let words = if applied(outcome) == 0 { "Nothing to do" } else { "20261127114033_baseline.sql: " };
        outcome.says(&[words]);
    }
    assert_eq!(outcomes.iter().map(applied).sum::<usize>(), known, "each once");
    assert!(outcomes.iter().any(|outcome| applied(outcome) == 0), "not in turns");
    let recorded = database.count("select count(*) from schema_migrations", &[]);
    assert_eq!(usize::try_from(recorded).unwrap(), known);
    assert_eq!(database.count(HOLDERS, &[]), 0);
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
fn a_migration_that_comes_late_is_refused() {
    let database = Database::empty();
    let folder = Folder::new().with(2, "create table second ();");
    folder.migrate(&database).succeeded();
    let outcome = folder.with(1, "create table first ();").migrate(&database);
    outcome.failed().says(&["out of order", "Nothing was changed"]);
    assert_eq!(state(&database), (names(&["second"]), names(&["2"])));
}

#[test]
fn a_migration_that_does_not_get_its_lock_gives_up_and_says_why() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first ();");
    folder.migrate(&database).succeeded();
    let mut superuser = database.superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from first", &[]).unwrap();
    let limited = "set local lock_timeout = '200ms'; alter table first add column note text;";
    let outcome = folder.with(2, limited).migrate(&database);
    outcome.failed().says(&[
        "2_test.sql: failed",
        "waited for a lock",
        "pg_stat_activity",
        "rolled back whole",
    ]);
    holding.commit().unwrap();
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
    patient.end().succeeded().says(&["Waiting up to 30 s", "20261127114033_baseline.sql: "]);
}

#[test]
fn what_is_wrong_with_the_url_is_said_at_once_and_without_the_password() {
    let database = Database::empty();
    let after = database.url.split_once('@').unwrap().1;
    for (url, words) in [
        (format!("postgresql://casefile_migrator:hushhush@{after}"), ["casefile_migrator", "password"]),
        (with_database(&database.url, "no_such_database"), ["no_such_database", "db/roles.sql"]),
        ("postgresql://u:hushhush@host:port/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        ("postgresql://u:hush%zzhush@host/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        ("http://u:hushhush@host/x".to_owned(), ["DATABASE_URL", "casefile_migrator"]),
        (String::new(), ["DATABASE_URL", "casefile_migrator"]),
        (database.url.replace("sslmode=disable", "sslmode=require"), ["SSL", "sslmode"]),
    ] {
        let outcome = migrate(&url, &[]);
        outcome.failed().says(&words);
        assert!(outcome.took < Duration::from_secs(10), "{:?}", outcome.took);
    }
}

#[test]
fn the_server_s_login_may_not_migrate() {
    let database = Database::empty();
    let url = with_database(&scripts_db(&["url", "casefile_api"], &[]), &database.name);
    migrate(&url, &[]).failed().says(&["casefile_migrator"]);
}
