use serde_json::json;

use crate::support::{Stage, fields_of, id_of};

#[test]
fn the_form_tells_what_a_document_can_be() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = officer.get(&format!("/api/cases/{}/upload-document", id_of(&case))).succeeded(200);
    assert_eq!(fields_of(&form), ["caseId", "documentTypes", "userRole"]);
    assert_eq!((&form["caseId"], &form["userRole"]), (&case["id"], &json!("HMCTS_CASE_OFFICER")));
    let types = form["documentTypes"].as_array().unwrap();
    assert_eq!(types.len(), 15);
    for of_a_type in types {
        assert_eq!(fields_of(of_a_type), ["descriptionRequired", "helpText", "label", "value"]);
    }
    let label =
        |value| types.iter().find(|of_a_type| of_a_type["value"] == value).map(|found| &found["label"]);
    assert_eq!(label("background-checks").unwrap(), "Background checks (DBS, references)");
    assert_eq!(label("other").unwrap(), "Other (please describe)");
    assert_eq!((&types[0]["value"], &types[14]["value"]), (&json!("legal-correspondence"), &json!("other")));
}

#[test]
fn judges_do_not_upload() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    judge.get(&format!("/api/cases/{}/upload-document", id_of(&case))).refused(403, "FORBIDDEN");
}
