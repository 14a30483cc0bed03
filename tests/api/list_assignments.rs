use serde_json::json;

use crate::support::{ROLES, Stage, assert_is_timestamp, assign, fields_of, id_of};

#[test]
fn the_active_assignments_are_listed_as_they_were_made() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/assignments", id_of(&case));
    assert_eq!(officer.get(&path).succeeded(200), json!({"assignments": []}));

    let judge = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    let revoked = assign(&officer, id_of(&case), "kim", "CAFCASS");
    let applicant = assign(&officer, id_of(&case), "ada", "APPLICANT");
    officer.delete(&format!("{path}/{revoked}")).succeeded(200);

    let list = officer.get(&path).succeeded(200);
    let assignments = list["assignments"].as_array().unwrap();
    let ids: Vec<_> = assignments.iter().map(|assignment| assignment["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [judge, applicant]);
    let first = &assignments[0];
    assert_eq!(fields_of(first), ["assignmentType", "caseId", "createdAt", "createdBy", "id", "userId"]);
    assert_eq!(first["caseId"], id_of(&case));
    assert_eq!(first["userId"], "jo");
    assert_eq!(first["assignmentType"], "JUDICIAL");
    assert_eq!(first["createdBy"], officer.user_id);
    assert_is_timestamp(&first["createdAt"]);
}

#[test]
fn all_who_reach_a_case_see_its_assignments_but_adopters_only_their_own() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    assign(&officer, id_of(&case), "jo", "JUDICIAL");
    let insiders: Vec<_> =
        ROLES.iter().map(|role| (*role, stage.insider(role, &officer, id_of(&case)))).collect();
    for (role, insider) in insiders {
        let list = insider.get(&format!("/api/cases/{}/assignments", id_of(&case))).succeeded(200);
        let users: Vec<_> =
            list["assignments"].as_array().unwrap().iter().map(|a| a["userId"].as_str().unwrap()).collect();
        if role == "ADOPTER" {
            assert_eq!(users, [insider.user_id.as_str()]);
            assert_eq!(list["assignments"][0].get("createdBy").and_then(|by| by.as_str()), None);
        } else {
            assert_eq!(users.len(), 5, "{role}");
        }
    }
}
