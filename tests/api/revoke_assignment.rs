use serde_json::json;

use crate::support::{ROLES, Stage, assign, id_of};

const NONE_SUCH: &str = "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061";

#[test]
fn a_revoked_assignment_is_over_and_its_row_remains() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let assignment = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    let path = format!("/api/cases/{}/assignments/{assignment}", id_of(&case));
    assert_eq!(officer.delete(&path).succeeded(200), json!({"success": true}));
    officer.delete(&path).refused(404, "NOT_FOUND");
    let kept = stage.database().count(
        "select count(*) from core.assignments as a join core.assignment_particulars as p on p.assignment_id = a.id
         where a.id::text = $1 and a.revoked_at is not null and p.revoked_by = $2",
        &[&assignment, &officer.user_id],
    );
    assert_eq!(kept, 1);
    assert_eq!(officer.read_case(id_of(&case)).get("assignedJudge"), None);
}

#[test]
fn an_assignment_belongs_to_its_case() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case, other) = (officer.create_case(), officer.create_case());
    let assignment = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    officer
        .delete(&format!("/api/cases/{}/assignments/{assignment}", id_of(&other)))
        .refused(404, "NOT_FOUND");
    officer.delete(&format!("/api/cases/{}/assignments/{NONE_SUCH}", id_of(&case))).refused(404, "NOT_FOUND");
    officer.delete(&format!("/api/cases/{NONE_SUCH}/assignments/{assignment}")).refused(404, "NOT_FOUND");
    officer.delete(&format!("/api/cases/{}/assignments/17", id_of(&case))).refused(404, "NOT_FOUND");
    assert_eq!(officer.read_case(id_of(&case))["assignedJudge"], "jo");
}

#[test]
fn only_an_officer_revokes() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let assignment = assign(&officer, id_of(&case), "jo", "JUDICIAL");
    for role in &ROLES[1..] {
        let insider = stage.insider(role, &officer, id_of(&case));
        let path = format!("/api/cases/{}/assignments/{assignment}", id_of(&case));
        insider.delete(&path).refused(403, "FORBIDDEN");
    }
    let still = stage.database().count(
        "select count(*) from core.assignments where id::text = $1 and revoked_at is null",
        &[&assignment],
    );
    assert_eq!(still, 1);
}
