//! The document worker: has documents scanned and read, and records the results. Scanning and reading run side by side,
//! because nobody gets a document before its scan, and reading may take long. Any number of workers may run: a claim
//! belongs to one of them, and ends by itself if that one dies.

mod again;
mod attempt;
mod error;
mod lane;
mod obstacles;
mod queue;
mod reader;
mod scanner;
mod sweeper;
mod toolbox;
mod work;

use std::time::Duration;

use tokio::join;

pub use self::{again::read_again, obstacles::Obstacles};
use self::{
    lane::Lane, queue::Queue, reader::Reader, scanner::Scanner, sweeper::Sweeper, toolbox::Toolbox,
    work::Work,
};
use crate::{config::WorkerConfig, documents::Store, renewal::on_hangup, stop::Stop};

/// How long the database may still take when the worker is told to stop, after the documents in hand.
const LAST_PATIENCE: Duration = Duration::from_secs(15);

/// Works until it is told to stop. `obstacles` say what prevents work.
pub async fn run(config: WorkerConfig, obstacles: Obstacles, stop: Stop) -> Result<(), String> {
    let store = Store::open(&config.documents)?;
    let queue = Queue::open(config.database, obstacles.clone()).await?;
    queue.require_home(&store).await?;
    let (renewed_queue, renewed_store) = (queue.clone(), store.clone());
    let renewing = on_hangup(move || {
        let (queue, store) = (renewed_queue.clone(), renewed_store.clone());
        async move {
            let WorkerConfig { database, documents, .. } = WorkerConfig::from_environment()?;
            store.renew(&documents)?;
            queue.renew(database).await
        }
    })?;
    let lane = |work| Lane {
        work,
        queue: queue.clone(),
        store: store.clone(),
        lease: config.lease,
        stop: stop.clone(),
        obstacles: obstacles.clone(),
    };
    let scanning = lane(Work::Scan(Scanner::new(config.virus_scan)));
    let reading = lane(Work::Read(Reader::new(Toolbox::new(config.tool_environment))));
    let sweeper = Sweeper { queue: queue.clone(), store: store.clone(), stop: stop.clone() };

    tracing::info!("waiting for documents");
    tokio::select! {
        _ = async { join!(scanning.work(), reading.work(), sweeper.work()) } => {}
        () = stop.requested_since(LAST_PATIENCE) => tracing::warn!("gave up waiting for the database"),
    }
    stop.drained(config.drain).await;
    renewing.abort();
    tracing::info!("stopped");
    Ok(())
}
