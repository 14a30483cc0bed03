//! `casefile directory`: a file of users is imported whole or not at all, and the list can be imported again.

use std::{
    fs::{self, File},
    process::Stdio,
};

use crate::support::{Database, Registrar, Told, directory, workshop::until};

const HEADER: &str = "userId,issuer,subject,name,enabled,role,court,organisationId";
const PEOPLE: &str = r#"userId,issuer,subject,name,enabled,role,court,organisationId
una,https://id.example,una-subject,"Officer, Una",true,HMCTS_CASE_OFFICER,BFC,
una,,,,,JUDGE_LEGAL_ADVISER,,
max,https://id.example,max-subject,"=Max ""the"" Müller
junior",false,VAA_WORKER,,agency.one
nora,https://id.example,nora-subject,Nora,,,,
"#;

fn count(database: &Database, what: &str) -> i64 {
    database.count(&format!("select count(*) from {what}"), &[])
}

/// That many users with a membership each.
fn many(number: usize) -> String {
    let row = |number| format!("user-{number},https://id.example,subject-{number},A Name,,ADOPTER,,\n");
    format!("{HEADER}\n{}", (1..=number).map(row).collect::<Vec<_>>().concat())
}

#[test]
fn an_import_says_what_it_changes_and_a_dry_run_says_the_same() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    let differences = "line 2: add user una (Officer, Una)
line 2: add membership una (HMCTS_CASE_OFFICER, BFC)
line 3: add membership una (JUDGE_LEGAL_ADVISER)
line 4: add user max (=Max \"the\" Müller\\njunior, disabled)
line 4: add membership max (VAA_WORKER, agency.one)
line 6: add user nora (Nora)
4 rows, 6 differences (add membership 3, add user 3).";
    let dry = registrar.import(PEOPLE, &["--dry-run"]);
    assert_eq!(dry.succeeded().out, format!("{differences} Nothing was changed: a dry run.\n"));
    assert_eq!((count(&database, "auth.users"), count(&database, "auth.directory_changes")), (0, 0));

    let imported = registrar.import(PEOPLE, &[]);
    assert_eq!(imported.succeeded().out, format!("{differences} Imported.\n"));
    assert_eq!(imported.err, "");
    let by = "select count(*) from auth.directory_changes where actor = $1";
    assert_eq!(
        database.count(by, &[&registrar.login]),
        7,
        "3 users, one of them disabled, and 3 memberships"
    );
    assert_eq!(registrar.import(PEOPLE, &[]).succeeded().out, "4 rows, 0 differences. Imported.\n");

    let changed = format!("court,{}\n,una,,,Una,,JUDGE_LEGAL_ADVISER,\n", HEADER.replace(",court", ""));
    let differences = "line 2: change user una (name: Una)
line 2: end membership una (HMCTS_CASE_OFFICER, BFC)
1 rows, 2 differences (change user 1, end membership 1). Imported.\n";
    assert_eq!(registrar.import(changed, &[]).succeeded().out, differences, "in any order of columns");
}

#[test]
fn a_listed_directory_can_be_imported_again() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    assert_eq!(registrar.list(), format!("{HEADER}\n"));
    assert_eq!(registrar.import(registrar.list(), &[]).succeeded().out, "0 rows, 0 differences. Imported.\n");
    registrar.import(PEOPLE, &[]).succeeded();
    let list = registrar.list();
    let una = "una,https://id.example,una-subject,\"Officer, Una\",true,HMCTS_CASE_OFFICER,Birmingham Family Court,\n";
    assert!(list.contains(una), "{list}");
    assert!(list.contains("nora,https://id.example,nora-subject,Nora,true,,,\n"), "{list}");
    assert_eq!(registrar.import(&list, &[]).succeeded().out, "4 rows, 0 differences. Imported.\n");
    assert_eq!(registrar.list(), list);
}

#[test]
fn the_example_in_the_documentation_can_be_imported() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    let page = include_str!("../../scripts/deploy/directory.md").split_once("```csv\n").unwrap().1;
    let told = registrar.import(page.split_once("```").unwrap().0, &["--dry-run"]);
    let sum = "3 rows, 5 differences (add membership 3, add user 2).";
    assert!(told.succeeded().out.contains(sum), "{}", told.out);
}

#[test]
fn files_come_from_any_editor() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    registrar.import(PEOPLE, &[]).succeeded();
    let nothing = "4 rows, 0 differences. Imported.\n";
    for content in [format!("\u{FEFF}{PEOPLE}"), PEOPLE.trim_end().to_owned()] {
        assert_eq!(registrar.import(content, &[]).succeeded().out, nothing);
    }
    // The name that has a line break in it, too.
    let told = registrar.import(PEOPLE.replace('\n', "\r\n"), &[]).succeeded().out.clone();
    assert!(told.starts_with("line 4: change user max (name: "), "{told}");
}

