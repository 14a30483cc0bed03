//! `casefile audit anchor` writes how far each trail has come, signed, and writes nothing if the trails depart from the
//! previous anchor.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Auditor, Cluster, Stage, Standby, id_of};

fn header_of(text: &str) -> Value {
    serde_json::from_str(text.lines().nth(1).unwrap()).unwrap()
}

#[test]
fn anchors_go_to_the_document_store_one_after_the_other_and_are_recorded() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let officer = stage.officer();
    let [first, second] = [officer.create_case(), officer.create_case()];

    auditor.run(&["anchor"]).says(0, &["Anchored 2 trails"]);
    let case = officer.create_case();
    auditor.run(&["anchor"]).says(0, &["Anchored 3 trails", "in the document store as audit-anchors/"]);
    let anchors = auditor.stored();
    assert_eq!(anchors.len(), 2);
    let [old, new] = [&anchors[0], &anchors[1]].map(|path| fs::read_to_string(path).unwrap());

    let lines: Vec<&str> = new.lines().collect();
    assert_eq!((lines[0], lines.len()), ("casefile audit anchor 1", 6));
    let mut ids = [&first, &second, &case].map(|case| id_of(case).to_owned());
    ids.sort();
    for (line, id) in lines[3..].iter().zip(&ids) {
        assert!(line.starts_with(&format!("{id} 1 ")) && line.len() == 36 + 3 + 64, "{line}");
    }
    let header = header_of(&new);
    assert_eq!((&header["cases"], header.get("restart")), (&json!(3), None));
    let series = header["series"].as_array().unwrap();
    let own = series
        .iter()
        .find(|series| series["name"].as_str().unwrap().starts_with(&format!("{}/", stage.court_code)));
    assert_eq!(own.unwrap()["lastNumber"], 3);
    assert_eq!(header["previous"]["takenAt"], header_of(&old)["takenAt"]);
    let name = anchors[1].file_name().unwrap().to_str().unwrap();
    assert_eq!(name, format!("{}.anchor", header["takenAt"].as_str().unwrap()));

    let recorded = "select count(*) from audit.anchors as a
        where a.taken_at = $1::text::timestamptz and encode(a.root, 'hex') = $2 and a.cases = 3 and a.actor = 'casefile_backup'";
    let [taken, root] = ["takenAt", "root"].map(|name| header[name].as_str().unwrap());
    assert_eq!(stage.database().count(recorded, &[&taken, &root]), 1);
    // They are no documents, and nobody's.
    let said = String::from_utf8(stage.keep(&["fsck", "--documents"]).stdout).unwrap();
    assert!(said.ends_with("Found: 0.\n"), "{said}");
}

#[test]
fn an_anchor_in_a_file_is_never_overwritten_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;

    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let path = auditor.path("first");
    auditor.run(&["anchor", "--file", &path]).says(0, &["Anchored 0 trails", &path]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&path).unwrap();
    auditor.run(&["anchor", "--file", &path]).cannot(&[&path, "No anchor is overwritten"]);
    assert_eq!(fs::read(&path).unwrap(), before);

    // The database knows that there was one, so the next names it.
    let next = auditor.path("next");
    auditor.run(&["anchor", "--file", &next]).says(
        1,
        &["was recorded, and is not there; if it is in a file, name that file", "No anchor was written"],
    );
    assert!(!fs::exists(&next).unwrap());
    auditor.run(&["anchor", "--file", &next, "--previous", &path]).says(0, &["Anchored 0 trails"]);
    assert_eq!(
        header_of(&fs::read_to_string(&next).unwrap())["previous"]["takenAt"],
        header_of(&fs::read_to_string(&path).unwrap())["takenAt"]
    );
    // An older one in its place is not the newest.
    auditor.run(&["anchor", "--previous", &path]).says(1, &["was recorded, and is not there"]);
    assert!(auditor.stored().is_empty());
}

