//! Access to cases by each operation: the two tables of the domain, over HTTP.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, ROLES, Stage, assign, fields_of, id_of, link, samples, unique};

struct Operation {
    id: &'static str,
    call: fn(&Client, &str) -> Answer,
    roles: &'static [&'static str],
    /// Whether everybody is told that there is no such case, or only roles that have the operation.
    says_missing_to_all: bool,
}

const OFFICER: &[&str] = &["HMCTS_CASE_OFFICER"];
const COURT: &[&str] = &["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER"];
const PROFESSIONALS: &[&str] =
    &["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER"];
const UPLOADERS: &[&str] =
    &["HMCTS_CASE_OFFICER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER", "ADOPTER"];
const NONE_SUCH: &str = "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";

fn operation(
    id: &'static str,
    roles: &'static [&'static str],
    call: fn(&Client, &str) -> Answer,
) -> Operation {
    Operation {
        id,
        call,
        roles,
        says_missing_to_all: matches!(id, "change_case_status" | "list_case_audit" | "revoke_assignment"),
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation("get_case", &ROLES, |client, id| client.get(&format!("/api/cases/{id}"))),
        operation("update_case", OFFICER, |client, id| {
            client.patch(&format!("/api/cases/{id}"), json!({"notes": "n"}))
        }),
        operation("change_case_status", COURT, |client, id| client.change_status(id, "ON_HOLD")),
        operation("list_case_audit", COURT, |client, id| client.get(&format!("/api/cases/{id}/audit"))),
        operation("list_assignments", &ROLES, |client, id| {
            client.get(&format!("/api/cases/{id}/assignments"))
        }),
        operation("create_assignment", OFFICER, |client, id| {
            let body = json!({"userId": unique("user"), "assignmentType": "JUDICIAL"});
            client.post(&format!("/api/cases/{id}/assignments"), body)
        }),
        operation("list_organisations", PROFESSIONALS, |client, id| {
            client.get(&format!("/api/cases/{id}/organisations"))
        }),
        operation("link_organisation", OFFICER, |client, id| {
            let body = json!({"organisationId": unique("org"), "organisationType": "LOCAL_AUTHORITY"});
            client.post(&format!("/api/cases/{id}/organisations"), body)
        }),
        operation("revoke_assignment", OFFICER, |client, id| {
            client.delete(&format!("/api/cases/{id}/assignments/{NONE_SUCH}"))
        }),
        operation("unlink_organisation", OFFICER, |client, id| {
            client.delete(&format!("/api/cases/{id}/organisations/none-such"))
        }),
        operation("get_upload_form", UPLOADERS, |client, id| {
            client.get(&format!("/api/cases/{id}/upload-document"))
        }),
        operation("upload_document", UPLOADERS, |client, id| client.upload(id, "a.pdf", &samples::pdf())),
        operation("list_documents", &ROLES, |client, id| client.get(&format!("/api/cases/{id}/documents"))),
        operation("list_document_versions", &ROLES, |client, id| {
            client.get(&format!("/api/cases/{id}/documents/a.pdf/versions"))
        }),
        operation("delete_case", OFFICER, |client, id| client.delete(&format!("/api/cases/{id}"))),
    ]
}

#[test]
fn a_caller_who_reaches_a_case_may_do_exactly_what_the_role_may() {
    let stage = Stage::new();
    let officer = stage.officer();
    for role in ROLES {
        let case = officer.create_case();
        let insider = stage.insider(role, &officer, id_of(&case));
        for operation in operations() {
            let answer = (operation.call)(&insider, id_of(&case));
            if operation.roles.contains(&role) {
                // The last two have nothing to take away, and say so.
                let missing = answer.status == 404
                    && matches!(operation.id, "revoke_assignment" | "unlink_organisation");
                assert!(answer.status < 300 || missing, "{role} {}: {}", operation.id, answer.text);
            } else {
                refused_by_role(&stage, &insider, &operation, role, Some(id_of(&case)), answer);
            }
        }
    }
}

