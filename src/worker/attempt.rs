use std::{
    io::{self, SeekFrom},
    time::Instant,
};

use futures_util::TryStreamExt;
use tokio::{
    fs::File,
    io::{AsyncSeekExt, AsyncWriteExt},
};

use super::{
    error::JobError,
    queue::{Job, Queue},
    reader::Reader,
    scanner::{Scanner, Verdict},
};
use crate::documents::Store;

/// From a claim to what is recorded.
pub struct Attempt<'a> {
    pub job: &'a Job,
    pub queue: &'a mut Queue,
    pub store: &'a Store,
    pub scanner: &'a Scanner,
    pub reader: &'a Reader,
    /// Then pages are left out.
    pub read_until: Instant,
}

/// What was done, for the log.
pub struct Done {
    pub scan: &'static str,
    pub read_bytes: Option<usize>,
}

impl Attempt<'_> {
    pub async fn run(self) -> Result<Done, JobError> {
        let Self { job, queue, store, scanner, reader, read_until } = self;
        let mut done = Done { scan: "before", read_bytes: None };
        if job.needs_scan {
            // Else every document would be fetched in vain.
            scanner.check().await?;
        }
        let mut file = fetch(store, job).await?;

        let mut needs_reading = job.needs_reading;
        if job.needs_scan {
            let verdict = scanner.scan(&mut file).await?;
            if let Verdict::Infected(signature) = &verdict {
                tracing::warn!(document = %job.document_id, signature, "infected");
            }
            done.scan = verdict.word();
            needs_reading = queue.record_scan(job, done.scan).await?;
        }
        if needs_reading {
            let text = reader.read(&file, &job.mime_type, read_until).await?;
            queue.record_text(job, &text).await?;
            done.read_bytes = Some(text.len());
        }
        Ok(done)
    }
}

/// Into a file that has no name, so that nothing of it stays, however the worker ends.
async fn fetch(store: &Store, job: &Job) -> Result<File, JobError> {
    let out_of_space = |error| JobError::surroundings(format!("No room for a copy of the document: {error}"));
    let mut file = File::from_std(tempfile::tempfile().map_err(out_of_space)?);
    let mut bytes =
        store.get(job.case_id, job.document_id, None).await.map_err(|error| store_error(&error.into()))?;
    let mut size = 0;
    while let Some(chunk) = bytes.try_next().await.map_err(|error| store_error(&error))? {
        size += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(out_of_space)?;
    }
    file.flush().await.map_err(out_of_space)?;

    if Some(size) != job.file_size.try_into().ok() {
        return Err(JobError::document(format!("The store holds {size} bytes of {}", job.file_size)));
    }
    file.seek(SeekFrom::Start(0)).await.map_err(out_of_space)?;
    Ok(file)
}

fn store_error(error: &io::Error) -> JobError {
    if error.kind() == io::ErrorKind::NotFound {
        return JobError::document("The store does not have the document");
    }
    JobError::surroundings(format!("The document store cannot be used: {error}"))
}
