use serde_json::json;

use crate::support::{ROLES, Stage, fields_of};

#[test]
fn an_officer_is_greeted() {
    let stage = Stage::new();
    let officer = stage.officer();
    let body = officer.get("/api/admin-only").succeeded(200);
    assert_eq!(fields_of(&body), ["message", "user"]);
    assert_eq!(body["user"]["userId"], officer.user_id.as_str());
    assert_eq!(body["user"]["role"], "HMCTS_CASE_OFFICER");
}

#[test]
fn any_other_role_is_told_which_role_it_needs_and_the_refusal_is_recorded() {
    let stage = Stage::new();
    for role in &ROLES[1..] {
        let client = stage.user(role, json!({}));
        let refusal = client.get("/api/admin-only").refused(403, "FORBIDDEN");
        assert_eq!(refusal["error"], "Insufficient permissions");
        assert_eq!(refusal["requiredRoles"], json!(["HMCTS_CASE_OFFICER"]));
        assert_eq!(refusal["userRole"], *role);
        assert_eq!(stage.refusals(&client.user_id, "get_admin_only"), 1, "{role}");
    }
}

#[test]
fn a_visitor_has_to_log_in() {
    let stage = Stage::new();
    stage.visitor().get("/api/admin-only").refused(401, "AUTH_REQUIRED");
}
