use poem::{http::StatusCode, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Path,
    types::{Example, ToJSON},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::{
    Tag,
    upload_forms::{Particulars, UploadDocument, UploadDocuments, several},
};
use crate::{
    auth::Caller,
    db::{Db, Operation},
    error::Failure,
    multipart::storable,
    observe,
    spooled_file::SpooledFile,
    store::Store,
    types::{
        ApiError, DocumentRecord, DocumentTypes, EXAMPLE_CASE_ID, EXAMPLE_DOCUMENT_ID, Form, Json, Roles,
        Text, UpTo, UploadResult,
    },
    upload::{Upload, recall},
};

const GET_UPLOAD_FORM: Operation = Operation::read("select api.get_upload_form($1)");
/// Whoever may not upload is refused before the bytes are taken in.
const MAY_UPLOAD: Operation = Operation::read("select api.get_upload_form($1)").within("upload_document");
const UPLOAD_DOCUMENT: Operation = Operation::write_unless_done("select api.upload_document($1, $2, $3, $4)");

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename_all = "camelCase", example)]
struct UploadForm {
    case_id: Uuid,
    document_types: Vec<DocumentType>,
    /// The caller's role
    user_role: Text<Roles>,
}

#[derive(Deserialize, Serialize, Object)]
#[serde(rename_all(serialize = "camelCase"))]
#[oai(rename = "DocumentTypeOption", rename_all = "camelCase")]
struct DocumentType {
    value: Text<DocumentTypes>,
    label: String,
    help_text: String,
}

impl Example for UploadForm {
    fn example() -> Self {
        let court_order = DocumentType {
            value: Text::new("court-order"),
            label: "Court order".to_owned(),
            help_text: "Orders and directions that a court has made".to_owned(),
        };
        let user_role = Text::new("HMCTS_CASE_OFFICER");
        Self { case_id: EXAMPLE_CASE_ID, document_types: vec![court_order], user_role }
    }
}

#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", example)]
struct Uploaded {
    message: String,
    document_id: Uuid,
    filename: String,
    /// Where to go now
    redirect_to: String,
}

impl Example for Uploaded {
    fn example() -> Self {
        Self {
            message: "Document uploaded".to_owned(),
            document_id: EXAMPLE_DOCUMENT_ID,
            filename: "Placement order.pdf".to_owned(),
            redirect_to: documents_page(EXAMPLE_CASE_ID),
        }
    }
}

#[derive(ApiResponse)]
enum DocumentUploaded {
    /// The document is safely stored. It is scanned next, and can be downloaded after that.
    #[oai(status = 201)]
    Uploaded(Json<Uploaded>),
}

#[skip_serializing_none]
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
struct AllUploaded {
    message: String,
    success_count: usize,
    failure_count: usize,
    /// In the order of the files
    results: Vec<UploadResult>,
    /// Where to go now, if nothing failed
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
            redirect_to: (failure_count == 0).then(|| documents_page(case_id)),
        }
    }
}

#[derive(ApiResponse)]
enum DocumentsUploaded {
    /// All documents are safely stored
    #[oai(status = 201)]
    All(Json<AllUploaded>),
    /// Some are, and some are not: see `results`
    #[oai(status = 207)]
    Some(Json<AllUploaded>),
}

pub struct DocumentUploadsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl DocumentUploadsApi {
    /// Ask what an upload can be
    ///
    /// The types of documents, as a form shows them. Not for judges, who do not upload.
    #[oai(path = "/cases/:id/upload-document", method = "get", operation_id = "get_upload_form")]
    async fn get_upload_form(
        &self,
        db: Data<&Db>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
    ) -> Result<Json<UploadForm>, ApiError<400, 401, 403, 404>> {
        Ok(Json(db.call_on(&caller, &GET_UPLOAD_FORM, id.0, &[]).await?))
    }

