use serde_json::json;

use crate::support::{ROLES, Stage, assign, at_once, fields_of, id_of, unique};

#[test]
fn a_new_assignment_is_returned_with_its_user_and_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/assignments", id_of(&case));
    for assignment_type in ["JUDICIAL", "CAFCASS", "SOCIAL_WORKER", "APPLICANT"] {
        let body = json!({"userId": "  Jo Judge\t", "assignmentType": assignment_type});
        let assignment = officer.post(&path, body).succeeded(201);
        assert_eq!(fields_of(&assignment), ["assignmentId", "assignmentType", "caseId", "userId"]);
        assert_eq!(assignment["caseId"], id_of(&case));
        assert_eq!(assignment["userId"], "Jo Judge", "trimmed");
        assert_eq!(assignment["assignmentType"], assignment_type);
    }
    assert_eq!(officer.read_case(id_of(&case))["version"], 1, "an assignment moves no version");
}

#[test]
fn the_same_assignment_again_is_a_conflict() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/assignments", id_of(&case));
    let body = json!({"userId": "jo", "assignmentType": "JUDICIAL"});
    officer.post(&path, body.clone()).succeeded(201);
    officer.post(&path, body).refused(409, "CONFLICT");
    officer.post(&path, json!({"userId": " jo ", "assignmentType": "JUDICIAL"})).refused(409, "CONFLICT");
    officer.post(&path, json!({"userId": "jo", "assignmentType": "CAFCASS"})).succeeded(201);
    officer.post(&path, json!({"userId": "Jo", "assignmentType": "JUDICIAL"})).succeeded(201);
    let audit = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
    assert_eq!(audit["pagination"]["total"], 4, "a conflict is no change");
}

#[test]
fn a_revoked_assignment_can_be_made_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let first = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    officer.delete(&format!("/api/cases/{}/assignments/{first}", id_of(&case))).succeeded(200);
    assert_ne!(assign(&officer, id_of(&case), "jo", "JUDICIAL"), first);
}

#[test]
fn a_user_and_a_known_type_are_needed() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/assignments", id_of(&case));
    for user in [json!(null), json!(""), json!(" \u{a0}\t")] {
        officer.post(&path, json!({"userId": user, "assignmentType": "JUDICIAL"})).refused_field("userId");
    }
    officer.post(&path, json!({"assignmentType": "JUDICIAL"})).refused_field("userId");
    for word in [json!(null), json!(""), json!("JUDGE"), json!("judicial")] {
        officer.post(&path, json!({"userId": "jo", "assignmentType": word})).refused_field("assignmentType");
    }
    officer.post(&path, json!({"userId": "jo"})).refused_field("assignmentType");
    let longest = "ü".repeat(100);
    let body = json!({"userId": format!("{longest}x"), "assignmentType": "JUDICIAL"});
    officer.post(&path, body).refused_field("userId");
    officer.post(&path, json!({"userId": longest, "assignmentType": "JUDICIAL"})).succeeded(201);
}

#[test]
fn the_role_is_asked_before_the_case_is_looked_for() {
    let stage = Stage::new();
    let path = "/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061/assignments";
    for role in &ROLES[1..] {
        let client = stage.user(role, json!({}));
        client.post(path, json!({"userId": "jo", "assignmentType": "NONE"})).refused(403, "FORBIDDEN");
    }
    stage
        .officer()
        .post(path, json!({"userId": "jo", "assignmentType": "JUDICIAL"}))
        .refused(404, "NOT_FOUND");
}

#[test]
fn an_assignment_gives_access_from_now_on() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({"username": unique("judge")}));
    judge.get(&format!("/api/cases/{}", id_of(&case))).refused(403, "FORBIDDEN");
    assign(&officer, id_of(&case), &judge.user_id, "JUDICIAL");
    judge.read_case(id_of(&case));
    let listed = judge.get("/api/cases").succeeded(200);
    assert_eq!(listed["cases"][0]["id"], case["id"]);
}

#[test]
fn a_case_names_exactly_the_users_who_remain_after_simultaneous_changes() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let case_id = id_of(&case);
    let leaving: Vec<_> =
        (0..5).map(|number| assign(&officer, case_id, &format!("gone.{number}"), "APPLICANT")).collect();
    at_once(15, |number| match number % 3 {
        0 => {
            assign(&officer, case_id, &format!("here.{}", number / 3), "APPLICANT");
        }
        1 => {
            let path = format!("/api/cases/{case_id}/assignments/{}", leaving[number / 3]);
            officer.delete(&path).succeeded(200);
        }
        _ => {
            let body = json!({
                "organisationId": format!("la.{}", number / 3), "organisationType": "LOCAL_AUTHORITY"
            });
            officer.post(&format!("/api/cases/{case_id}/organisations"), body).succeeded(201);
        }
    });
    let read = officer.read_case(case_id);
    for (field, start) in [("applicantIds", "here"), ("organisationIds", "la")] {
        let mut names: Vec<_> =
            read[field].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, (0..5).map(|number| format!("{start}.{number}")).collect::<Vec<_>>(), "{field}");
    }
}

#[test]
fn a_user_has_one_id_however_it_is_typed() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/assignments", id_of(&case));
    let body = |user: &str| json!({"userId": user, "assignmentType": "CAFCASS"});
    let assigned = officer.post(&path, body("zoe\u{308}.one")).succeeded(201);
    assert_eq!(assigned["userId"], "zoë.one");
    officer.post(&path, body("zoë.one")).refused(409, "CONFLICT");
    for user in ["zo\u{200b}e", "zo\u{202e}e", "zo\u{7}e", "zo\u{2060}e", "zo\u{ad}e"] {
        officer.post(&path, body(user)).refused_field("userId");
        let login = json!({"username": user, "role": "ADOPTER"});
        stage.visitor().log_in(login).refused_field("username");
        let link = json!({"organisationId": user, "organisationType": "LOCAL_AUTHORITY"});
        officer
            .post(&format!("/api/cases/{}/organisations", id_of(&case)), link)
            .refused_field("organisationId");
    }
    let mut zoe = stage.visitor();
    zoe.log_in(json!({"username": "zoe\u{308}.one", "role": "CAFCASS_OFFICER"})).succeeded(200);
    zoe.get(&format!("/api/cases/{}", id_of(&case))).succeeded(200);
}
