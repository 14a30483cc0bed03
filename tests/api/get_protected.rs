use serde_json::json;

use crate::support::{ROLES, Stage, fields_of};

#[test]
fn every_role_is_greeted_with_who_it_is() {
    let stage = Stage::new();
    for role in ROLES {
        let client =
            stage.user(role, json!({"courtAssignment": stage.court_name, "organisationId": "org-1"}));
        let body = client.get("/api/protected").succeeded(200);
        assert_eq!(fields_of(&body), ["message", "user"]);
        assert!(body["message"].is_string());
        assert_eq!(
            body["user"],
            json!({
                "userId": client.user_id,
                "username": client.user_id,
                "role": role,
                "courtAssignment": stage.court_name,
                "organisationId": "org-1",
            })
        );
    }
}

#[test]
fn a_visitor_has_to_log_in() {
    let stage = Stage::new();
    stage.visitor().get("/api/protected").refused(401, "AUTH_REQUIRED");
}
