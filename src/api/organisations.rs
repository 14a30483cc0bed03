use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, types::Example};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::Tag;
use crate::{
    auth::Caller,
    db::{Db, Operation},
    types::{
        ApiError, Body, EXAMPLE_CASE_ID, Json, OrganisationTypes, Required, Success, Text, Timestamp, UpTo,
    },
};

const LINK_ORGANISATION: Operation = Operation::write_once("select api.link_organisation($1, $2, $3)");
const LIST_ORGANISATIONS: Operation = Operation::read("select api.list_organisations($1)");
const UNLINK_ORGANISATION: Operation = Operation::write("select api.unlink_organisation($1, $2)");

#[skip_serializing_none]
#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct OrganisationLink {
    case_id: Uuid,
    organisation_id: String,
    organisation_type: Text<OrganisationTypes>,
    created_at: Timestamp,
    created_by: Option<String>,
}

impl Example for OrganisationLink {
    fn example() -> Self {
        Self {
            case_id: EXAMPLE_CASE_ID,
            organisation_id: "birmingham-city-council".to_owned(),
            organisation_type: Text::new("LOCAL_AUTHORITY"),
            created_at: Timestamp::example(1_772_532_000),
            created_by: Some("olivia.officer".to_owned()),
        }
    }
}

#[derive(Serialize, Object)]
#[oai(example)]
struct OrganisationLinks {
    organisations: Vec<OrganisationLink>,
}

impl Example for OrganisationLinks {
    fn example() -> Self {
        Self { organisations: vec![OrganisationLink::example()] }
    }
}

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct LinkOrganisation {
    organisation_id: Required<Text<UpTo<100>>>,
    organisation_type: Required<Text<OrganisationTypes>>,
}

impl Example for LinkOrganisation {
    fn example() -> Self {
        Self {
            organisation_id: Required(Some(Text::new("birmingham-city-council"))),
            organisation_type: Required(Some(Text::new("LOCAL_AUTHORITY"))),
        }
    }
}

#[derive(ApiResponse)]
enum OrganisationLinked {
    /// The organisation is linked
    #[oai(status = 201)]
    Link(Json<OrganisationLink>),
}

pub struct OrganisationsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Organisations")]
impl OrganisationsApi {
    /// Link an organisation to a case
    ///
    /// Its workers reach the case from now on.
    #[oai(path = "/cases/:id/organisations", method = "post", operation_id = "link_organisation")]
    async fn link_organisation(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        body: Body<LinkOrganisation>,
    ) -> Result<OrganisationLinked, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let LinkOrganisation { organisation_id, organisation_type } = body.0;
        let link =
            db.call_on(&caller, &LINK_ORGANISATION, id.0, &[&organisation_id, &organisation_type]).await?;
        Ok(OrganisationLinked::Link(Json(link)))
    }

    /// List the organisations of a case
    ///
    /// Those linked now. Not for adopters.
    #[oai(path = "/cases/:id/organisations", method = "get", operation_id = "list_organisations")]
    async fn list_organisations(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
    ) -> Result<Json<OrganisationLinks>, ApiError<400, 401, 403, 404>> {
        let organisations = db.call_on(&caller, &LIST_ORGANISATIONS, id.0, &[]).await?;
        Ok(Json(OrganisationLinks { organisations }))
    }

    /// Unlink an organisation from a case
    ///
    /// Ends the access of its workers at once.
    #[oai(
        path = "/cases/:id/organisations/:organisationId",
        method = "delete",
        operation_id = "unlink_organisation"
    )]
    async fn unlink_organisation(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        /// The organisation
        #[oai(name = "organisationId")]
        organisation_id: Path<Text<UpTo<100>>>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &UNLINK_ORGANISATION, id.0, &[&organisation_id.0]).await?))
    }
}
