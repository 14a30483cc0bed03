use serde_json::json;

use crate::support::{ROLES, Stage, fields_of, id_of, link};

#[test]
fn the_linked_organisations_are_listed_as_they_were_linked() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    assert_eq!(officer.get(&path).succeeded(200), json!({"organisations": []}));
    link(&officer, id_of(&case), "council", "LOCAL_AUTHORITY");
    link(&officer, id_of(&case), "gone", "LOCAL_AUTHORITY");
    link(&officer, id_of(&case), "agency", "VOLUNTARY_AGENCY");
    officer.delete(&format!("{path}/gone")).succeeded(200);
    let list = officer.get(&path).succeeded(200);
    let organisations = list["organisations"].as_array().unwrap();
    let ids: Vec<_> = organisations.iter().map(|link| link["organisationId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["council", "agency"]);
    let fields = ["caseId", "createdAt", "createdBy", "organisationId", "organisationType"];
    assert_eq!(fields_of(&organisations[0]), fields);
}

#[test]
fn all_who_reach_a_case_see_its_organisations_except_adopters() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    link(&officer, id_of(&case), "council", "LOCAL_AUTHORITY");
    for role in ROLES {
        let insider = stage.insider(role, &officer, id_of(&case));
        let answer = insider.get(&format!("/api/cases/{}/organisations", id_of(&case)));
        if role == "ADOPTER" {
            answer.refused(403, "FORBIDDEN");
        } else {
            let list = answer.succeeded(200);
            assert_eq!(list["organisations"][0]["organisationId"], "council", "{role}");
        }
    }
}