    /// Upload a document
    ///
    /// PDF, DOCX, DOC, JPG, PNG or TIFF up to 20 MiB; the content has to be what the name says. The same name again
    /// in a case is the next version of that document; the same bytes again are refused, with `isDuplicate` and, if
    /// the caller may see the first, `existingDocumentId`.
    #[oai(path = "/cases/:id/upload-document", method = "post", operation_id = "upload_document")]
    async fn upload_document(
        &self,
        db: Data<&Db>,
        store: Data<&Store>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        form: Form<UploadDocument>,
    ) -> Result<DocumentUploaded, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let _: UploadForm = db.call_on(&caller, &MAY_UPLOAD, id.0, &[]).await?;
        let mut fields = form.read().await?;
        let file = fields.files.pop().ok_or_else(|| Failure::invalid("file", "file is required"))?;
        let particulars = (fields.text("documentType")?, fields.text("description")?);

        let DocumentRecord { id: document_id, filename, .. } =
            upload(&db, &store, &caller, id.0, 1, file, particulars).await?;
        let message = "Document uploaded".to_owned();
        let redirect_to = documents_page(id.0);
        Ok(DocumentUploaded::Uploaded(Json(Uploaded { message, document_id, filename, redirect_to })))
    }

    /// Upload several documents
    ///
    /// Up to 10, each for itself as by `upload_document`, in the order of the form. 201 if all are stored, 207 if
    /// some are; if none is, an error with the same `results`.
    #[oai(path = "/cases/:id/upload-documents/bulk", method = "post", operation_id = "upload_documents")]
    async fn upload_documents(
        &self,
        db: Data<&Db>,
        store: Data<&Store>,
        caller: Caller,
        /// The case
        id: Path<Uuid>,
        form: Form<UploadDocuments>,
    ) -> Result<DocumentsUploaded, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let _: UploadForm = db.call_on(&caller, &MAY_UPLOAD, id.0, &[]).await?;
        let files = several(form.read().await?)?;

        let mut results = Vec::new();
        let mut trouble: Option<Failure> = None;
        for (number, (file, particulars)) in (1..).zip(files) {
            let name = file.name.clone();
            let outcome = match &trouble {
                None => upload(&db, &store, &caller, id.0, number, file, particulars).await,
                // What is in trouble would let the next wait as long.
                Some(failure) => Err(failure.clone()),
            };
            results.push(UploadResult::new(&name, outcome.as_ref().map(|document| document.id)));
            trouble = trouble.or(outcome.err().filter(|failure| failure.status.is_server_error()));
        }

        let answer = AllUploaded::new(id.0, results);
        match (answer.success_count, answer.failure_count) {
            (_, 0) => Ok(DocumentsUploaded::All(Json(answer))),
            (0, _) => {
                let failure = trouble.unwrap_or_else(|| Failure::from(StatusCode::BAD_REQUEST));
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

/// Goes on to its end even if the one who asked for it is gone. `number` tells the files of one form apart.
async fn upload(
    db: &Db,
    store: &Store,
    caller: &Caller,
    case_id: Uuid,
    number: usize,
    file: SpooledFile,
    (document_type, description): Particulars,
) -> Result<DocumentRecord, Failure> {
    let name: Text<UpTo<255>> = storable("file", &file.name)?;
    let document_type_text = document_type.as_ref().map_or("", Text::as_str);
    let description_text = description.as_ref().map_or("", Text::as_str);
    let caller = caller
        .clone()
        .with_part_of_key(number, &[name.as_str(), &file.hash, document_type_text, description_text]);
    let (db, store) = (db.clone(), store.clone());
    let uploading = tokio::spawn(observe::request(async move {
        let begun: Option<Upload> =
            db.call_on(&caller, &UPLOAD_DOCUMENT, case_id, &[&name, &document_type, &description]).await?;
        match begun {
            Some(upload) => upload.finish(&db, &store, &caller, &file).await,
            None => recall(&db, &caller).await,
        }
    }));
    let (outcome, spent) = uploading.await.map_err(|error| Failure::internal(&error))?;
    observe::spent_elsewhere(spent);
    outcome
}

fn documents_page(case_id: Uuid) -> String {
    format!("/cases/{case_id}/documents")
}
