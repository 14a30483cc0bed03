use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Path,
    types::{Example, ToJSON},
};
use serde::Serialize;
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::{
    Tag,
    upload_document::{check_may_upload, upload},
};
use crate::{
    db::Db,
    documents::Store,
    error::Failure,
    http::{
        auth::Caller,
        types::{ApiError, Form, Json, PathId, UploadDocuments, UploadResult, case_page, several},
    },
    reason::Reason,
    values::{EXAMPLE_CASE_ID, EXAMPLE_DOCUMENT_ID},
};

#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct AllUploaded {
    message: String,
    #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
    success_count: usize,
    #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
    failure_count: usize,
    /// In the order of the files
    #[oai(validator(min_items = 1, max_items = 10))]
    results: Vec<UploadResult>,
    /// The page to go to, if nothing failed
    redirect_to: Option<String>,
}

impl Example for AllUploaded {
    fn example() -> Self {
        let result = UploadResult::new("Placement order.pdf", Ok(EXAMPLE_DOCUMENT_ID));
        Self::new(EXAMPLE_CASE_ID, vec![result])
    }
}

impl AllUploaded {
    fn new(case_id: Uuid, results: Vec<UploadResult>) -> Self {
        let success_count = results.iter().filter(|result| result.success).count();
        let failure_count = results.len() - success_count;
        Self {
            message: format!("{success_count} of {} documents uploaded", results.len()),
            success_count,
            failure_count,
            results,
            redirect_to: (failure_count == 0).then(|| case_page(case_id)),
        }
    }
}

#[derive(ApiResponse)]
enum DocumentsUploaded {
    /// All documents are stored
    #[oai(status = 201)]
    All(
        Json<AllUploaded>,
        /// The documents of the case
        #[oai(header = "Location")]
        String,
    ),
    /// Some documents are stored, and some are not: see `results`
    #[oai(status = 207)]
    Some(Json<AllUploaded>),
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// Upload several documents
    ///
    /// Up to 10 files. Each is handled separately, as by `upload_document`, in the order of the form. The answer is
    /// 201 if all are stored, 207 if some are, and an error with the same `results` if none is.
    #[oai(path = "/cases/:id/upload-documents/bulk", method = "post", operation_id = "upload_documents")]
    async fn upload_documents(
        &self,
        db: Data<&Db>,
        store: Data<&Store>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        form: Form<UploadDocuments>,
    ) -> Result<DocumentsUploaded, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let case_id: Uuid = id.0.into();
        check_may_upload(&db, &caller, case_id).await?;
        let files = several(form.read().await?)?;

        let mut results = Vec::new();
        let mut server_failure: Option<Failure> = None;
        for (number, (file, details)) in (1..).zip(files) {
            let name = file.name.clone();
            let outcome = match &server_failure {
                None => upload(&db, &store, &caller, case_id, number, file, details).await,
                // A failure in server_failure would hold up the next as long.
                Some(failure) => Err(failure.clone()),
            };
            results.push(UploadResult::new(&name, outcome.as_ref().map(|document| document.id)));
            server_failure =
                server_failure.or(outcome.err().filter(|failure| failure.status.is_server_error()));
        }

        let answer = AllUploaded::new(case_id, results);
        match (answer.success_count, answer.failure_count) {
            (_, 0) => Ok(DocumentsUploaded::All(Json(answer), format!("/api/cases/{case_id}/documents"))),
            (0, _) => {
                let failure = server_failure.unwrap_or_else(|| Reason::AllUploadsFailed.into());
                let failure = Failure { message: "All uploads failed".to_owned(), ..failure };
                Err(failure
                    .with("successCount", answer.success_count)
                    .with("failureCount", answer.failure_count)
                    .with("results", answer.results.to_json().unwrap_or_default())
                    .into())
            }
            _ => Ok(DocumentsUploaded::Some(Json(answer))),
        }
    }
}
