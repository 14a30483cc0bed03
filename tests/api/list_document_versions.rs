use serde_json::{Value, json};

use crate::support::{Client, Stage, fields_of, id_of, samples};

fn versions(client: &Client, case: &Value, name: &str) -> Vec<i64> {
    let list = client.get(&format!("/api/cases/{}/documents/{name}/versions", id_of(case))).succeeded(200);
    assert_eq!(fields_of(&list), ["versions"]);
    list["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["version"].as_i64().unwrap())
        .collect()
}

#[test]
fn the_versions_of_a_name_come_newest_first() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for name in ["a.pdf", "a.pdf", "b.pdf", "a.pdf"] {
        officer.upload(id_of(&case), name, &samples::pdf()).succeeded(201);
    }
    officer.upload(id_of(&case), "a.pdf", b"refused").refused_field("file");
    assert_eq!(versions(&officer, &case, "a.pdf"), [3, 2, 1]);
    assert_eq!(versions(&officer, &case, "b.pdf"), [1]);
    assert_eq!(versions(&officer, &case, "c.pdf"), [0; 0]);
}

#[test]
fn names_of_any_script_are_asked_for_by_their_percent_encoding() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.upload(id_of(&case), "Gutachten für 100% 判决.pdf", &samples::pdf()).succeeded(201);
    let encoded = "Gutachten%20f%C3%BCr%20100%25%20%E5%88%A4%E5%86%B3.pdf";
    assert_eq!(versions(&officer, &case, encoded), [1]);
    for name in ["%zz.pdf", "a%00.pdf", "%ff.pdf"] {
        let path = format!("/api/cases/{}/documents/{name}/versions", id_of(&case));
        officer.get(&path).refused(400, "VALIDATION_ERROR");
    }
}

#[test]
fn an_adopter_sees_its_own_versions_with_their_numbers() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case));
    for client in [&officer, &adopter, &officer] {
        client.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    }
    assert_eq!(versions(&adopter, &case, "a.pdf"), [1]);
    let path = format!("/api/cases/{}/documents/a.pdf/versions", id_of(&case));
    let versions = adopter.get(&path).succeeded(200);
    assert_eq!(versions["versions"][0]["uploadedBy"], json!(adopter.user_id));
}

#[test]
fn an_adopter_s_file_is_no_version_of_a_document_that_it_may_not_see() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case));
    let uploaded = |client: &Client| {
        let answer = client.upload(id_of(&case), "report.pdf", &samples::pdf()).succeeded(201);
        let document = client.document(answer["documentId"].as_str().unwrap());
        (document["version"].as_i64().unwrap(), document["side"].as_str().unwrap().to_owned())
    };
    assert_eq!(uploaded(&officer), (1, "PROFESSIONALS".to_owned()));
    assert_eq!(uploaded(&adopter), (1, "ADOPTER".to_owned()));
    assert_eq!(uploaded(&officer), (2, "PROFESSIONALS".to_owned()));
    assert_eq!(uploaded(&adopter), (2, "ADOPTER".to_owned()));
    let path = format!("/api/cases/{}/documents/report.pdf/versions", id_of(&case));
    let told = |client: &Client| -> Vec<String> {
        let versions = client.get(&path).succeeded(200)["versions"].as_array().unwrap().clone();
        versions.iter().map(|one| format!("{} {}", one["side"].as_str().unwrap(), one["version"])).collect()
    };
    assert_eq!(told(&officer), ["PROFESSIONALS 2", "PROFESSIONALS 1", "ADOPTER 2", "ADOPTER 1"]);
    assert_eq!(told(&adopter), ["ADOPTER 2", "ADOPTER 1"]);
}