#[test]
fn every_operation_on_a_case_out_of_reach_is_refused_and_recorded() {
    let stage = Stage::new();
    let case = stage.officer().create_case();
    let id = id_of(&case);
    for role in ROLES {
        let stranger = stage.stranger(role);
        for operation in operations() {
            let answer = (operation.call)(&stranger, id);
            if operation.roles.contains(&role) {
                let request_id = answer.request_id();
                let refusal = answer.refused(403, "FORBIDDEN");
                assert_eq!(refusal["error"], "Access denied", "{role} {}", operation.id);
                let row = refusal_row(&stage, request_id);
                assert_eq!(row, json!([id, operation.id, stranger.user_id, role, "REACH", "127.0.0.1"]));
            } else {
                refused_by_role(&stage, &stranger, &operation, role, Some(id), answer);
            }
        }
        assert_eq!(stranger.get("/api/cases").succeeded(200)["pagination"]["total"], 0, "{role}");
    }
    let after = stage.officer().read_case(id);
    assert_eq!((&after["version"], &after["status"]), (&json!(1), &json!("APPLICATION")));
}

#[test]
fn a_case_that_does_not_exist_is_not_found_unless_the_role_may_not_even_ask() {
    let stage = Stage::new();
    for role in ROLES {
        let client = stage.user(role, json!({"courtAssignment": stage.court_name}));
        for operation in operations() {
            let answer = (operation.call)(&client, NONE_SUCH);
            if operation.roles.contains(&role) || operation.says_missing_to_all {
                answer.refused(404, "NOT_FOUND");
                assert_eq!(stage.refusals(&client.user_id, operation.id), 0, "{role} {}", operation.id);
            } else {
                refused_by_role(&stage, &client, &operation, role, None, answer);
            }
        }
    }
}

#[test]
fn an_id_that_is_not_a_uuid_is_answered_like_an_unknown_one() {
    let stage = Stage::new();
    for role in ROLES {
        let client = stage.user(role, json!({"courtAssignment": stage.court_name}));
        for operation in operations() {
            let [unknown, none] = [NONE_SUCH, "none"].map(|id| (operation.call)(&client, id));
            assert_eq!(
                (none.status, &none.json["error"], &none.json["code"]),
                (unknown.status, &unknown.json["error"], &unknown.json["code"]),
                "{role} {}",
                operation.id
            );
            assert!(matches!(none.status, 403 | 404), "{}", none.text);
        }
        for (method, rest) in [("GET", ""), ("GET", "/download"), ("DELETE", "")] {
            let [unknown, none] = [NONE_SUCH, "none"]
                .map(|id| client.request(method, &format!("/api/documents/{id}{rest}")).send());
            assert_eq!(
                (none.status, &none.json["error"]),
                (404, &unknown.json["error"]),
                "{role} {method} {rest}"
            );
        }
    }
    let officer = stage.officer();
    let path = format!("/api/cases/{}/assignments", id_of(&officer.create_case()));
    let [unknown, none] =
        [NONE_SUCH, "none"].map(|id| officer.delete(&format!("{path}/{id}")).refused(404, "NOT_FOUND"));
    assert_eq!(none["error"], unknown["error"]);
}

#[test]
fn a_deleted_case_does_not_exist_but_for_its_audit_trail() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let insiders: Vec<_> = ROLES.iter().map(|role| (*role, stage.insider(role, &officer, id))).collect();
    officer.delete(&format!("/api/cases/{id}")).succeeded(200);
    for (role, insider) in insiders {
        for operation in operations() {
            let answer = (operation.call)(&insider, id);
            match (operation.id, role) {
                ("list_case_audit", "HMCTS_CASE_OFFICER") => {
                    assert_eq!(answer.succeeded(200)["entries"][0]["action"], "DELETE");
                }
                _ if operation.roles.contains(&role) || operation.says_missing_to_all => {
                    answer.refused(404, "NOT_FOUND");
                }
                _ => {
                    answer.refused(403, "FORBIDDEN");
                }
            }
        }
        assert_eq!(insider.get("/api/cases").succeeded(200)["pagination"]["total"], 0, "{role}");
    }
}

