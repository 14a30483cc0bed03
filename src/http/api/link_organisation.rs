use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, types::Example};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Body, Json, OrganisationLink, PathId, Required},
    },
    values::{Name, OrganisationTypes, Text},
};

const LINK_ORGANISATION: Operation = Operation::write_once("request.link_organisation");

#[derive(Object)]
#[oai(rename_all = "camelCase", example)]
struct LinkOrganisation {
    organisation_id: Required<Text<Name<100>>>,
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
    Link(
        Json<OrganisationLink>,
        /// The organisations of the case
        #[oai(header = "Location")]
        String,
    ),
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Organisations")]
impl Api {
    /// Link an organisation to a case
    ///
    /// From now on, its workers can see the case.
    #[oai(path = "/cases/:id/organisations", method = "post", operation_id = "link_organisation")]
    async fn link_organisation(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        body: Body<LinkOrganisation>,
    ) -> Result<OrganisationLinked, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let LinkOrganisation { organisation_id, organisation_type } = body.0;
        let link: OrganisationLink =
            db.call_on(&caller, &LINK_ORGANISATION, id.0, &[&organisation_id, &organisation_type]).await?;
        let location = format!("/api/cases/{}/organisations", link.case_id);
        Ok(OrganisationLinked::Link(Json(link), location))
    }
}
