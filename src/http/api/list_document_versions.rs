use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, types::Example};
use serde::Serialize;

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::{
        auth::Caller,
        types::{ApiError, Json, PathId},
    },
    values::{DocumentRecord, Name, Text},
};

const LIST_DOCUMENT_VERSIONS: Operation = Operation::read("request.list_document_versions");

#[derive(Serialize, Object)]
#[oai(example)]
struct DocumentVersions {
    /// Newest version first
    versions: Vec<DocumentRecord>,
}

impl Example for DocumentVersions {
    fn example() -> Self {
        Self { versions: vec![DocumentRecord::example()] }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// List the versions of a document
    ///
    /// The documents with one file name in a case, newest version first: those of professionals, then those of
    /// adopters. Each `side` has its own version numbers. An adopter sees only their own uploads.
    #[oai(
        path = "/cases/:id/documents/:filename/versions",
        method = "get",
        operation_id = "list_document_versions"
    )]
    async fn list_document_versions(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        /// The file name
        filename: Path<Text<Name<255>>>,
    ) -> Result<Json<DocumentVersions>, ApiError<400, 401, 403, 404>> {
        let versions = db.call_on(&caller, &LIST_DOCUMENT_VERSIONS, id.0, &[&filename.0]).await?;
        Ok(Json(DocumentVersions { versions }))
    }
}
