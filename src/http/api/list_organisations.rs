use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, types::Example};
use serde::Serialize;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, OrganisationLink, PathId},
    },
};

const LIST_ORGANISATIONS: Operation = Operation::read("request.list_organisations");

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

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Organisations")]
impl Api {
    /// List the organisations of a case
    ///
    /// The organisations that are linked now. Not for adopters.
    #[oai(path = "/cases/:id/organisations", method = "get", operation_id = "list_organisations")]
    async fn list_organisations(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
    ) -> Result<Json<OrganisationLinks>, ApiError<400, 401, 403, 404>> {
        let organisations = db.call_on(&caller, &LIST_ORGANISATIONS, id.0, &[]).await?;
        Ok(Json(OrganisationLinks { organisations }))
    }
}
