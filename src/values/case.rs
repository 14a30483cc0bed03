//! A case as its callers see it.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::{Attentions, CaseNumber, CaseTypes, CourtCode, Name, Statuses, Text, Timestamp};

/// For the document: the case that all its examples are about.
pub const EXAMPLE_CASE_ID: Uuid = Uuid::from_u128(0x019a_b3c4_5d6e_7f80_9a0b_1c2d_3e4f_5061);

/// A case, as far as the caller may see it. An adopter sees it redacted: without notes, comments, the linked
/// reference, and the names of others.
#[skip_serializing_none]
#[derive(Deserialize, Hash, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename = "Case", rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub struct CaseRecord {
    pub id: Uuid,
    /// The number that people use for the case: court code, year, number within the year
    case_number: Text<CaseNumber>,
    case_type: Text<CaseTypes>,
    status: Text<Statuses>,
    /// The name of the court
    #[oai(validator(max_length = 100))]
    assigned_court: String,
    /// The code of the court
    court_code: Text<CourtCode>,
    #[oai(validator(max_length = 100))]
    created_by: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Increases by one with every change of the case
    #[oai(validator(minimum(value = "1")))]
    pub version: i32,
    /// The users who apply to adopt. An adopter sees only themselves
    applicant_ids: Vec<Text<Name<100>>>,
    /// The judge or legal adviser assigned last
    #[oai(validator(max_length = 100))]
    assigned_judge: Option<String>,
    /// The organisations linked to the case
    organisation_ids: Option<Vec<Text<Name<100>>>>,
    /// Why the case has its current status
    #[oai(validator(max_length = 2_000))]
    status_reason: Option<String>,
    #[oai(validator(max_length = 20_000))]
    notes: Option<String>,
    #[oai(validator(max_length = 20_000))]
    internal_notes: Option<String>,
    #[oai(validator(max_length = 20_000))]
    staff_comments: Option<String>,
    #[oai(validator(max_length = 50))]
    linked_family_court_case_reference: Option<String>,
    key_dates: KeyDates,
    attention: Text<Attentions>,
    permissions: CasePermissions,
    /// Present and true if something is withheld from this caller
    #[serde(skip_serializing_if = "is_not_true")]
    #[oai(skip_serializing_if = "is_not_true")]
    redacted: Option<bool>,
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "the derive passes the field by reference"
)]
fn is_not_true(flag: &Option<bool>) -> bool {
    *flag != Some(true)
}

#[skip_serializing_none]
#[derive(Deserialize, Hash, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct KeyDates {
    application_date: Timestamp,
    next_hearing: Option<Timestamp>,
}

/// The caller's current permissions for the case.
#[derive(Deserialize, Hash, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
struct CasePermissions {
    can_edit: bool,
    can_update_status: bool,
    can_delete: bool,
    can_view_audit: bool,
    /// The statuses to which the caller may move the case
    #[oai(validator(max_items = 9))]
    valid_transitions: Vec<Text<Statuses>>,
}

impl Example for CaseRecord {
    fn example() -> Self {
        Self {
            id: EXAMPLE_CASE_ID,
            case_number: Text::new("BFC/2026/00001"),
            case_type: Text::new("AGENCY_ADOPTION"),
            status: Text::new("DIRECTIONS"),
            assigned_court: "Birmingham Family Court".to_owned(),
            court_code: Text::new("BFC"),
            created_by: Some("olivia.officer".to_owned()),
            created_at: Timestamp::example(1_772_445_600),
            updated_at: Timestamp::example(1_772_532_000),
            version: 3,
            applicant_ids: vec![Text::new("amal.adopter")],
            assigned_judge: Some("jo.judge".to_owned()),
            organisation_ids: Some(vec![Text::new("birmingham-city-council")]),
            status_reason: None,
            notes: Some("Placement order made on 2 February 2026".to_owned()),
            internal_notes: None,
            staff_comments: None,
            linked_family_court_case_reference: Some("BM25C00417".to_owned()),
            key_dates: KeyDates {
                application_date: Timestamp::example(1_772_445_600),
                next_hearing: Some(Timestamp::example(1_775_037_600)),
            },
            attention: Text::new("normal"),
            permissions: CasePermissions {
                can_edit: true,
                can_update_status: true,
                can_delete: true,
                can_view_audit: true,
                valid_transitions: ["CONSENT_AND_REPORTING", "ON_HOLD", "ADJOURNED", "APPLICATION_WITHDRAWN"]
                    .map(Text::new)
                    .into(),
            },
            redacted: None,
        }
    }
}
