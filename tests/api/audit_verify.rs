//! `casefile audit verify` finds and names changes to the audit trail; against an anchor, also those that leave it
//! whole.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Auditor, Client, Server, Stage, id_of, workshop::until};

/// Cases with two entries each.
fn cases(officer: &Client, count: usize) -> Vec<String> {
    let created = (0..count).map(|_| {
        let case = officer.create_case();
        let change = json!({"version": 1, "notes": "one more entry"});
        officer.patch(&format!("/api/cases/{}", id_of(&case)), change).succeeded(200);
        id_of(&case).to_owned()
    });
    created.collect()
}

/// The problems that are told of each case.
fn problems_of(lines: &[Value], case: &str) -> Vec<String> {
    let of_case = lines.iter().filter(|line| line["case"] == case);
    of_case.map(|line| line["problem"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn changes_after_an_anchor_are_accepted() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let officer = stage.officer();
    cases(&officer, 3);
    stage.database().execute("select audit.seal_journals(1000)");
    auditor.run(&["anchor"]).says(0, &[]);
    cases(&officer, 2);
    stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    stage.database().execute("select audit.seal_journals(1000)");

    let name = auditor.stored()[0].file_name().unwrap().to_str().unwrap().to_owned();
    for arguments in [
        &["verify"][..],
        &["verify", "--against", "latest"],
        &["verify", "--against", &name],
        &["verify", "--against", auditor.stored()[0].to_str().unwrap()],
        &["verify", "--since", "latest"],
        &["verify", "--since", "latest", "--part", "30/30"],
        &["verify", "--since", "latest", "--part", "1/1"],
    ] {
        auditor.run(arguments).says(0, &["Found: 0."]);
    }
    let (_, last) = auditor.run(&["verify", "--since", "latest", "--part", "2/3", "--json"]).found();
    assert_eq!((&last["part"], &last["checked"]["cases"]), (&"2/3".into(), &5.into()), "{last}");
    assert_eq!(last["checked"]["read again"], 1);
}

#[test]
fn changes_that_leave_the_trail_whole_are_found_by_an_anchor_and_named() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let officer = stage.officer();
    let ids = cases(&officer, 5);
    let [untouched, rewritten, cut, removed, continued] = &ids[..] else { unreachable!() };
    let anchor = auditor.anchor();
    let change = json!({"version": 2, "notes": "since then"});
    officer.patch(&format!("/api/cases/{continued}"), change).succeeded(200);

    stage.tamper(&format!(
        "update audit.entries set client_address = 'elsewhere' where case_id in ('{rewritten}', '{continued}') and action = 'CREATE';
         select pg_temp.chain_anew('{rewritten}'); select pg_temp.chain_anew('{continued}');
         delete from audit.entries where case_id = '{cut}' and action <> 'CREATE';
         update core.cases set version = 1, details_version = 1 where id = '{cut}';
         select pg_temp.chain_anew('{cut}')"
    ));
    let (_, all) = auditor.run(&["verify", "--json"]).found();
    assert_eq!(all["found"], 0, "each is whole by itself");
    stage.tamper(&format!("select pg_temp.remove_case('{removed}')"));

    for option in ["--against", "--since"] {
        let (lines, _) = auditor.run(&["verify", option, &anchor, "--json"]).found();
        assert_eq!(problems_of(&lines, rewritten), ["is not the entry that was anchored"]);
        assert_eq!(problems_of(&lines, continued), ["is not the entry that was anchored"]);
        assert_eq!(problems_of(&lines, cut), ["was anchored with 2 entries, and has 1"]);
        assert_eq!(problems_of(&lines, removed), ["was anchored with 2 entries, and has 0"]);
        assert!(problems_of(&lines, untouched).is_empty());
    }
    // One case alone.
    let (lines, _) = auditor.run(&["verify", "--against", &anchor, "--json", removed]).found();
    assert_eq!(problems_of(&lines, removed), ["was anchored with 2 entries, and has 0"]);
    let (lines, last) = auditor.run(&["verify", "--against", &anchor, "--json", untouched]).found();
    assert_eq!((lines.len(), &last["checked"]["cases"]), (0, &1.into()));
    auditor.run(&["verify", removed]).cannot(&["There is no case", removed, "--against"]);
}

#[test]
fn an_older_state_of_the_database_is_found() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let officer = stage.officer();
    cases(&officer, 1);
    let new = cases(&officer, 2);
    stage.database().execute("select audit.seal_journals(1000)");
    let anchor = auditor.anchor();
    // As an older backup has it.
    stage.tamper(&format!(
        "select pg_temp.remove_case('{}'), pg_temp.remove_case('{}');
         update core.case_number_series set last_number = 1, case_count = 1; delete from audit.seals; delete from audit.anchors",
        new[0], new[1]
    ));
    auditor.run(&["verify"]).says(0, &[]);
    let (lines, _) = auditor.run(&["verify", "--against", &anchor, "--json"]).found();
    let told = |part: &str, problem: &str| {
        lines.iter().any(|line| line["part"] == part && line["problem"].as_str().unwrap().contains(problem))
    };
    assert!(told("audit", "the newest entry of the anchor is missing"), "{lines:?}");
    assert!(told("numbers", "was anchored at 3, and is now at 1"), "{lines:?}");
    assert!(told("journals", "was anchored, and is gone"), "{lines:?}");
    for case in &new {
        assert_eq!(problems_of(&lines, case), ["was anchored with 2 entries, and has 0"]);
    }
}

