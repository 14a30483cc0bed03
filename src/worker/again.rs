use uuid::Uuid;

use super::{obstacles::Obstacles, queue::Queue};
use crate::{config::WorkerConfig, output::say};

/// Queues documents again whose reading failed: these, or all. Says how many, and which of these had not failed.
pub async fn read_again(config: WorkerConfig, documents: Vec<Uuid>) -> Result<(), String> {
    let wanted = (!documents.is_empty()).then_some(&documents);
    let queue = Queue::open(config.database, Obstacles::default()).await?;
    let queued = queue.read_again(wanted).await.map_err(|error| error.to_string())?;

    let are = if queued.len() == 1 { "document is" } else { "documents are" };
    say(format_args!("{} {are} read again.", queued.len()));
    let others: Vec<_> =
        documents.iter().filter(|document| !queued.contains(document)).map(Uuid::to_string).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Not queued, because there is no such document or its reading has not failed: {}.",
        others.join(", ")
    ))
}
