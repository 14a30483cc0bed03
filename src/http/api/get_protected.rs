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

const GET_PROTECTED: Operation = Operation::read("request.get_protected");

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// See the current user
    ///
    /// For pages that only logged-in users may see.
    #[oai(path = "/protected", method = "get", operation_id = "get_protected")]
    async fn get_protected(&self, db: Data<&Db>, caller: Caller) -> Result<Json<Greeting>, ApiError<401>> {
        Ok(Json(db.call(&caller, &GET_PROTECTED, &[]).await?))
    }
}
