use serde_json::json;

use crate::support::{ROLES, Stage, id_of, link};

#[test]
fn an_ended_link_is_over_and_its_row_remains() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    link(&officer, id_of(&case), "council", "LOCAL_AUTHORITY");
    assert_eq!(officer.delete(&format!("{path}/council")).succeeded(200), json!({"success": true}));
    officer.delete(&format!("{path}/council")).refused(404, "NOT_FOUND");
    let kept = stage.database().count(
        "select count(*) from core.organisation_links where case_id::text = $1 and unlinked_by = $2",
        &[&id_of(&case), &officer.user_id],
    );
    assert_eq!(kept, 1);
    link(&officer, id_of(&case), "council", "VOLUNTARY_AGENCY");
}

#[test]
fn an_id_is_found_in_whatever_characters_it_is_written() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/organisations", id_of(&case));
    for (id, written) in [
        ("Stoke/Staffs", "Stoke%2FStaffs"),
        ("a b", "a%20b"),
        ("100%", "100%25"),
        ("Ö-🏛", "%C3%96-%F0%9F%8F%9B"),
        ("a+b", "a+b"),
        ("'; drop table core.cases; --", "';%20drop%20table%20core.cases;%20--"),
        ("..", "%2E%2E"),
    ] {
        link(&officer, id_of(&case), id, "LOCAL_AUTHORITY");
        officer.delete(&format!("{path}/{written}")).succeeded(200);
        assert_eq!(officer.get(&path).succeeded(200), json!({"organisations": []}), "{id}");
    }
}

#[test]
fn an_organisation_that_is_not_linked_cannot_be_unlinked() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case, other) = (officer.create_case(), officer.create_case());
    link(&officer, id_of(&case), "council", "LOCAL_AUTHORITY");
    officer.delete(&format!("/api/cases/{}/organisations/council", id_of(&other))).refused(404, "NOT_FOUND");
    officer.delete(&format!("/api/cases/{}/organisations/Council", id_of(&case))).refused(404, "NOT_FOUND");
    let long = "x".repeat(300);
    officer
        .delete(&format!("/api/cases/{}/organisations/{long}", id_of(&case)))
        .refused_field("organisationId");
}

#[test]
fn only_an_officer_unlinks() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    link(&officer, id_of(&case), "council", "LOCAL_AUTHORITY");
    for role in &ROLES[1..] {
        let insider = stage.insider(role, &officer, id_of(&case));
        insider
            .delete(&format!("/api/cases/{}/organisations/council", id_of(&case)))
            .refused(403, "FORBIDDEN");
    }
}
