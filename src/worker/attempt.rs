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
    scanner::Verdict,
    work::Work,
};
use crate::documents::Store;

/// From a claim to what is recorded.
pub struct Attempt<'a> {
    pub job: &'a Job,
    pub queue: &'a Queue,
    pub store: &'a Store,
    /// Then pages are left out.
    pub until: Instant,
}

impl Attempt<'_> {
    /// The finished work, for the log.
    pub async fn run(self, work: &Work) -> Result<String, JobError> {
        let Self { job, queue, store, until } = self;
        let mut file = fetch(store, job).await?;
        match work {
            Work::Scan(scanner) => {
                let verdict = scanner.scan(&mut file).await?;
                if let Verdict::Infected(signature) = &verdict {
                    tracing::warn!(document = %job.document_id, signature, "infected");
                }
                queue.record_scan(job, verdict.word()).await?;
                Ok(verdict.word().to_owned())
            }
            Work::Read(reader) => {
                let text = reader.read(&file, &job.mime_type, until).await?;
                queue.record_text(job, &text).await?;
                Ok(format!("{} of {} pages, {} bytes", text.pages_read, text.page_count, text.content.len()))
            }
        }
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
