//! scripts/migrate when somebody else holds a lock that a migration needs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use postgres::{Client, Config, NoTls};

use crate::support::{Database, deployment::Folder, scripts_db, with_database};

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

/// A migration's longest block, with slack for a busy machine.
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
        &format!("Process {pid} holds ACCESS SHARE (login postgres, application nightly report, its transaction has run for "),
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
