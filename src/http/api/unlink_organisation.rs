use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, PathId},
    },
    values::{Name, Success, Text},
};

const UNLINK_ORGANISATION: Operation = Operation::write("request.unlink_organisation");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Organisations")]
impl Api {
    /// Unlink an organisation from a case
    ///
    /// The access of its workers ends at once.
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
        id: Path<PathId>,
        /// The organisation
        #[oai(name = "organisationId")]
        organisation_id: Path<Text<Name<100>>>,
    ) -> Result<Json<Success>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &UNLINK_ORGANISATION, id.0, &[&organisation_id.0]).await?))
    }
}
