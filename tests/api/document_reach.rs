//! Access to documents.

use serde_json::{Value, json};

use crate::support::{Answer, Client, ROLES, Stage, id_of, samples};

type Call = fn(&Client, &str) -> Answer;

const OPERATIONS: [(&str, Call); 3] = [
    ("get_document", |client, id| client.get(&format!("/api/documents/{id}"))),
    ("download_document", |client, id| client.get(&format!("/api/documents/{id}/download"))),
    ("delete_document", |client, id| client.delete(&format!("/api/documents/{id}"))),
];
const NONE_SUCH: &str = "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";

fn is_of_role(operation: &str, role: &str) -> bool {
    operation != "delete_document" || role == "HMCTS_CASE_OFFICER"
}

/// A clean document of the officer's in a new case: the ids of both.
fn document(stage: &Stage, officer: &Client) -> (String, String) {
    let case = officer.create_case();
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    (id_of(&case).to_owned(), id.to_owned())
}

#[track_caller]
fn assert_recorded(stage: &Stage, answer: &Answer, wanted: &Value) {
    let sql = "select jsonb_build_array(case_id, operation, user_id, user_role, reason)
        from audit.refusals where request_id = $1";
    let row: Value = stage.database().superuser().query_one(sql, &[&answer.request_id()]).unwrap().get(0);
    assert_eq!(row, *wanted);
}

#[test]
fn all_who_reach_a_case_reach_its_documents_but_adopters_only_their_own() {
    let stage = Stage::new();
    let officer = stage.officer();
    for role in ROLES {
        let (case_id, id) = document(&stage, &officer);
        let insider = stage.insider(role, &officer, &case_id);
        for (operation, call) in OPERATIONS {
            let answer = call(&insider, &id);
            if is_of_role(operation, role) && role != "ADOPTER" {
                assert_eq!(answer.status, 200, "{role} {operation}: {}", answer.text);
            } else {
                let reason = if is_of_role(operation, role) { "REACH" } else { "ROLE" };
                assert_recorded(&stage, &answer, &json!([case_id, operation, insider.user_id, role, reason]));
                answer.refused(403, "FORBIDDEN");
            }
        }
    }
}

#[test]
fn an_adopter_reaches_what_it_uploaded_while_it_reaches_the_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case));
    let answer = adopter.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    adopter.document(id);
    assert_eq!(adopter.get(&format!("/api/documents/{id}/download")).status, 200);

    let path = format!("/api/cases/{}/assignments", id_of(&case));
    let assignments = officer.get(&path).succeeded(200);
    officer
        .delete(&format!("{path}/{}", assignments["assignments"][0]["id"].as_str().unwrap()))
        .succeeded(200);
    for (_, call) in &OPERATIONS[..2] {
        call(&adopter, id).refused(403, "FORBIDDEN");
    }
}

#[test]
fn documents_of_another_case_are_out_of_reach_and_each_attempt_is_recorded() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case_id, id) = document(&stage, &officer);
    for role in ROLES {
        let stranger = stage.stranger(role);
        for (operation, call) in OPERATIONS {
            let answer = call(&stranger, &id);
            let reason = if is_of_role(operation, role) { "REACH" } else { "ROLE" };
            assert_recorded(&stage, &answer, &json!([case_id, operation, stranger.user_id, role, reason]));
            answer.refused(403, "FORBIDDEN");
        }
    }
    for (_, call) in OPERATIONS {
        call(&stage.visitor(), &id).refused(401, "AUTH_REQUIRED");
    }
    officer.document(&id);
}

#[test]
fn a_document_that_does_not_exist_is_not_found() {
    let stage = Stage::new();
    for role in ROLES {
        let client = stage.stranger(role);
        for (operation, call) in OPERATIONS {
            let answer = call(&client, NONE_SUCH);
            assert_eq!(answer.refused(404, "NOT_FOUND")["error"], "Document not found", "{role} {operation}");
            assert_eq!(stage.refusals(&client.user_id, operation), 0);
        }
    }
}

#[test]
fn the_documents_of_a_deleted_case_are_gone() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case_id, id) = document(&stage, &officer);
    officer.delete(&format!("/api/cases/{case_id}")).succeeded(200);
    for (_, call) in OPERATIONS {
        call(&officer, &id).refused(404, "NOT_FOUND");
    }
    officer.upload(&case_id, "b.pdf", &samples::pdf()).refused(404, "NOT_FOUND");
}
