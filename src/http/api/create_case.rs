use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        entity_tag,
        types::{ApiError, Body, Json, Required},
    },
    values::{CaseRecord, CaseTypes, Text, Timestamp, UpTo},
};

const CREATE_CASE: Operation = Operation::write_once("request.create_case");

#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct CreateCase {
    case_type: Required<Text<CaseTypes>>,
    notes: Option<Text<UpTo<20_000>>>,
    internal_notes: Option<Text<UpTo<20_000>>>,
    staff_comments: Option<Text<UpTo<20_000>>>,
    /// The number of a related case in the family court
    linked_family_court_case_reference: Option<Text<UpTo<50>>>,
    next_hearing: Option<Timestamp>,
}

impl Example for CreateCase {
    fn example() -> Self {
        Self {
            case_type: Required(Some(Text::new("AGENCY_ADOPTION"))),
            notes: Some(Text::new("Placement order made on 2 February 2026")),
            internal_notes: None,
            staff_comments: None,
            linked_family_court_case_reference: Some(Text::new("BM25C00417")),
            next_hearing: None,
        }
    }
}

#[derive(ApiResponse)]
enum CaseCreated {
    /// The case as created
    #[oai(status = 201)]
    Case(
        Json<CaseRecord>,
        /// The address of the case
        #[oai(header = "Location")]
        String,
        /// The version of the case, and a digest of what the caller can see of it
        #[oai(header = "ETag")]
        String,
    ),
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Cases")]
impl Api {
    /// Create a case
    ///
    /// The case belongs to the court of the case officer who creates it. It gets the court's next number of this
    /// year.
    #[oai(path = "/cases", method = "post", operation_id = "create_case")]
    async fn create_case(
        &self,
        db: Data<&Db>,
        caller: Caller,
        body: Body<CreateCase>,
    ) -> Result<CaseCreated, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let CreateCase {
            case_type,
            notes,
            internal_notes,
            staff_comments,
            linked_family_court_case_reference,
            next_hearing,
        } = body.0;
        let case: CaseRecord = db
            .call(
                &caller,
                &CREATE_CASE,
                &[
                    &case_type,
                    &notes,
                    &internal_notes,
                    &staff_comments,
                    &linked_family_court_case_reference,
                    &next_hearing,
                ],
            )
            .await?;
        let (location, tag) = (format!("/api/cases/{}", case.id), entity_tag::of_case(&case));
        Ok(CaseCreated::Case(Json(case), location, tag))
    }
}
