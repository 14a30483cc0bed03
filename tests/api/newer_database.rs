//! The database moves on under a running server. A migration may give a type more attributes; one that takes away
//! what the server needs is noticed before anything is changed.

use std::thread;

use serde_json::json;

use crate::support::{Client, Stage, assign, fields_of, id_of};

/// A migration that changes what some functions say: each function, the old text, the new text.
fn migrate(stage: &Stage, change: &str, functions: &[[&str; 3]]) {
    let mut superuser = stage.database().superuser();
    let mut migration = superuser.transaction().unwrap();
    // As in each migration of sources, whose functions name one another.
    migration.batch_execute("set local check_function_bodies = off").unwrap();
    migration.batch_execute(change).unwrap();
    for [function, old, new] in functions {
        let look = format!("select pg_get_functiondef('{function}'::regproc)");
        let definition: String = migration.query_one(&look, &[]).unwrap().get(0);
        assert!(definition.contains(old), "{definition}");
        migration.batch_execute(&definition.replace(old, new)).unwrap();
    }
    migration.commit().unwrap();
}

/// Of several connections at once, so that each has prepared its statements.
fn everywhere(ask: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(&ask);
        }
    });
}

fn assignments_of(stage: &Stage, case_id: &str) -> i64 {
    stage.database().count("select count(*) from core.assignments where case_id::text = $1", &[&case_id])
}

#[track_caller]
fn try_to_assign(officer: &Client, case_id: &str) {
    let body = json!({"userId": "jo.judge", "assignmentType": "JUDICIAL"});
    officer.request("POST", &format!("/api/cases/{case_id}/assignments")).json(&body).send_expecting_500();
}

#[test]
fn new_attributes_of_a_type_are_ignored() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let path = format!("/api/cases/{id}");
    let read = || (officer.read_case(id), officer.get("/api/cases").succeeded(200));
    everywhere(|| drop(read()));
    let before = read();

    migrate(
        &stage,
        "alter type api.case_record add attribute something text;
         alter type api.key_dates add attribute decision timestamptz;
         alter type api.case_page add attribute somewhere text",
        &[
            ["core.case_records", "\n    d.case_id is null\n", "\n    d.case_id is null, 'new'::text\n"],
            ["core.case_records", "c.next_hearing)::api.key_dates", "c.next_hearing, now())::api.key_dates"],
            ["api.list_cases", ")::api.case_page", ", 'here')::api.case_page"],
        ],
    );

    assert_eq!(read(), before);
    everywhere(|| assert_eq!(read(), before));
    let changed = officer.patch(&path, json!({"notes": "n"})).succeeded(200);
    assert_eq!((&changed["version"], changed.get("something")), (&json!(2), None));
    officer.change_status(id, "DIRECTIONS").succeeded(200);
    assert_eq!(fields_of(&officer.create_case()), fields_of(&case));
    officer.delete(&path).succeeded(200);
}

#[test]
fn a_function_may_come_back_with_another_type() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let greeting = || officer.get("/api/protected").succeeded(200);
    everywhere(|| drop(greeting()));
    let before = greeting();

    stage.database().execute(
        "create type api.warm_greeting as (warmth integer, caller api.caller, message text);
         drop function api.get_protected();
         create function api.get_protected() returns api.warm_greeting language sql stable
         as $$ select row(37, core.caller(), 'You are signed in')::api.warm_greeting $$;
         grant execute on function api.get_protected() to casefile_caller;
         drop function request.get_protected(bytea, uuid, text);
         create function request.get_protected(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
         returns api.warm_greeting language plpgsql
         as $$
         begin
           perform auth.resume(p_token_sha256, p_request_id, p_client_address, true);
           return api.get_protected();
         end;
         $$;
         grant execute on function request.get_protected(bytea, uuid, text) to casefile_api",
    );

    everywhere(|| assert_eq!(greeting(), before));
}

#[test]
fn a_function_that_comes_back_with_too_little_is_answered_with_500_and_nothing_is_changed() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    everywhere(|| drop(officer.get(&format!("/api/cases/{id}/assignments")).succeeded(200)));
    assign(&officer, id, "ada.adopter", "APPLICANT");

    stage.database().execute(
        "create type api.lesser_assignment as (id uuid, case_id uuid, user_id text, created_at timestamptz);
         drop function api.create_assignment(uuid, text, text);
         create function api.create_assignment(p_case_id uuid, p_user_id text, p_assignment_type text)
         returns api.lesser_assignment language sql
         as $$
           insert into core.assignments (case_id, user_id, assignment_type)
           values (p_case_id, p_user_id, p_assignment_type::core.assignment_type)
           returning row(id, case_id, user_id, created_at)::api.lesser_assignment
         $$;
         grant execute on function api.create_assignment(uuid, text, text) to hmcts_case_officer;
         drop function request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text);
         create function request.create_assignment(
           p_token_sha256 bytea, p_request_id uuid, p_client_address text, p_key text, p_request_sha256 bytea,
           p_case_id uuid, p_user_id text, p_assignment_type text
         )
         returns api.lesser_assignment language plpgsql
         as $$
         begin
           perform auth.resume(p_token_sha256, p_request_id, p_client_address);
           return api.create_assignment(p_case_id, p_user_id, p_assignment_type);
         end;
         $$;
         grant execute on function
           request.create_assignment(bytea, uuid, text, text, bytea, uuid, text, text) to casefile_api",
    );

    for _ in 0..3 {
        try_to_assign(&officer, id);
    }
    assert_eq!(assignments_of(&stage, id), 1);
    assert!(stage.server().log().contains("assignment_type: the type has no such attribute"));
    officer.read_case(id);
}

#[test]
fn a_type_that_lost_a_needed_attribute_is_noticed_before_the_call_and_used_again_once_it_has_it() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    migrate(
        &stage,
        "alter type api.assignment drop attribute created_by",
        &[["core.assignment_records", ", p.assigned_by\n", "\n"]],
    );
    for _ in 0..3 {
        try_to_assign(&officer, id);
    }
    assert_eq!(assignments_of(&stage, id), 0);

    // No connection keeps believing in the lesser type.
    migrate(
        &stage,
        "alter type api.assignment add attribute created_by text",
        &[["core.assignment_records", "a.created_at\n", "a.created_at, p.assigned_by\n"]],
    );
    for user in ["jo.judge", "jim.judge", "jane.judge"] {
        assign(&officer, id, user, "JUDICIAL");
    }
    let assignments = officer.get(&format!("/api/cases/{id}/assignments")).succeeded(200);
    assert_eq!(assignments["assignments"][2]["userId"], "jane.judge");
}
