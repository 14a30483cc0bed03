//! The tag of a case covers what the caller is shown; a precondition for a change is about the version alone.

use serde_json::json;

use crate::support::{Answer, Client, Stage, assign, id_of, link};

fn tag(answer: &Answer) -> String {
    answer.header("ETag").unwrap_or_else(|| panic!("no ETag: {}", answer.text)).to_owned()
}

fn tag_of(client: &Client, path: &str) -> String {
    tag(&client.get(path))
}

fn read_unless(client: &Client, path: &str, known: &str) -> Answer {
    client.request("GET", path).header("If-None-Match", known).send()
}

#[test]
fn the_same_case_has_the_same_tag_however_it_was_answered() {
    let stage = Stage::new();
    let officer = stage.officer();
    let created = officer.post("/api/cases", json!({"caseType": "AGENCY_ADOPTION", "notes": "n"}));
    let path = created.header("Location").unwrap().to_owned();
    assert_eq!(tag(&created), tag_of(&officer, &path));
    assert_eq!(tag_of(&officer, &path), tag_of(&officer, &path));
    let changed = officer.patch(&path, json!({"notes": "m"}));
    assert_ne!(tag(&changed), tag(&created));
    assert_eq!(tag(&changed), tag_of(&officer, &path));
    let moved = officer.patch(&format!("{path}/status"), json!({"status": "DIRECTIONS"}));
    assert_eq!(tag(&moved), tag_of(&officer, &path));
    // A change that changes nothing.
    assert_eq!(tag(&officer.patch(&path, json!({"notes": "m"}))), tag(&moved));
    assert_eq!(tag(&officer.request("HEAD", &path).send()), tag(&moved));
    assert_eq!(tag(&stage.officer().get(&path)), tag(&moved), "another officer is shown the same");
}

#[test]
fn the_tag_covers_everything_that_the_caller_sees() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "n"}));
    let id = id_of(&case);
    let path = format!("/api/cases/{id}");
    let mut tags = vec![tag_of(&officer, &path)];
    let judge = stage.judge_of(&officer, id);
    tags.push(tag_of(&officer, &path));
    assign(&officer, id, "somebody", "APPLICANT");
    tags.push(tag_of(&officer, &path));
    link(&officer, id, "council", "LOCAL_AUTHORITY");
    tags.push(tag_of(&officer, &path));
    // They may do other things with it.
    tags.push(tag_of(&judge, &path));
    // And an adopter is shown less.
    let adopter = stage.insider("ADOPTER", &officer, id);
    tags.push(tag_of(&adopter, &path));
    assert!(tags.iter().all(|tag| tag.starts_with("\"1.")), "{tags:?}");
    let mut different = tags.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), tags.len(), "{tags:?}");
}

#[test]
fn a_case_that_the_client_has_is_not_sent_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = id_of(&officer.create_case_with(json!({"notes": "n".repeat(3000)}))).to_owned();
    let path = format!("/api/cases/{id}");
    let known = tag_of(&officer, &path);
    let coded = officer.request("GET", &path).header("Accept-Encoding", "gzip").send();
    assert_eq!(tag(&coded), known.trim_end_matches('"').to_owned() + "-gzip\"");
    for stated in
        [known.clone(), tag(&coded), format!("W/{known}"), format!("\"x\", {known}"), "*".to_owned()]
    {
        for method in ["GET", "HEAD"] {
            let answer = officer.request(method, &path).header("If-None-Match", &stated).send();
            assert_eq!((answer.status, answer.bytes.len()), (304, 0), "{stated}");
            assert_eq!(tag(&answer), known, "{stated}");
            assert_eq!(answer.header("Content-Type"), None);
            assert!(answer.list("Vary").contains("Accept-Encoding"));
            assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        }
    }
    let both =
        officer.request("GET", &path).header("Accept-Encoding", "gzip").header("If-None-Match", &known);
    let both = both.send();
    assert_eq!((both.status, tag(&both)), (304, tag(&coded)));
    assert_eq!(both.header("Content-Encoding"), None);

    // The version alone does not say what was seen.
    for other in ["\"1\"", "\"1.0000000000000000\"", ""] {
        assert_eq!(read_unless(&officer, &path, other).status, 200, "{other}");
    }
    assign(&officer, &id, "judge", "JUDICIAL");
    let answer = read_unless(&officer, &path, &known);
    assert_ne!(tag(&answer), known);
    assert_eq!(answer.succeeded(200)["assignedJudge"], "judge");
    // Nothing that is refused is known.
    read_unless(&stage.visitor(), &path, "*").refused(401, "AUTH_REQUIRED");
    read_unless(&officer, "/api/cases/nonsense", "*").refused(404, "NOT_FOUND");
}

#[test]
fn a_document_that_the_client_has_is_not_sent_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = crate::support::samples::pdf();
    let document = officer.upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let id = document["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    let path = format!("/api/documents/{id}/download");
    let known = tag_of(&officer, &path);
    for range in ["bytes=0-9", ""] {
        let request = officer.request("GET", &path).header("If-None-Match", &known).header("Range", range);
        let answer = request.send();
        assert_eq!((answer.status, answer.bytes.len()), (304, 0));
        assert_eq!((tag(&answer), answer.header("Content-Range")), (known.clone(), None));
    }
    assert_eq!(read_unless(&officer, &path, "\"another\"").status, 200);
}

#[test]
fn a_precondition_for_a_change_compares_only_the_version() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = id_of(&officer.create_case()).to_owned();
    let path = format!("/api/cases/{id}");
    let change = |if_match: &str, notes: &str| {
        let request = officer.request("PATCH", &path).header("If-Match", if_match);
        request.json(&json!({"notes": notes})).send()
    };
    let first = tag_of(&officer, &path);
    // The version stays, so a change based on it is allowed.
    assign(&officer, &id, "judge", "JUDICIAL");
    assert_ne!(tag_of(&officer, &path), first);
    let second = tag(&change(&first, "a"));
    let third = tag(&change(&(second.trim_end_matches('"').to_owned() + "-gzip\""), "b"));
    // As clients of earlier releases state it.
    let fourth = tag(&change("\"3\"", "c"));
    let fifth = tag(&change(&format!("{first}, {fourth}"), "d"));
    assert!(fifth.starts_with("\"5."), "{fifth}");
    for stale in [&first, &second, &third, &fourth, "\"4\"", "W/\"5\"", &format!("W/{fifth}"), "\"5.x\"", "5"]
    {
        assert_eq!(change(stale, "z").refused(412, "CONFLICT")["currentVersion"], 5, "{stale}");
    }
    let both = officer.request("PATCH", &path).header("If-Match", &fifth);
    both.json(&json!({"notes": "e", "version": 5})).send().succeeded(200);
}

#[test]
fn a_repeated_request_gets_the_tag_of_its_first_answer() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let change = || {
        let request = officer.request("PATCH", &path).header("Idempotency-Key", "once");
        request.json(&json!({"notes": "n"})).send()
    };
    let first = change();
    assert_eq!((tag(&first), first.header("Idempotency-Replayed")), (tag_of(&officer, &path), None));
    let again = change();
    assert_eq!((tag(&again), again.header("Idempotency-Replayed")), (tag(&first), Some("true")));
}
