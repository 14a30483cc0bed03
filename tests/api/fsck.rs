//! `casefile fsck` names changes to a database or to its documents, and reports by its status that there are some.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Stage, assign, documents_of, id_of, samples};

/// The findings of these parts, and the status.
fn found(stage: &Stage, arguments: &[&str]) -> (Vec<Value>, Option<i32>) {
    let output = stage.keep(&[&["fsck", "--json"], arguments].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(last["found"], lines.len(), "{said}");
    (lines, output.status.code())
}

#[test]
fn a_database_as_it_should_be_is_fine() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    assert_eq!(found(&stage, &[]), (Vec::new(), Some(0)));
}

#[test]
fn documents_that_are_missing_altered_or_nobodys_are_named() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let upload = || {
        let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf_of(100)).succeeded(201);
        answer["documentId"].as_str().unwrap().to_owned()
    };
    let mut documents = [upload(), upload(), upload()];
    documents.sort();
    let [whole, altered, missing] = documents;
    let folder = documents_of(&stage.database().url).join(id_of(&case));
    let mut bytes = fs::read(folder.join(&altered)).unwrap();
    bytes[50] ^= 1;
    fs::write(folder.join(&altered), bytes).unwrap();
    fs::rename(folder.join(&missing), folder.join("00000000-0000-4000-8000-000000000001")).unwrap();
    fs::write(folder.join("notes.txt"), "of somebody").unwrap();
    // One that is under way has anything.
    stage.database().execute(&format!(
        "alter table core.documents disable trigger user;
         insert into core.documents (id, case_id, court_code, filename, document_type, uploaded_by)
         select '00000000-0000-4000-8000-000000000002', id, court_code, 'b.pdf', 'court-order', 'somebody'
         from core.cases where id = '{}'",
        id_of(&case)
    ));
    fs::write(folder.join("00000000-0000-4000-8000-000000000002"), "half").unwrap();

    let (mut lines, status) = found(&stage, &["--documents"]);
    lines.sort_by_key(ToString::to_string);
    let document = |problem: &str, id: &str| json!({"part": "documents", "problem": problem, "case": id_of(&case), "document": id});
    let mut expected = vec![
        document("altered", &altered),
        document("missing", &missing),
        document("orphaned", "00000000-0000-4000-8000-000000000001"),
        json!({"part": "documents", "problem": "not of Casefile", "file": format!("{}/notes.txt", id_of(&case))}),
    ];
    expected.sort_by_key(ToString::to_string);
    assert_eq!((lines, status), (expected, Some(1)));

    // Another run may go on after those that were looked at.
    let from = format!("documents:{altered}");
    let (lines, _) = found(&stage, &["--documents", "--from", &from]);
    assert!(lines.iter().all(|line| line["problem"] != "altered") && lines.len() == 3, "{lines:?}");
    let from = format!("documents:{whole}");
    assert_eq!(found(&stage, &["--documents", "--from", &from]).0.len(), 4);
}

#[test]
fn an_audit_trail_or_a_number_that_was_tampered_with_is_named() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let [changed, cut, moved] = [officer.create_case(), officer.create_case(), officer.create_case()];
    let [changed, moved, cut] = [&changed, &moved, &cut].map(id_of);
    stage.tamper(&format!(
        "update audit.entries set client_address = 'elsewhere' where case_id = '{changed}';
         update core.cases set version = 5 where id = '{moved}';
         delete from audit.entries where case_id = '{cut}';
         update core.case_number_series set last_number = last_number + 1 where last_number = 3"
    ));

    let (lines, status) = found(&stage, &["--audit"]);
    let of = |case: &str| lines.iter().filter(|line| line["case"] == case).count();
    // A version is compared with the entries' number, and with the last of them.
    assert!(of(changed) == 1 && of(moved) == 2 && of(cut) >= 1, "{lines:?}");
    assert!(lines.iter().any(|line| line["part"] == "numbers"), "{lines:?}");
    assert_eq!(status, Some(1));
}

#[test]
fn a_trail_whose_case_is_gone_is_named_even_if_it_was_the_first_or_the_last() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let cases = [officer.create_case(), officer.create_case(), officer.create_case()];
    let [first, _, last] = cases.each_ref().map(id_of);
    stage.tamper(&format!(
        "delete from core.cases where id in ('{first}', '{last}');
         update core.cases set number_sequence = 1; update core.case_number_series set last_number = 1, case_count = 1"
    ));

    let (lines, _) = found(&stage, &["--audit"]);
    for id in [first, last] {
        let is_named =
            |line: &Value| line["case"] == id && line["problem"] == "the case of this trail is gone";
        assert!(lines.iter().any(is_named), "{lines:?}");
    }
}

#[test]
fn a_membership_that_nobody_has_recorded_is_named() {
    let stage = Stage::alone();
    stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    assert_eq!(found(&stage, &["--audit"]).1, Some(0));
    stage.tamper(
        "insert into auth.users (user_id, issuer, subject, name) values ('mallory', 'x', 'mallory', 'Mallory');
         insert into auth.memberships (id, user_id, user_role) values (core.new_id(), 'mallory', 'JUDGE_LEGAL_ADVISER')",
    );
    let (lines, status) = found(&stage, &["--audit"]);
    let parts: Vec<_> = lines.iter().map(|line| (&line["part"], &line["problem"])).collect();
    assert_eq!(parts, [(&json!("directory"), &json!("was never recorded")); 2], "{lines:?}");
    assert!(lines.iter().any(|line| line["what"] == "user mallory"));
    assert_eq!(status, Some(1));
}

#[test]
fn reach_without_an_assignment_or_link_is_named() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let [more, fewer] = [officer.create_case(), officer.create_case()];
    assign(&officer, id_of(&fewer), "judge.one", "JUDICIAL");
    stage.database().execute(&format!(
        "insert into core.case_reach (case_id, way, reached_by, created_at) values ('{}', 'JUDICIAL', 'judge.two', now());
         delete from core.case_reach where case_id = '{}'",
        id_of(&more),
        id_of(&fewer),
    ));

    let (lines, status) = found(&stage, &["--audit"]);
    let of = |case: &Value| {
        lines.iter().filter(|line| line["part"] == "reach" && line["case"] == case["id"]).count()
    };
    assert!(of(&more) == 1 && of(&fewer) == 1, "{lines:?}");
    assert_eq!(status, Some(1));
}

#[test]
fn privileges_policies_and_functions_that_somebody_changed_are_named() {
    let stage = Stage::alone();
    stage.database().execute(
        "grant select on core.cases to public; drop policy select_own_court on core.documents;
         create function core.mine() returns integer language sql as 'select 1';
         alter table auth.sessions no force row level security",
    );
    let (lines, status) = found(&stage, &["--privileges"]);
    let named: Vec<_> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    for what in [
        "grants on table core.cases",
        "policy select_own_court on core.documents",
        "function core.mine()",
        "table auth.sessions",
    ] {
        assert!(named.contains(&what), "{what}: {named:?}");
    }
    assert_eq!(status, Some(1));
}

#[test]
fn a_part_that_cannot_be_checked_is_not_a_finding() {
    let stage = Stage::alone();
    stage.database().execute(
        "delete from public.schema_migrations where version = (select max(version) from public.schema_migrations)",
    );
    let output = stage.keep(&["fsck"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("lacks the migration"), "{said}");
    assert_eq!(stage.keep(&["fsck", "--from", "documents:1"]).status.code(), Some(2));
}
