use serde_json::{Value, json};

use crate::support::{Stage, fields_of, id_of};

#[test]
fn anybody_learns_what_a_form_needs_and_may_keep_the_answer() {
    let stage = Stage::new();
    let answer = stage.visitor().get("/api/reference");
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let reference = answer.succeeded(200);
    let expected = [
        "assignmentTypes",
        "caseTypes",
        "documentTypes",
        "fileTypes",
        "organisationTypes",
        "roles",
        "statuses",
        "transitions",
    ];
    assert_eq!(fields_of(&reference), expected);
    assert_eq!(reference["statuses"][0], json!({"value": "APPLICATION", "isOutcome": false}));
    let withdrawal = json!({
        "from": "APPLICATION",
        "to": "APPLICATION_WITHDRAWN",
        "roles": ["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER"],
        "reasonRequired": true,
    });
    assert!(reference["transitions"].as_array().unwrap().contains(&withdrawal));
    let png = json!({"extension": "png", "mimeType": "image/png", "sizeLimit": 20_971_520});
    assert!(reference["fileTypes"].as_array().unwrap().contains(&png));
}

#[test]
fn the_transitions_are_those_that_a_case_offers_to_its_reader() {
    let stage = Stage::new();
    let reference = stage.visitor().get("/api/reference").succeeded(200);
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    for (role, reader) in [("HMCTS_CASE_OFFICER", &officer), ("JUDGE_LEGAL_ADVISER", &judge)] {
        let case = reader.get(&format!("/api/cases/{}", id_of(&case))).succeeded(200);
        let follow: Vec<&Value> = reference["transitions"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| change["from"] == case["status"])
            .filter(|change| change["roles"].as_array().unwrap().contains(&json!(role)))
            .map(|change| &change["to"])
            .collect();
        assert_eq!(json!(follow), case["permissions"]["validTransitions"], "{role}");
    }
}