#[test]
fn nothing_is_anchored_that_departs_from_the_anchor_before_unless_it_is_meant() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let case = stage.officer().create_case();
    auditor.run(&["anchor"]).says(0, &[]);
    let id = id_of(&case);
    stage.tamper(&format!(
        "update audit.entries set client_address = 'elsewhere' where case_id = '{id}'; select pg_temp.chain_anew('{id}')"
    ));

    auditor
        .run(&["anchor"])
        .says(1, &["is not the entry that was anchored", id, "No anchor was written", "--restart"]);
    assert_eq!(auditor.stored().len(), 1);
    assert_eq!(stage.database().count("select count(*) from audit.anchors", &[]), 1);

    auditor
        .run(&["anchor", "--restart"])
        .says(0, &["is not the entry that was anchored", "Anchored 1 trails"]);
    let header = header_of(&fs::read_to_string(auditor.stored().last().unwrap()).unwrap());
    assert_eq!((&header["restart"], header["previous"].is_object()), (&json!(true), true));
    auditor.run(&["anchor"]).says(0, &["Found: 0."]);
}

#[test]
fn the_first_anchor_reads_everything() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let case = stage.officer().create_case();
    stage.tamper(&format!(
        "update audit.entries set client_address = 'elsewhere' where case_id = '{}'",
        id_of(&case)
    ));
    auditor.run(&["anchor"]).says(1, &["changed, or an entry before it is missing", id_of(&case)]);
    assert!(auditor.stored().is_empty());
}

#[test]
fn an_anchor_that_cannot_be_taken_is_explained_in_one_line() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let anchor = |environment: &[(&str, &str)]| auditor.run_with(&["anchor"], environment);
    anchor(&[("AUDIT_ANCHOR_KEY_FILE", "")]).cannot(&["AUDIT_ANCHOR_KEY_FILE is not set", "openssl genpkey"]);
    anchor(&[("AUDIT_ANCHOR_KEY_FILE", "/no/such")]).cannot(&["AUDIT_ANCHOR_KEY_FILE names /no/such"]);
    let public = auditor.path("public.pem");
    anchor(&[("AUDIT_ANCHOR_KEY_FILE", &public)]).cannot(&["holds no private key of Ed25519"]);
    auditor.run(&["anchor", "--previous", "latest"]).cannot(&["has no anchor yet"]);
    auditor.run(&["anchor", "--previous", "no/such"]).cannot(&["There is no file no/such"]);
    auditor.run(&["anchor", "--file", "/proc/none"]).says(2, &["/proc/none cannot be written"]);

    auditor.make_key("x25519");
    anchor(&[]).cannot(&["holds no private key of Ed25519"]);
}

#[test]
fn a_standby_is_named_as_one() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let cluster = Cluster::new();
    cluster.superuser().batch_execute("alter role casefile_backup password 'casefile_backup'").unwrap();
    let standby = Standby::of(&cluster);
    let url = standby.url().replace("casefile_api:casefile_api@", "casefile_backup:casefile_backup@");
    auditor
        .run_with(&["anchor"], &[("BACKUP_DATABASE_URL", &url)])
        .cannot(&["is a standby", "Name the primary"]);
}

#[test]
fn no_anchor_is_older_than_the_one_before() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let anchor = auditor.anchor();
    let text = fs::read_to_string(&anchor).unwrap();
    let header = text.lines().nth(1).unwrap();
    let later =
        header.replacen(header_of(&text)["takenAt"].as_str().unwrap(), "9999-01-01T00:00:00.000000Z", 1);
    let text =
        text.replacen(text.lines().nth(2).unwrap(), &auditor.sign(&later), 1).replacen(header, &later, 1);
    fs::write(&anchor, text).unwrap();
    auditor.run(&["verify", "--against", &anchor]).says(0, &["against 9999-01-01"]);
    auditor
        .run(&["anchor", "--previous", &anchor, "--restart"])
        .says(2, &["The clock of the database is behind", "9999-01-01"]);
    assert!(auditor.stored().is_empty());
}

#[test]
fn anchors_of_a_former_key_count_while_its_public_half_is_kept() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    auditor.run(&["anchor"]).says(0, &[]);
    let former = fs::read_to_string(auditor.path("public.pem")).unwrap();
    auditor.make_key("ed25519");
    auditor.run(&["anchor"]).cannot(&["signed by a key that", "AUDIT_ANCHOR_PUBLIC_KEY_FILE"]);
    let both = fs::read_to_string(auditor.path("public.pem")).unwrap() + &former;
    fs::write(auditor.path("public.pem"), both).unwrap();
    auditor.run(&["anchor"]).says(0, &["Found: 0."]);
}
