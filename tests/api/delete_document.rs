use serde_json::json;

use crate::support::{Stage, id_of, samples};

#[test]
fn a_deleted_document_is_gone_but_its_bytes_and_its_trail_stay() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let path = format!("/api/documents/{}", answer["documentId"].as_str().unwrap());
    stage.scanned(answer["documentId"].as_str().unwrap(), "clean");

    assert_eq!(officer.delete(&path).succeeded(200), json!({"success": true}));
    for client in [&officer, &judge] {
        client.get(&path).refused(404, "NOT_FOUND");
        client.get(&format!("{path}/download")).refused(404, "NOT_FOUND");
        let list = client.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
        assert_eq!(list["documents"], json!([]));
        let versions = format!("/api/cases/{}/documents/a.pdf/versions", id_of(&case));
        assert_eq!(client.get(&versions).succeeded(200)["versions"], json!([]));
    }
    officer.delete(&path).refused(404, "NOT_FOUND");
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
    let entry = &officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200)["entries"][0];
    assert_eq!((&entry["action"], &entry["actor"]), (&json!("DOCUMENT_DELETE"), &json!(officer.user_id)));
}

#[test]
fn the_version_of_a_deleted_document_is_not_used_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    officer.delete(&format!("/api/documents/{}", answer["documentId"].as_str().unwrap())).succeeded(200);
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    assert_eq!(officer.document(answer["documentId"].as_str().unwrap())["version"], 2);
}
