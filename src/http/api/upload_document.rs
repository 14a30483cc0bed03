use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, types::Example};
use serde::Serialize;
use uuid::Uuid;

use super::Tag;
use crate::{
    db::{Db, Operation, Param, Session, with_cost},
    documents::{SpooledFile, Store, Upload, recall, storable},
    error::Failure,
    field_error::FieldErrors,
    http::{
        auth::Caller,
        types::{ApiError, FileDetails, Form, Json, PathId, UploadDocument, UploadForm, case_page},
    },
    values::{DocumentRecord, EXAMPLE_CASE_ID, EXAMPLE_DOCUMENT_ID, Name, Text},
};

/// A caller who may not upload is refused under the name of the intended operation.
const MAY_UPLOAD: Operation = Operation::read("request.get_upload_form").within("upload_document");
const UPLOAD_DOCUMENT: Operation = Operation::write_once("request.upload_document");

#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase", example)]
struct Uploaded {
    message: String,
    document_id: Uuid,
    #[oai(validator(max_length = 255))]
    filename: String,
    /// The page to go to
    redirect_to: String,
}

impl Example for Uploaded {
    fn example() -> Self {
        Self {
            message: "Document uploaded".to_owned(),
            document_id: EXAMPLE_DOCUMENT_ID,
            filename: "Placement order.pdf".to_owned(),
            redirect_to: case_page(EXAMPLE_CASE_ID),
        }
    }
}

#[derive(ApiResponse)]
enum DocumentUploaded {
    /// The document is stored. It can be downloaded once it has been scanned.
    #[oai(status = 201)]
    Uploaded(
        Json<Uploaded>,
        /// The details of the document
        #[oai(header = "Location")]
        String,
    ),
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Documents")]
impl Api {
    /// Upload a document
    ///
    /// PDF, DOCX, DOC, JPG, PNG or TIFF up to 20 MiB. The content must match the file name. A second upload with the
    /// same name, on the same side of a case (adopters or professionals), becomes the next version of that document.
    /// The same bytes again are refused, with `isDuplicate` and, if the caller may see the first document,
    /// `existingDocumentId`.
    #[oai(path = "/cases/:id/upload-document", method = "post", operation_id = "upload_document")]
    async fn upload_document(
        &self,
        db: Data<&Db>,
        store: Data<&Store>,
        caller: Caller,
        /// The case
        id: Path<PathId>,
        form: Form<UploadDocument>,
    ) -> Result<DocumentUploaded, ApiError<400, 401, 403, 404, 409, 413, 415>> {
        let case_id = id.0.into();
        check_may_upload(&db, &caller, case_id).await?;
        let mut fields = form.read().await?;
        let mut errors = FieldErrors::default();
        let details = (errors.take(fields.text("documentType")), errors.take(fields.text("description")));
        errors.check().map_err(Failure::from)?;
        let Some(file) = fields.files.pop() else {
            return Err(refuse_without_file(&db, &caller, case_id, details).await.into());
        };

        let DocumentRecord { id: document_id, filename, .. } =
            upload(&db, &store, &caller, case_id, 1, file, details).await?;
        let message = "Document uploaded".to_owned();
        let redirect_to = case_page(case_id);
        let uploaded = Uploaded { message, document_id, filename, redirect_to };
        Ok(DocumentUploaded::Uploaded(Json(uploaded), format!("/api/documents/{document_id}")))
    }
}

/// Before the bytes are taken in.
pub async fn check_may_upload(db: &Db, caller: &Session, case_id: Uuid) -> Result<(), Failure> {
    db.call_on::<UploadForm>(caller, &MAY_UPLOAD, case_id, &[]).await.map(drop)
}

/// The database knows what else is wrong with such a form.
async fn refuse_without_file(
    db: &Db,
    caller: &Session,
    case_id: Uuid,
    (document_type, description): FileDetails,
) -> Failure {
    let no_name: Option<Text<Name<255>>> = None;
    let params: [Param; 3] = [&no_name, &document_type, &description];
    match db.call_on::<Option<Upload>>(caller, &UPLOAD_DOCUMENT, case_id, &params).await {
        Err(failure) => failure,
        Ok(_) => Failure::internal("an upload without a file has begun"),
    }
}

/// Runs to its end even if the client is gone. `number` tells the files of one form apart.
pub async fn upload(
    db: &Db,
    store: &Store,
    caller: &Session,
    case_id: Uuid,
    number: usize,
    file: SpooledFile,
    (document_type, description): FileDetails,
) -> Result<DocumentRecord, Failure> {
    let name: Text<Name<255>> = storable("file", &file.name)?;
    let document_type_text = document_type.as_ref().map_or("", Text::as_str);
    let description_text = description.as_ref().map_or("", Text::as_str);
    let caller = caller
        .clone()
        .with_part_of_key(number, &[name.as_str(), &file.hash, document_type_text, description_text]);
    let (db, store) = (db.clone(), store.clone());
    let uploading = tokio::spawn(with_cost(async move {
        let begun: Option<Upload> =
            db.call_on(&caller, &UPLOAD_DOCUMENT, case_id, &[&name, &document_type, &description]).await?;
        match begun {
            Some(upload) => upload.finish(&db, &store, &caller, &file).await,
            None => recall(&db, &caller).await,
        }
    }));
    let (outcome, cost) = uploading.await.map_err(|error| Failure::internal(&error))?;
    cost.add();
    outcome
}