#[test]
fn a_row_that_was_changed_is_found_when_its_part_has_its_turn() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let mut ids = cases(&stage.officer(), 4);
    ids.sort();
    let anchor = auditor.anchor();
    stage.tamper(&format!(
        "update audit.entries set client_address = 'elsewhere' where case_id = '{}' and action = 'CREATE'",
        ids[1]
    ));
    let found = |arguments: &[&str]| {
        let (lines, _) = auditor.run(&[&["verify", "--json"], arguments].concat()).found();
        problems_of(&lines, &ids[1])
    };
    let broken = ["changed, or an entry before it is missing"];
    assert_eq!(found(&[]), broken);
    assert_eq!(found(&["--against", &anchor]), broken);
    assert_eq!(found(&["--since", &anchor, "--part", "2/4"]), broken);
    assert!(found(&["--since", &anchor, "--part", "1/4"]).is_empty());
    assert!(found(&["--since", &anchor, "--part", "3/4"]).is_empty());
    assert_eq!(found(&[&ids[1]]), broken);
    assert!(found(&[&ids[0]]).is_empty());
}

#[test]
fn a_row_of_a_journal_and_the_newest_anchor_are_missed() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    stage.officer();
    stage.database().execute("select audit.seal_journals(1000)");
    auditor.run(&["anchor"]).says(0, &[]);
    auditor.run(&["anchor"]).says(0, &[]);
    fs::remove_file(auditor.stored().last().unwrap()).unwrap();
    stage.tamper("update auth.sign_ins set user_id = 'nobody'");
    let (lines, _) = auditor.run(&["verify", "--json"]).found();
    assert!(lines.iter().any(|line| line["journal"] == "auth.sign_ins" && line["seal"] == "1"), "{lines:?}");
    let (lines, _) = auditor.run(&["verify", "--since", "latest", "--part", "30/30", "--json"]).found();
    let parts: Vec<_> = lines.iter().map(|line| line["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["anchors"], "the journals have their turn with the first part");
    let (lines, _) = auditor.run(&["verify", "--since", "latest", "--part", "1/30", "--json"]).found();
    assert!(lines.iter().any(|line| line["part"] == "journals"), "{lines:?}");
}

#[test]
fn an_invalid_changed_or_foreign_anchor_is_an_error_and_not_a_finding() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    cases(&stage.officer(), 2);
    let anchor = auditor.anchor();
    let text = fs::read_to_string(&anchor).unwrap();
    let cannot = |bytes: &[u8], words: &[&str]| {
        let path = auditor.path("other");
        fs::write(&path, bytes).unwrap();
        auditor.run(&["verify", "--against", &path]).cannot(&[&[path.as_str()], words].concat());
        auditor.run(&["anchor", "--previous", &path]).cannot(words);
    };
    cannot(b"", &["not an anchor of an audit trail"]);
    cannot(&[0; 4096], &["not an anchor of an audit trail"]);
    cannot(&vec![b'x'; 4 * 1024 * 1024], &["not an anchor of an audit trail"]);
    cannot(text.replacen("\"cases\":2", "\"cases\":1", 1).as_bytes(), &["signature does not fit"]);
    cannot(text.replacen(" 2 ", " 3 ", 1).as_bytes(), &["do not have the root"]);
    cannot(&text.as_bytes()[..text.len() - 1], &["cut off", "1 of 2 cases"]);
    auditor.run(&["verify", "--against", "/no/such"]).cannot(&["There is no file /no/such"]);
    auditor.run(&["verify", "--against", "nothing"]).cannot(&["nor an anchor of that name"]);
    auditor.run(&["verify", "--against", "latest"]).cannot(&["has no anchor yet", "casefile audit anchor"]);
    auditor
        .run_with(
            &["verify", "--against", &anchor],
            &[("AUDIT_ANCHOR_PUBLIC_KEY_FILE", ""), ("AUDIT_ANCHOR_KEY_FILE", "")],
        )
        .cannot(&["AUDIT_ANCHOR_PUBLIC_KEY_FILE is not set", "openssl pkey -pubout"]);

    // The same keys, another database.
    let other = Stage::alone();
    other.database().execute("update auth.home set store_id = '00000000-0000-4000-8000-000000000001'");
    let theirs = Auditor::new(&other);
    for name in ["key.pem", "public.pem"] {
        fs::copy(auditor.path(name), theirs.path(name)).unwrap();
    }
    theirs.run(&["verify", "--against", &anchor]).cannot(&["is of another database"]);
    assert_eq!(auditor.run(&["verify", "--part", "1/30"]).status, Some(2));
    assert_eq!(auditor.run(&["verify", "--since", &anchor, "--part", "31/30"]).status, Some(2));
}