#[test]
fn a_file_that_does_not_list_users_is_refused() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    registrar.import(PEOPLE, &[]).succeeded();
    let (list, changes) = (registrar.list(), count(&database, "auth.directory_changes"));
    let rows = |rows: &str| format!("{HEADER}\n{rows}\n").into_bytes();
    let latin = [&rows("a,b,c,")[..HEADER.len() + 7], b"M\xfcller,,,,\n"].concat();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(PEOPLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let long = "x".repeat(101);
    for (content, words) in [
        (Vec::new(), &["empty", HEADER][..]),
        (b"\n\n".to_vec(), &["empty"]),
        (PEOPLE.replacen(",enabled", "", 1).into_bytes(), &["lacks enabled"]),
        (PEOPLE.replacen("enabled", "active", 1).into_bytes(), &["\"active\"", "not a column"]),
        (PEOPLE.replacen("enabled", "name", 1).into_bytes(), &["name twice"]),
        (PEOPLE.replace(',', ";").into_bytes(), &["not a column"]),
        (utf16, &["not UTF-8"]),
        (latin, &["Line 2, name", "not UTF-8"]),
        (rows("a,b\0,c,d,,,,"), &["Line 2, issuer", "NUL"]),
        (rows("a,b,c,d,,,,\nb,b,c,d, e,,,,"), &["Line 3 has 9 fields and not 8"]),
        (rows("a,b,c,\"d,,,,\nb,b,c,d,,,,\n"), &["Line 2 has 4 fields", "quotes"]),
        (rows(",b,c,d,,,,"), &["Line 2, userId: It is missing."]),
        (rows("new,b,,d,,,,"), &["Line 2, subject: It is missing."]),
        (rows("una,,,,,,,\r\n\r\nnew,b,c,,,,,"), &["Line 4, name: It is missing."]),
        (rows(&format!("una,,,,,,,\nmax,,,{long},,,,")), &["Line 3, name: It is too long."]),
        (rows(&format!("{long},a,b,c,,,,")), &["Line 2, userId: userId is longer than 100 characters."]),
        (
            rows(&format!("una,,,,,LA_SOCIAL_WORKER,,{long}")),
            &["organisationId: organisationId is longer than 100 characters."],
        ),
        (rows("una,,,,perhaps,,,"), &["Line 2, enabled: It is neither true nor false."]),
        (rows("una,,max-subject,,,,,"), &["Line 2, issuer: Another user"]),
        (rows("una,,,,,OFFICER,BFC,"), &["Line 2, role: "]),
        (rows("una,,,,,,BFC,"), &["Line 2, role: It is missing."]),
        (rows("una,,,,,HMCTS_CASE_OFFICER,,"), &["Line 2, court: A case officer needs a court."]),
        (rows("una,,,,,HMCTS_CASE_OFFICER,Nowhere,"), &["Line 2, court: Unknown court."]),
        (rows("una,,,,,VAA_WORKER,,"), &["organisationId: An agency worker needs an organisation."]),
        (rows("una,,,,,ADOPTER,,one"), &["organisationId: This role has no organisation."]),
        (rows("una,,,Una,,,,\nmax,,,,,,,\nuna,,,Ute,,,,"), &["Line 4, name: An earlier line"]),
    ] {
        registrar.import(&content, &[]).refused(&[words, &["Nothing was changed", ".csv: "]].concat());
    }
    for path in ["/no/such/file.csv", env!("CARGO_TARGET_TMPDIR")] {
        registrar.run(&["import", path]).refused(&[path, "cannot be read", "Nothing was changed"]);
    }
    assert_eq!((registrar.list(), count(&database, "auth.directory_changes")), (list, changes));
}

#[test]
fn a_long_file_is_imported_whole_or_not_at_all() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    let people = many(6000) + "user-1,,,,,JUDGE_LEGAL_ADVISER,,\n";
    let wrong = format!("{people}last,,,,,,,\n");
    let told = registrar.import(wrong, &[]);
    told.failed(&["5000 of 6002 rows", "Line 6003, issuer: It is missing", "Nothing was changed"]);
    assert_eq!((told.out.as_str(), count(&database, "auth.users")), ("", 0));
    // The first piece knows nothing of the second: only a whole run finds this.
    let twice = format!("{people}last,https://id.example,subject-1,Last,,,,\n");
    registrar.import(&twice, &["--dry-run"]).failed(&["Line 6003, issuer: Another user"]);

    let dry = registrar.import(&people, &["--dry-run"]);
    let told = registrar.import(&people, &[]);
    let progress = "casefile: 5000 of 6001 rows\ncasefile: 6001 of 6001 rows\n";
    assert_eq!(told.succeeded().err, progress, "each user in one piece");
    let sum = "6001 rows, 12001 differences (add membership 6001, add user 6000).";
    assert_eq!(told.out.lines().last(), Some(format!("{sum} Imported.").as_str()));
    assert_eq!(told.out.lines().nth_back(1), Some("line 6002: add membership user-1 (JUDGE_LEGAL_ADVISER)"));
    assert!(dry.out.lines().rev().skip(1).eq(told.out.lines().rev().skip(1)), "a dry run says the same");
    assert_eq!(count(&database, "auth.memberships where ended_at is null"), 6001);
    let again = registrar.import(registrar.list(), &[]);
    assert_eq!(again.succeeded().out, "6001 rows, 0 differences. Imported.\n");
}

