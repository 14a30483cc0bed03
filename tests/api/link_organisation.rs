use serde_json::json;

use crate::support::{ROLES, Stage, assert_is_timestamp, id_of, unique};

#[test]
fn an_organisation_is_linked_as_what_it_is_to_the_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    for organisation_type in ["LOCAL_AUTHORITY", "VOLUNTARY_AGENCY"] {
        let id = unique("organisation");
        let body = json!({"organisationId": format!(" {id}\n"), "organisationType": organisation_type});
        let link = officer.post(&path, body).succeeded(201);
        assert_eq!(link["caseId"], id_of(&case));
        assert_eq!(link["organisationId"], id, "trimmed");
        assert_eq!(link["organisationType"], organisation_type);
        assert_eq!(link["createdBy"], officer.user_id);
        assert_is_timestamp(&link["createdAt"]);
    }
    let read = officer.read_case(id_of(&case));
    assert_eq!(read["organisationIds"].as_array().unwrap().len(), 2);
    assert_eq!(read["version"], 1, "a link moves no version");
}

#[test]
fn an_organisation_that_is_linked_already_is_a_conflict() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    officer.post(&path, json!({"organisationId": "o", "organisationType": "LOCAL_AUTHORITY"})).succeeded(201);
    for organisation_type in ["LOCAL_AUTHORITY", "VOLUNTARY_AGENCY"] {
        let body = json!({"organisationId": "o", "organisationType": organisation_type});
        officer.post(&path, body).refused(409, "CONFLICT");
    }
}

#[test]
fn an_organisation_and_a_known_type_are_needed() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    let linking = |id: serde_json::Value, kind: serde_json::Value| {
        officer.post(&path, json!({"organisationId": id, "organisationType": kind}))
    };
    for id in [json!(null), json!(""), json!(" \t")] {
        linking(id, json!("LOCAL_AUTHORITY")).refused_field("organisationId");
    }
    for kind in [json!(null), json!(""), json!("COUNCIL"), json!("local_authority")] {
        linking(json!("o"), kind).refused_field("organisationType");
    }
    let longest = "ü".repeat(100);
    linking(json!(format!("{longest}x")), json!("LOCAL_AUTHORITY")).refused_field("organisationId");
    linking(json!(longest), json!("LOCAL_AUTHORITY")).succeeded(201);
}

#[test]
fn the_role_is_asked_before_the_case_is_looked_for() {
    let stage = Stage::new();
    let path = "/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061/organisations";
    let body = json!({"organisationId": "o", "organisationType": "LOCAL_AUTHORITY"});
    for role in &ROLES[1..] {
        stage.user(role, json!({})).post(path, body.clone()).refused(403, "FORBIDDEN");
    }
    stage.officer().post(path, body).refused(404, "NOT_FOUND");
}
