use poem::web::Data;
use poem_openapi::OpenApi;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Greeting, Json},
    },
};

const GET_ADMIN_ONLY: Operation = Operation::read("request.get_admin_only");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// Check for the role of a case officer
    ///
    /// For pages that only case officers may see.
    #[oai(path = "/admin-only", method = "get", operation_id = "get_admin_only")]
    async fn get_admin_only(
        &self,
        db: Data<&Db>,
        caller: Caller,
    ) -> Result<Json<Greeting>, ApiError<401, 403>> {
        Ok(Json(db.call(&caller, &GET_ADMIN_ONLY, &[]).await?))
    }
}