#[test]
fn all_sessions_of_somebody_are_ended() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    registrar.import(PEOPLE, &[]).succeeded();
    let end = |user: &str| registrar.run(&["end-sessions", user]);
    assert_eq!(end("una").succeeded().out, "0 sessions ended.\n");
    for (token, user) in ["una", "una", "max"].iter().enumerate() {
        database.execute(&format!("select auth.log_in(sha256('{token}'), null, '{user}', 'ADOPTER')"));
    }
    assert_eq!(end("una").succeeded().out, "2 sessions ended.\n");
    assert_eq!(end("max").succeeded().out, "1 session ended.\n");
    assert_eq!(count(&database, "auth.sessions"), 0);
    end("no\nbody").refused(&["no user no\\nbody", "directory list"]);
}

#[test]
fn a_connection_that_is_lost_changes_nothing() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    registrar.import(PEOPLE, &[]).succeeded();
    let list = registrar.list();
    let mut holder = database.superuser_of_its_own();
    let mut holding = holder.transaction().unwrap();
    holding.execute("select from auth.users where user_id = 'una' for update", &[]).unwrap();
    let change = format!("{HEADER}\nnora,,,Nell,,,,\nuna,,,Ute,,,,\n");
    let import = registrar.start_import(&change, Stdio::piped());
    let waits = "pg_stat_activity where application_name = 'casefile directory' and wait_event_type = 'Lock'
        and datname = current_database()";
    until("it waits for Una's row", || count(&database, waits) == 1);
    database.execute(&format!("select pg_terminate_backend(pid) from {waits}"));
    Told::of(&import.wait_with_output().unwrap()).refused(&["ended the connection", "Nothing was changed"]);
    holding.rollback().unwrap();
    assert_eq!(registrar.list(), list);
}

#[test]
fn an_output_that_cannot_be_written_does_not_hide_that_the_file_is_imported() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let told = registrar.start_import(PEOPLE, full.into()).wait_with_output().unwrap();
    Told::of(&told).refused(&["Imported. The output cannot be written"]);
    assert_eq!(count(&database, "auth.users"), 3);
}

#[test]
fn a_login_that_is_not_a_registrar_is_told_what_to_do() {
    let database = Database::new();
    let registrar = Registrar::new(&database);
    let refused = |environment: &[(&str, &str)], words: &[&str]| {
        for arguments in [&["list"][..], &["end-sessions", "una"]] {
            directory(arguments, environment).refused(words);
        }
    };
    let name = "REGISTRAR_DATABASE_URL";
    refused(&[], &[name, "REGISTRAR_DATABASE_URL_FILE", "not set"]);
    refused(&[(name, "hushhush")], &[name]);
    refused(&[(name, "postgresql://rita:hushhush@db.example/adoption")], &[name, "sslrootcert"]);
    refused(
        &[(name, "postgresql://rita:hushhush@db.example/adoption?sslmode=require")],
        &[name, "without TLS", "verify-full"],
    );
    refused(
        &[(name, "postgresql://rita:hushhush@127.0.0.1:1/adoption")],
        &["127.0.0.1:1 cannot be reached", name],
    );
    let wrong = registrar.url().replace("hushhush", "hushhushhush");
    refused(&[(name, &wrong)], &["refuses the login", &registrar.login, "password", name]);

    let stranger = Registrar::with(&database, "");
    let login = stranger.login.as_str();
    refused(&[(name, &stranger.url())], &["may not connect", &format!("to {login}.")]);
    database.execute(&format!("grant connect on database {} to {login}", database.name));
    let grant = format!("grant casefile_registrar to {login}.");
    refused(&[(name, &stranger.url())], &["not a registrar", &grant]);
    stranger.import(PEOPLE, &[]).refused(&["not a registrar", &grant, "Nothing was changed"]);
    database.execute(&format!("grant casefile_registrar to {login}"));
    stranger.run(&["list"]).succeeded();

    let secret = format!("{}/{}.url", env!("CARGO_TARGET_TMPDIR"), registrar.login);
    fs::write(&secret, registrar.url() + "\n").unwrap();
    let of_file = "REGISTRAR_DATABASE_URL_FILE";
    directory(&["list"], &[(of_file, &secret)]).succeeded();
    refused(&[(of_file, &secret), (name, &registrar.url())], &["both set"]);
    fs::remove_file(secret).unwrap();
    database.execute("drop function auth.list_directory()");
    registrar.run(&["list"]).refused(&["not one of this version", "scripts/migrate"]);
}
