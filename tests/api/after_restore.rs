//! A database that was restored is not served, until `casefile after-restore` has seen to it.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Client, Stage, documents_of, run};

/// The program's words at a start on this database and these documents.
fn started(stage: &Stage, command: &str) -> String {
    let documents = format!("file://{}", documents_of(&stage.database().url).display());
    let (output, _) = run(
        &[command],
        &[
            ("APP_ENV", "TEST"),
            ("AUTH_MODE", "mock"),
            ("PORT", "1"),
            ("DATABASE_URL", &stage.database().url),
            ("DOCUMENT_STORE_URL", &documents),
        ],
    );
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().last().unwrap_or_default().to_owned()
}

fn after_restore(stage: &Stage, options: &[&str]) -> Result<String, String> {
    let output = stage.keep(&[&["after-restore"], options].concat());
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    if output.status.success() { Ok(out) } else { Err(err) }
}

/// The server compares every few seconds.
#[track_caller]
fn until_ready_is(client: &Client, status: u16) -> Value {
    let patience = Instant::now() + Duration::from_secs(12);
    loop {
        let answer = client.request("GET", "/ready").run();
        if answer.status == status {
            return answer.json;
        }
        assert!(Instant::now() < patience, "/ready does not come to {status}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn new_case(officer: &Client) -> String {
    let case = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})).succeeded(201);
    case["caseNumber"].as_str().unwrap().to_owned()
}

fn number_of(case_number: &str) -> i64 {
    case_number.rsplit('/').next().unwrap().parse().unwrap()
}

/// The state after a recovery to a moment: the store knows an entry and numbers that the database lacks.
fn take_back(stage: &Stage, series: &Value) {
    let path = stage.mark();
    let mut mark: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    mark["entryId"] = json!(mark["entryId"].as_i64().unwrap() + 1000);
    mark["series"] = series.clone();
    fs::write(&path, mark.to_string()).unwrap();
}

/// The state after a dump is restored to another cluster.
const TO_ANOTHER_CLUSTER: &str = "update auth.home set system_identifier = '1'";

#[test]
fn a_restored_dump_is_not_served_until_after_restore_has_run() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let first = new_case(&officer);
    let year: i32 = first.split('/').nth(1).unwrap().parse().unwrap();
    stage.database().execute(TO_ANOTHER_CLUSTER);

    for command in ["serve", "check"] {
        let said = started(&stage, command);
        assert!(said.contains("restored, or copied") && said.contains("casefile after-restore"), "{said}");
    }
    // A running server notices, too.
    let answer = until_ready_is(&officer, 503);
    assert_eq!(answer["reason"], "DATABASE_RESTORED");
    officer.get("/api/cases").refused(503, "UNAVAILABLE");

    let told = after_restore(&stage, &[]).unwrap();
    assert!(told.contains("Ended: 1 sessions"), "{told}");
    until_ready_is(&officer, 200);
    officer.get("/api/cases").refused(401, "AUTH_REQUIRED");

    let officer = stage.officer();
    let second = new_case(&officer);
    assert!(number_of(&second) > number_of(&first) + 1000, "{first}, then {second}");
    let other = stage.next_court();
    // The series of a court without a case may have begun.
    let others = new_case(&other.officer());
    assert_eq!(number_of(&others), 1, "a court that came later: {others}");
    let gaps = stage.database().count(
        "select count(*) from core.case_number_gaps where court_code = $1 and year = $2 and first_number = 2",
        &[&stage.court_code, &year],
    );
    assert_eq!(gaps, 1);
    let said = String::from_utf8(stage.keep(&["fsck", "--audit"]).stdout).unwrap();
    assert!(said.ends_with("Found: 0.\n"), "{said}");
}

#[test]
fn a_recovery_to_an_earlier_moment_is_noticed_by_the_mark_in_the_store() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let first = new_case(&officer);
    let series = first.rsplit_once('/').unwrap().0.to_owned();
    // Its mark is written.
    let until = Instant::now() + Duration::from_secs(12);
    while !fs::read_to_string(stage.mark()).unwrap().contains(&format!("\"{series}\":1")) {
        assert!(Instant::now() < until, "the mark does not come to {series}");
        thread::sleep(Duration::from_millis(50));
    }
    // Nothing newer than the mark hinders a start.
    new_case(&officer);
    until_ready_is(&officer, 200);

    take_back(&stage, &json!({ &series: 500 }));
    until_ready_is(&officer, 503);
    let said = started(&stage, "serve");
    assert!(said.contains("restored to an earlier moment"), "{said}");
    after_restore(&stage, &[]).unwrap();
    until_ready_is(&officer, 200);
    let next = new_case(&stage.officer());
    assert_eq!(number_of(&next), 1501, "1000 beyond what the mark knows");
}

#[test]
fn a_second_run_changes_nothing_and_an_unnoticed_restore_needs_the_anyway_option() {
    let stage = Stage::alone();
    let officer = stage.officer();
    new_case(&officer);
    let refused = after_restore(&stage, &[]).unwrap_err();
    assert!(refused.contains("There is no sign that this database was restored"), "{refused}");
    officer.get("/api/cases").succeeded(200);

    after_restore(&stage, &["--anyway", "--gap", "7"]).unwrap();
    let again = after_restore(&stage, &["--anyway"]).unwrap();
    assert!(again.contains("done before"), "{again}");
    assert_eq!(stage.database().count("select count(*) from audit.restores", &[]), 1);
    assert_eq!(number_of(&new_case(&stage.officer())), 9);

    // After pg_upgrade: another cluster, and nothing lost.
    stage.database().execute(TO_ANOTHER_CLUSTER);
    after_restore(&stage, &["--nothing-lost"]).unwrap();
    until_ready_is(&officer, 200);
    assert_eq!(number_of(&new_case(&stage.officer())), 10);
}

#[test]
fn another_databases_store_is_refused() {
    let (stage, other) = (Stage::alone(), Stage::alone());
    fs::copy(other.mark(), stage.mark()).unwrap();
    let said = started(&stage, "serve");
    assert!(said.contains("not that of this database") && said.contains("DOCUMENT_STORE_URL"), "{said}");
    // So is a database whose mark is gone.
    until_ready_is(&stage.visitor(), 503);
    fs::remove_file(stage.mark()).unwrap();
    assert!(started(&stage, "check").contains("not that of this database"));
}
