use serde_json::json;

use crate::support::{Stage, assert_is_timestamp, id_of, samples};

#[test]
fn a_document_shows_its_current_states() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    assert_eq!(officer.document(id)["virusScanStatus"], "pending");
    stage.scanned(id, "clean");
    stage
        .database()
        .execute(&format!("update core.documents set ocr_status = 'processing' where id = '{id}'"));
    let document = officer.document(id);
    assert_eq!(
        (&document["virusScanStatus"], &document["ocrStatus"]),
        (&json!("clean"), &json!("processing"))
    );
    assert_is_timestamp(&document["virusScanCompletedAt"]);
    stage.database().execute(&format!(
        "update core.documents set ocr_status = 'failed', ocr_failure_reason = 'unreadable' where id = '{id}'"
    ));
    let document = officer.document(id);
    assert_eq!(document["ocrFailureReason"], "unreadable");
    assert_is_timestamp(&document["ocrCompletedAt"]);
}

#[test]
fn a_document_can_be_read_by_all_who_reach_the_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    assert_eq!(judge.document(id), officer.document(id));
    officer.get("/api/documents/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061").refused(404, "NOT_FOUND");
    officer.get("/api/documents/none").refused(404, "NOT_FOUND");
}
