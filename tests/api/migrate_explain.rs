//! scripts/migrate --explain: what pending migrations would do to a database.

use crate::support::{
    Database,
    deployment::{Folder, migrate, names, state},
    with_database,
};

/// The `--explain` lines of a migration.
fn explained(said: &str, name: &str) -> Vec<String> {
    let lines = said.lines().skip_while(|line| *line != name).skip(1);
    lines
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn explain_lists_locks_rewrites_and_scans_without_touching_the_database() {
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