#[test]
fn every_operation_on_a_case_wants_a_session() {
    let stage = Stage::new();
    let case = stage.officer().create_case();
    for operation in operations() {
        (operation.call)(&stage.visitor(), id_of(&case)).refused(401, "AUTH_REQUIRED");
    }
    stage.visitor().get("/api/cases").refused(401, "AUTH_REQUIRED");
    stage.visitor().post("/api/cases", json!({"caseType": "AGENCY_ADOPTION"})).refused(401, "AUTH_REQUIRED");
}

#[test]
fn a_role_without_the_court_or_organisation_that_it_needs_reaches_nothing() {
    let stage = Stage::new();
    let case = stage.officer().create_case();
    link(&stage.officer(), id_of(&case), &unique("org"), "VOLUNTARY_AGENCY");
    for role in ["HMCTS_CASE_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER"] {
        let nobody = stage.user(role, json!({}));
        assert_eq!(nobody.get("/api/cases").succeeded(200)["cases"], json!([]), "{role}");
        nobody.get(&format!("/api/cases/{}", id_of(&case))).refused(403, "FORBIDDEN");
    }
}

#[test]
fn an_assignment_of_another_kind_or_a_link_of_another_kind_gives_no_access() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let wrong = [
        ("JUDGE_LEGAL_ADVISER", "CAFCASS"),
        ("CAFCASS_OFFICER", "JUDICIAL"),
        ("LA_SOCIAL_WORKER", "APPLICANT"),
        ("VAA_WORKER", "SOCIAL_WORKER"),
        ("ADOPTER", "SOCIAL_WORKER"),
    ];
    for (role, assignment_type) in wrong {
        let client = stage.user(role, json!({}));
        assign(&officer, id, &client.user_id, assignment_type);
        client.get(&format!("/api/cases/{id}")).refused(403, "FORBIDDEN");
    }
    for (role, organisation_type) in
        [("LA_SOCIAL_WORKER", "VOLUNTARY_AGENCY"), ("VAA_WORKER", "LOCAL_AUTHORITY")]
    {
        let organisation = unique("org");
        link(&officer, id, &organisation, organisation_type);
        let client = stage.user(role, json!({"organisationId": organisation}));
        client.get(&format!("/api/cases/{id}")).refused(403, "FORBIDDEN");
    }
}

#[test]
fn a_social_worker_reaches_the_cases_of_its_local_authority() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let council = unique("council");
    let worker = stage.user("LA_SOCIAL_WORKER", json!({"organisationId": council}));
    worker.get(&format!("/api/cases/{}", id_of(&case))).refused(403, "FORBIDDEN");
    link(&officer, id_of(&case), &council, "LOCAL_AUTHORITY");
    worker.read_case(id_of(&case));
    assert_eq!(worker.get("/api/cases").succeeded(200)["pagination"]["total"], 1);
}

#[test]
fn user_ids_are_compared_with_their_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let name = unique("judge");
    assign(&officer, id_of(&case), &name.to_uppercase(), "JUDICIAL");
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({"username": name}));
    judge.get(&format!("/api/cases/{}", id_of(&case))).refused(403, "FORBIDDEN");
}

#[track_caller]
fn refused_by_role(
    stage: &Stage,
    client: &Client,
    operation: &Operation,
    role: &str,
    case: Option<&str>,
    answer: Answer,
) {
    let request_id = answer.request_id();
    let refusal = answer.refused(403, "FORBIDDEN");
    assert_eq!(refusal["error"], "Permission denied", "{role} {}", operation.id);
    assert_eq!(fields_of(&refusal), ["code", "error", "reason", "requestId", "requiredRoles", "userRole"]);
    assert_eq!(refusal["requiredRoles"], json!(operation.roles), "{}", operation.id);
    assert_eq!(refusal["userRole"], role);
    let row = refusal_row(stage, request_id);
    assert_eq!(row, json!([case, operation.id, client.user_id, role, "ROLE", "127.0.0.1"]));
}

/// The only row that this request left in the security audit.
#[track_caller]
fn refusal_row(stage: &Stage, request_id: Uuid) -> Value {
    let sql = "select jsonb_build_array(case_id, operation, user_id, user_role, reason, client_address)
        from audit.refusals where request_id = $1";
    stage.database().superuser().query_one(sql, &[&request_id]).unwrap().get(0)
}
