//! A user with several roles changes to another one.

use serde_json::{Value, json};

use crate::support::{Client, SignInStage, session_of};

const MEMBERSHIP: &str = "/api/auth/membership";

fn choose(client: &mut Client, fields: Value) -> crate::support::Answer {
    let answer = client.post(MEMBERSHIP, fields);
    if answer.status == 200 {
        client.cookie = Some(answer.cookie().split(';').next().unwrap().to_owned());
    }
    answer
}

/// An officer of two courts, who is an adopter as well.
fn stage_of_many() -> SignInStage {
    let stage = SignInStage::new();
    stage.add_membership("olivia.officer", "HMCTS_CASE_OFFICER", Some("Leeds Family Court"), None);
    stage.add_membership("olivia.officer", "ADOPTER", None, None);
    stage
}

#[test]
fn the_chosen_role_is_another_session_and_the_one_before_is_over() {
    let stage = stage_of_many();
    let mut client = stage.signed_in("olivia.officer");
    let ends_at = "select count(distinct ends_at) from auth.sessions";
    for (fields, court, page) in [
        (
            json!({"role": "HMCTS_CASE_OFFICER", "courtAssignment": "Leeds Family Court"}),
            Some("Leeds Family Court"),
            "/dashboard",
        ),
        (json!({"role": "ADOPTER"}), None, "/my-cases"),
        (
            json!({"role": "HMCTS_CASE_OFFICER", "courtAssignment": "Birmingham Family Court"}),
            Some("Birmingham Family Court"),
            "/dashboard",
        ),
    ] {
        let before = client.clone();
        let end = stage.database.count(ends_at, &[]);
        let body = choose(&mut client, fields.clone()).succeeded(200);
        assert_eq!((body["success"].clone(), body["redirectUrl"].clone()), (json!(true), json!(page)));
        assert_eq!(body["user"]["role"], fields["role"]);
        assert_eq!(body["user"]["courtAssignment"].as_str(), court);
        assert_eq!(session_of(&client)["user"], body["user"]);
        assert_eq!(session_of(&before)["authenticated"], false);
        assert_eq!((end, stage.database.count(ends_at, &[])), (1, 1));
    }
    let case = client.create_case();
    assert_eq!(case["assignedCourt"], "Birmingham Family Court");
    let audit = client.get(&format!("/api/cases/{}/audit", case["id"].as_str().unwrap())).succeeded(200);
    assert_eq!(audit["entries"][0]["actorRole"], "HMCTS_CASE_OFFICER");
}

#[test]
fn a_membership_of_another_user_cannot_be_chosen_and_a_refusal_ends_no_session() {
    let stage = stage_of_many();
    let mut client = stage.signed_in("olivia.officer");
    choose(&mut client, json!({"role": "ADOPTER"})).succeeded(200);
    for (fields, reason) in [
        (json!({"role": "JUDGE_LEGAL_ADVISER"}), "NO_MEMBERSHIP"),
        (json!({"role": "HMCTS_CASE_OFFICER", "courtAssignment": "Newcastle Family Court"}), "NO_MEMBERSHIP"),
        (json!({"role": "HMCTS_CASE_OFFICER", "courtAssignment": "Nowhere"}), "NO_MEMBERSHIP"),
        (json!({"role": "ADOPTER", "organisationId": "midlands-adoption"}), "NO_MEMBERSHIP"),
        (json!({"role": "HMCTS_CASE_OFFICER"}), "MEMBERSHIP_REQUIRED"),
    ] {
        let body = choose(&mut client, fields.clone()).refused(403, "FORBIDDEN");
        assert_eq!(body["reason"], reason, "{fields}");
    }
    for fields in [json!({}), json!({"role": null}), json!({"role": "KING"}), json!({"role": 7})] {
        choose(&mut client, fields).refused_field("role");
    }
    assert_eq!(session_of(&client)["user"]["role"], "ADOPTER");
}

#[test]
fn a_role_that_has_ended_cannot_be_chosen_and_ends_its_session() {
    let stage = stage_of_many();
    let mut client = stage.signed_in("olivia.officer");
    choose(&mut client, json!({"role": "ADOPTER"})).succeeded(200);
    stage
        .database
        .execute("select auth.end_membership(id) from auth.memberships where user_role = 'ADOPTER'");
    client.get("/api/cases").refused(401, "AUTH_REQUIRED");
    let mut client = stage.signed_in("olivia.officer");
    let body = choose(&mut client, json!({"role": "ADOPTER"})).refused(403, "FORBIDDEN");
    assert_eq!(body["reason"], "NO_MEMBERSHIP");
}

#[test]
fn without_a_session_there_is_nothing_to_choose() {
    let stage = stage_of_many();
    let mut visitor = stage.server.client();
    choose(&mut visitor, json!({"role": "ADOPTER"})).refused(401, "AUTH_REQUIRED");
    visitor.cookie = Some("casefile_session=made-up".to_owned());
    choose(&mut visitor, json!({"role": "ADOPTER"})).refused(401, "AUTH_REQUIRED");
    let foreign = visitor.request("POST", MEMBERSHIP).header("Origin", "https://evil.example");
    foreign.json(&json!({"role": "ADOPTER"})).send().refused(403, "FORBIDDEN");
}
