//! scripts/migrate, as a deployment runs it: one at a time, all or nothing of a migration, and in plain words.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use postgres::{Client, Config, NoTls};

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
        self.write(version, "", sql)
    }

    fn with_outside_of_a_transaction(self, version: u32, sql: &str) -> Self {
        self.write(version, " transaction:false", sql)
    }

    fn write(self, version: u32, options: &str, sql: &str) -> Self {
        let text = format!("-- migrate:up{options}\n{sql}\n-- migrate:down\n");
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

fn known_migrations() -> Vec<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("db/migrations")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "sql")).collect();
    names.sort();
    names
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
fn a_migration_that_does_not_get_its_lock_gives_up_and_says_why() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first ();");
    folder.migrate(&database).succeeded();
    let mut superuser = database.superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from first", &[]).unwrap();
    let limited = "set local lock_timeout = '200ms'; alter table first add column note text;";
    let outcome = folder.with(2, limited).start(&database, &["--lock-tries", "2"]).end();
    outcome.failed().says(&[
        "2_test.sql: failed",
        "Try 2 of 2",
        "did not get its lock, tries: 2",
        "rolled back whole",
        "--lock-tries",
    ]);
    holding.commit().unwrap();
}

/// Holds a weak lock on the cases, as a long report or a backup does.
fn hold_cases(url: &str) -> (Client, i32) {
    let mut config: Config = url.parse().unwrap();
    let mut holder = config.application_name("nightly report").connect(NoTls).unwrap();
    holder
        .batch_execute("begin; lock table core.cases in access share mode; select 'adam.adopter' as name")
        .unwrap();
    let pid = holder.query_one("select pg_backend_pid()", &[]).unwrap().get(0);
    (holder, pid)
}

/// Reads the cases over and over until told to stop; gives the longest wait.
fn read_cases(database: &Database, over: Arc<AtomicBool>) -> JoinHandle<Duration> {
    let superuser = scripts_db(&["url"], &[]);
    let url = with_database(&superuser, &database.name);
    thread::spawn(move || {
        let mut reader = Client::connect(&url, NoTls).unwrap();
        let mut longest = Duration::ZERO;
        while !over.load(Ordering::Relaxed) {
            let since = Instant::now();
            reader.execute("select from core.cases limit 1", &[]).unwrap();
            longest = longest.max(since.elapsed());
            thread::sleep(Duration::from_millis(20));
        }
        longest
    })
}

const ADDS_A_COLUMN: &str = "alter table core.cases add column tested text;";
const HAS_THE_COLUMN: &str =
    "select count(*) from pg_attribute where attrelid = 'core.cases'::regclass and attname = 'tested'";
const IS_RECORDED: &str = "select count(*) from schema_migrations where version = '3'";

/// What a migration may block, and a little for a busy machine.
const LONGEST_BLOCK: Duration = Duration::from_secs(3);

#[test]
fn a_migration_is_tried_again_until_the_lock_is_free_and_says_who_had_it() {
    let database = Database::new().for_migrations();
    let superuser = with_database(&scripts_db(&["url"], &[]), &database.name);
    let (mut holder, pid) = hold_cases(&superuser);
    let over = Arc::new(AtomicBool::new(false));
    let reads = read_cases(&database, Arc::clone(&over));
    let run = Folder::new().with(3, ADDS_A_COLUMN);
    let run = (run.start(&database, &[]), run);
    thread::sleep(Duration::from_secs(5));
    holder.batch_execute("commit").unwrap();
    let outcome = run.0.end();
    over.store(true, Ordering::Relaxed);
    outcome.succeeded().says(&[
        "It waited for the lock ACCESS EXCLUSIVE on core.cases.",
        &format!("Process {pid} holds ACCESS SHARE (login postgres, application nightly report, its transaction has run for at least "),
        "Try 2 of 10",
        "3_test.sql: failed",
        "1 applied",
    ]);
    assert!(!outcome.said.contains("adam"), "{}", outcome.said);
    assert_eq!(database.count(HAS_THE_COLUMN, &[]), 1);
    assert_eq!(database.count(IS_RECORDED, &[]), 1);
    let longest = reads.join().unwrap();
    assert!(
        longest > Duration::from_secs(1),
        "the migration has blocked nobody, so this tests nothing: {longest:?}"
    );
    assert!(longest < LONGEST_BLOCK, "{longest:?}");
}

#[test]
fn a_migration_that_never_gets_its_lock_leaves_nothing_and_lets_others_pass_in_between() {
    let database = Database::new().for_migrations();
    let (mut holder, pid) = hold_cases(&database.url);
    let over = Arc::new(AtomicBool::new(false));
    let reads = read_cases(&database, Arc::clone(&over));
    let outcome = Folder::new().with(3, ADDS_A_COLUMN).start(&database, &["--lock-tries", "3"]).end();
    over.store(true, Ordering::Relaxed);
    // The migrator sees what its own login runs, and shows no more of it than the command.
    outcome.failed().says(&[
        "Try 3 of 3",
        "did not get its lock, tries: 3",
        &format!("Process {pid} holds ACCESS SHARE (login casefile_migrator"),
        "its transaction has run for ",
        "last statement SELECT)",
        "rolled back whole",
        "Run this again",
    ]);
    assert!(!outcome.said.contains("adam"), "{}", outcome.said);
    assert_eq!(database.count(HAS_THE_COLUMN, &[]), 0);
    assert_eq!(database.count(IS_RECORDED, &[]), 0);
    let longest = reads.join().unwrap();
    assert!(longest < LONGEST_BLOCK, "{longest:?}");
    holder.batch_execute("commit").unwrap();
}

