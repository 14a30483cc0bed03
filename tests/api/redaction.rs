//! Data hidden from an adopter, in every operation that answers a case or a part of it.

use serde_json::{Value, json};

use crate::support::{Client, ROLES, Stage, assign, fields_of, id_of, link, unique};

struct Secrets {
    stage: Stage,
    officer: Client,
    adopter: Client,
    case_id: String,
    /// Every text that only professionals may read.
    words: Vec<String>,
}

fn secrets() -> Secrets {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({
        "notes": "secret-notes", "internalNotes": "secret-internal", "staffComments": "secret-comments",
        "linkedFamilyCourtCaseReference": "secret-reference",
    }));
    let id = id_of(&case);
    let judge = stage.judge_of(&officer, id);
    let (partner, guardian, council) = (unique("partner"), unique("guardian"), unique("council"));
    assign(&officer, id, &partner, "APPLICANT");
    assign(&officer, id, &guardian, "CAFCASS");
    link(&officer, id, &council, "LOCAL_AUTHORITY");
    let reason = json!({"status": "ON_HOLD", "reason": "secret-reason"});
    judge.patch(&format!("/api/cases/{id}/status"), reason).succeeded(200);
    let words = ["secret-", &judge.user_id, &officer.user_id, &partner, &guardian, &council];
    Secrets {
        adopter: stage.insider("ADOPTER", &officer, id),
        case_id: id.to_owned(),
        words: words.map(str::to_owned).into(),
        stage,
        officer,
    }
}

impl Secrets {
    #[track_caller]
    fn assert_kept(&self, text: &str) {
        for word in &self.words {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
}

#[test]
fn an_adopter_reads_a_redacted_case() {
    let secrets = secrets();
    let answer = secrets.adopter.get(&format!("/api/cases/{}", secrets.case_id));
    secrets.assert_kept(&answer.text);
    let case = answer.succeeded(200);
    assert_eq!(
        fields_of(&case),
        [
            "applicantIds",
            "assignedCourt",
            "attention",
            "caseNumber",
            "caseType",
            "courtCode",
            "createdAt",
            "history",
            "id",
            "keyDates",
            "permissions",
            "redacted",
            "status",
            "updatedAt",
            "version",
        ]
    );
    assert_eq!(case["redacted"], true);
    assert_eq!(case["status"], "ON_HOLD");
    assert_eq!(case["applicantIds"], json!([secrets.adopter.user_id]), "of the applicants only itself");
    let history = case["history"].as_array().unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(fields_of(&history[0]), ["at", "from", "to"]);
}

#[test]
fn an_adopter_s_list_is_redacted_too() {
    let secrets = secrets();
    for query in ["", "?sortBy=status", "?sortBy=attention&sortOrder=asc", "?status=ON_HOLD", "?caseNumber=T"]
    {
        let answer = secrets.adopter.get(&format!("/api/cases{query}"));
        secrets.assert_kept(&answer.text);
        let list = answer.succeeded(200);
        assert_eq!(list["pagination"]["total"], 1, "{query}");
        assert_eq!(list["cases"][0]["redacted"], true);
        assert_eq!(list["cases"][0]["applicantIds"], json!([secrets.adopter.user_id]));
    }
}

#[test]
fn an_adopter_sees_its_own_assignment_without_who_made_it() {
    let secrets = secrets();
    let answer = secrets.adopter.get(&format!("/api/cases/{}/assignments", secrets.case_id));
    secrets.assert_kept(&answer.text);
    let assignments = answer.succeeded(200);
    let assignments = assignments["assignments"].as_array().unwrap();
    assert_eq!(assignments.len(), 1);
    assert_eq!(assignments[0]["userId"], secrets.adopter.user_id);
    assert_eq!(assignments[0]["assignmentType"], "APPLICANT");
}

#[test]
fn refusals_tell_an_adopter_nothing() {
    let secrets = secrets();
    let id = &secrets.case_id;
    for answer in [
        secrets.adopter.get(&format!("/api/cases/{id}/organisations")),
        secrets.adopter.get(&format!("/api/cases/{id}/audit")),
        secrets.adopter.patch(&format!("/api/cases/{id}"), json!({"notes": "x"})),
        secrets.adopter.change_status(id, "DIRECTIONS"),
        secrets.adopter.delete(&format!("/api/cases/{id}")),
    ] {
        secrets.assert_kept(&answer.text);
        answer.refused(403, "FORBIDDEN");
    }
}

#[test]
fn a_case_without_details_is_redacted_as_well() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case));
    let read = adopter.read_case(id_of(&case));
    assert_eq!(read["redacted"], true);
    assert_eq!(read.get("createdBy"), None);
    officer.patch(&format!("/api/cases/{}", id_of(&case)), json!({"notes": "secret-later"})).succeeded(200);
    assert!(!adopter.get(&format!("/api/cases/{}", id_of(&case))).text.contains("secret-later"));
}

#[test]
fn everybody_else_reads_everything() {
    let secrets = secrets();
    let full = secrets.officer.read_case(&secrets.case_id);
    for role in &ROLES[..5] {
        let insider = secrets.stage.insider(role, &secrets.officer, &secrets.case_id);
        let read = insider.read_case(&secrets.case_id);
        for field in [
            "notes",
            "internalNotes",
            "staffComments",
            "linkedFamilyCourtCaseReference",
            "statusReason",
            "createdBy",
            "history",
            "applicantIds",
        ] {
            assert_eq!(read[field], full[field], "{role} {field}");
            assert_ne!(read[field], Value::Null, "{role} {field}");
        }
        let listed = &insider.get("/api/cases").succeeded(200)["cases"][0];
        assert_eq!(listed["internalNotes"], "secret-internal", "{role}");
        assert!(listed["organisationIds"].is_array() && listed["assignedJudge"].is_string(), "{role}");
    }
}