#[test]
fn an_anchor_from_before_a_restore_still_counts() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    cases(&stage.officer(), 2);
    stage.database().execute("update auth.home set system_identifier = '1'");
    let anchor = auditor.anchor();
    let restored = stage.keep(&["after-restore"]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    auditor.run(&["verify", "--against", &anchor]).says(0, &["Found: 0."]);
    auditor.run(&["anchor", "--previous", &anchor]).says(0, &["Anchored 2 trails"]);
}

#[test]
fn changes_to_the_functions_that_look_for_faults_are_found() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    stage.database().execute(
        "create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
         returns table (case_id uuid, entry_id bigint, problem text) language sql stable set search_path = ''
         as 'select null::uuid, null::bigint, null::text where false';
         alter table core.cases disable trigger tg_cases__audit",
    );
    let (lines, _) = auditor.run(&["verify", "--json"]).found();
    let changed = |what: &str| lines.iter().any(|line| line["problem"] == "changed" && line["what"] == what);
    assert!(changed("function audit.find_broken_links(uuid,uuid)"), "{lines:?}");
    assert!(changed("trigger tg_cases__audit on core.cases"), "{lines:?}");
}

#[test]
fn the_server_seals_what_has_come_into_the_journals() {
    let stage = Stage::alone();
    stage.officer();
    // More than one batch of them, and one that may still be counted on.
    stage.database().execute(
        "insert into audit.refusals (operation, user_id, user_role, reason, occurred_at)
         select 'x', 'flood', 'x', 'x', now() - interval '1 hour' from generate_series(1, 2500);
         insert into audit.refusals (operation, user_id, user_role, reason) values ('x', 'late', 'x', 'x')",
    );
    let _server = Server::start(&stage.database().url);
    let sealed = "select coalesce(sum(row_count), 0) from audit.seals where journal = 'audit.refusals'";
    until("refusals are sealed", || stage.database().count(sealed, &[]) == 2500);
    let unsealed = "select count(*) from auth.sign_ins where id > (select max(last_id) from audit.seals where journal = 'auth.sign_ins')";
    assert_eq!(stage.database().count(unsealed, &[]), 0);
}

#[test]
fn an_unfinished_change_of_the_directory_does_not_hold_up_other_seals() {
    let stage = Stage::alone();
    stage.officer();
    let database = stage.database();
    let mut registrar = database.superuser_of_its_own();
    let mut change = registrar.transaction().unwrap();
    let user = "insert into auth.users (user_id, issuer, subject, name) values ('new', 'x', 'new', 'New')";
    change.batch_execute(user).unwrap();
    let sealed = |journal: &str| {
        database.execute("set local statement_timeout = '5s'; select audit.seal_journals(1000)");
        database.count("select count(*) from audit.seals where journal::text = $1", &[&journal])
    };
    assert_eq!([sealed("auth.sign_ins"), sealed("auth.directory_changes")], [1, 0]);
    change.commit().unwrap();
    assert_eq!(sealed("auth.directory_changes"), 1);
}
