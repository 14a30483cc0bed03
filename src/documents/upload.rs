//! An upload, from its first row to its last: known as uploading before a byte of it is in the store, complete
//! only when all of them are.

use serde::Deserialize;
use uuid::Uuid;

use super::{spooled_file::SpooledFile, store::Store};
use crate::{
    db::{Db, Operation, Param, Session},
    error::Failure,
    field_error::FieldCode,
    values::{DocumentRecord, Success},
};

const COMPLETE_UPLOAD: Operation = Operation::write_once("request.complete_upload");
const FAIL_UPLOAD: Operation = Operation::write("request.fail_upload");

/// An upload that has begun: where its bytes go, what they have to be, and how many there may be.
#[derive(Deserialize)]
pub struct Upload {
    document_id: Uuid,
    case_id: Uuid,
    mime_type: String,
    size_limit: i64,
}

/// The result of a completed upload under this key.
pub async fn recall(db: &Db, caller: &Session) -> Result<DocumentRecord, Failure> {
    let unused: [Param; 4] = [&Uuid::nil(), &0_i64, &"", &""];
    db.call(caller, &COMPLETE_UPLOAD, &unused).await
}

impl Upload {
    /// Stores the file. Any failure ends the upload as failed.
    pub async fn finish(
        &self,
        db: &Db,
        store: &Store,
        caller: &Session,
        file: &SpooledFile,
    ) -> Result<DocumentRecord, Failure> {
        let outcome = match self.store(store, file).await {
            Ok(()) => self.complete(db, caller, file).await,
            Err(failure) => Err(failure),
        };
        match &outcome {
            Ok(document) if document.id == self.document_id => {}
            // The same upload under the same key was faster.
            Ok(_) => self.abandon(db, store, caller, true).await,
            // After anything but a refusal, the document may be complete all the same.
            Err(failure) => self.abandon(db, store, caller, failure.status.is_client_error()).await,
        }
        outcome
    }

    async fn store(&self, store: &Store, file: &SpooledFile) -> Result<(), Failure> {
        if file.is_declared_other_than(&self.mime_type) {
            let message = format!("The Content-Type of the file is not {}", self.mime_type);
            return Err(Failure::invalid("file", FieldCode::FileContent, message));
        }
        // For anything else, the database says what is wrong; the bytes are not needed.
        let fits = i64::try_from(file.size).is_ok_and(|size| size <= self.size_limit);
        if file.mime_type == Some(&self.mime_type) && fits {
            store.put_file(self.case_id, self.document_id, &mut file.open()?, file.size).await?;
        }
        Ok(())
    }

    async fn complete(
        &self,
        db: &Db,
        caller: &Session,
        file: &SpooledFile,
    ) -> Result<DocumentRecord, Failure> {
        let size = i64::try_from(file.size).unwrap_or(i64::MAX);
        db.call(caller, &COMPLETE_UPLOAD, &[&self.document_id, &size, &file.hash, &file.mime_type]).await
    }

    /// Unless it is certain that the document is not complete, the worker's sweep takes the bytes away.
    async fn abandon(&self, db: &Db, store: &Store, caller: &Session, is_certain: bool) {
        let Self { case_id, document_id, .. } = *self;
        if let Err(failure) = db.call::<Success>(caller, &FAIL_UPLOAD, &[&document_id]).await {
            let cause = failure.summary().unwrap_or(&failure.message);
            tracing::warn!(%document_id, cause, "an upload is left to the sweep");
        }
        if is_certain && let Err(error) = store.remove(case_id, document_id).await {
            tracing::warn!(%document_id, %error, "the bytes of a refused upload are left to the sweep");
        }
    }
}