#[test]
fn a_migration_outside_of_a_transaction_is_not_tried_again() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first ();");
    folder.migrate(&database).succeeded();
    let mut superuser = database.superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from first", &[]).unwrap();
    let outcome =
        folder.with_outside_of_a_transaction(2, "alter table first add column note text;").migrate(&database);
    outcome.failed().says(&["did not get its lock, tries: 1", "outside of a transaction"]);
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
    patient.end().succeeded().says(&["Waiting up to 30 s", &format!("{}: ", known_migrations()[0])]);
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

/// A login of the cluster, gone with the test.
struct Login<'a> {
    database: &'a Database,
    name: String,
}

impl<'a> Login<'a> {
    fn new(database: &'a Database, attributes: &str) -> Self {
        let name = format!("{}_{}", unique("migrates"), std::process::id()).replace(['-', '.'], "_");
        database.execute(&format!(
            "create role {name} login password 'hushhush' {attributes};
             grant casefile_owner to {name};
             grant connect on database {} to {name}",
            database.name
        ));
        Self { database, name }
    }

    fn url(&self) -> String {
        let (_, address) = self.database.url.split_once('@').unwrap();
        format!("postgresql://{}:hushhush@{address}", self.name)
    }
}

impl Drop for Login<'_> {
    fn drop(&mut self) {
        self.database.execute(&format!("drop owned by {}; drop role {}", self.name, self.name));
    }
}

#[test]
fn nobody_but_the_migrator_may_migrate() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first ();");
    let options = ["--migrations", folder.0.to_str().unwrap()];
    let refused = |url: &str, words: &[&str]| {
        migrate(url, &options).failed().says(words).says(&[
            "Nothing was changed",
            "casefile_migrator",
            "db/roles.sql",
        ]);
        assert_eq!(database.count("select count(*) from pg_tables where schemaname = 'public'", &[]), 0);
    };
    refused(&with_database(&scripts_db(&["url"], &[]), &database.name), &["as postgres, a superuser"]);
    refused(
        &with_database(&scripts_db(&["url", "casefile_api"], &[]), &database.name),
        &["works as casefile_api"],
    );
    refused(&Login::new(&database, "").url(), &["to casefile_owner"]);

    let works_as_owner = |login: &Login| {
        database.execute(&format!("alter role {} set role = 'casefile_owner'", login.name));
    };
    let bypasses = Login::new(&database, "bypassrls");
    works_as_owner(&bypasses);
    refused(&bypasses.url(), &["BYPASSRLS"]);
    let superuser = Login::new(&database, "superuser");
    works_as_owner(&superuser);
    refused(&superuser.url(), &["a superuser"]);

    folder.migrate(&database).succeeded();
}

/// What `--explain` says of one migration.
fn explained(said: &str, name: &str) -> Vec<String> {
    let lines = said.lines().skip_while(|line| *line != name).skip(1);
    lines
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn what_pending_migrations_lock_rewrite_and_scan_is_told_without_touching_the_database() {
    let database = Database::empty();
    let folder = Folder::new()
        .with(1, "create table first (number integer); create table other (id integer primary key);");
    folder.migrate(&database).succeeded();
    let folder = folder
        .with(2, "alter table first add column stamp timestamptz default clock_timestamp();")
        .with(3, "alter table first add constraint first_number_positive check (number > 0);")
        .with(4, "create index first_number_idx on first (number);")
        .with(5, "alter table first add constraint first_number_small check (number < 9) not valid;")
        .with(6, "create table second (id integer primary key); create index second_id_idx on second (id);")
        .with(7, "alter table first add constraint first_number_fkey foreign key (number) references other;")
        .with_outside_of_a_transaction(8, "create index concurrently first_stamp_idx on first (stamp);")
        .with(9, "comment on column first.stamp is 'After that';");
    let outcome = folder.start(&database, &["--explain"]).end();
    let said = &outcome.succeeded().says(&["1 migrations applied, 8 pending"]).said;
    let table = |rows: &[&str]| [names(&["table lock blocks"]), names(rows)].concat();
    let all = "public.first ACCESS EXCLUSIVE reads and writes";
    assert_eq!(explained(said, "1_test.sql"), names(&[]), "{said}");
    assert_eq!(explained(said, "2_test.sql"), table(&[&format!("{all} REWRITES it")]), "{said}");
    assert_eq!(explained(said, "3_test.sql"), table(&[&format!("{all} SCANS it")]), "{said}");
    let index = "public.first SHARE writes SCANS it for the index first_number_idx";
    assert_eq!(explained(said, "4_test.sql"), table(&[index]), "{said}");
    assert_eq!(explained(said, "5_test.sql"), table(&[all]), "{said}");
    assert_eq!(explained(said, "6_test.sql"), ["locks no table that is there before it"], "{said}");
    let key = "public.first SHARE ROW EXCLUSIVE writes SCANS it for the foreign key first_number_fkey";
    assert_eq!(
        explained(said, "7_test.sql"),
        table(&[key, "public.other SHARE ROW EXCLUSIVE writes"]),
        "{said}"
    );
    assert!(explained(said, "8_test.sql")[0].contains("outside of a transaction"), "{said}");
    assert_eq!(
        explained(said, "9_test.sql"),
        table(&["public.first SHARE UPDATE EXCLUSIVE vacuum and other migrations"]),
        "{said}"
    );
    assert_eq!(state(&database), (names(&["first", "other"]), names(&["1"])));

    let nowhere = with_database(&database.url, "no_such_database");
    migrate(&nowhere, &["--explain"]).failed().says(&["no_such_database"]);
    let broken = folder.with(3, "select * from nowhere;").start(&database, &["--explain"]).end();
    broken.failed().says(&["3_test.sql fails on the copy", "nowhere"]);
}
