//! The document worker: has documents scanned and read, and records what came of it. Scanning and reading go on
//! beside each other, as nobody gets a document before it is scanned, and reading may take long. Any number of
//! workers may run: a claim belongs to one of them, and ends by itself if that one dies.

mod again;
mod attempt;
mod error;
mod lane;
mod queue;
mod reader;
mod scanner;
mod stop;
mod sweeper;
mod toolbox;

use std::time::Duration;

use tokio::join;

pub use self::again::read_again;
use self::{
    lane::{Lane, Work},
    queue::Queue,
    reader::Reader,
    scanner::Scanner,
    stop::Stop,
    sweeper::Sweeper,
    toolbox::Toolbox,
};
use crate::{config::WorkerConfig, documents::Store};

/// How long the database may still take when the worker is told to stop, after the documents in hand.
const LAST_PATIENCE: Duration = Duration::from_secs(15);

/// Works until it is told to stop.
pub async fn run(config: WorkerConfig) -> Result<(), String> {
    let store = Store::open(&config.documents)?;
    let queue = Queue::open(config.database).await?;
    let stop = Stop::on_signal()?;
    let lane = |work| Lane::new(work, queue.clone(), store.clone(), config.lease, stop.clone());
    let scanning = lane(Work::Scan(Scanner::new(config.virus_scan)));
    let reading = lane(Work::Read(Reader::new(Toolbox::new(config.tool_environment))));
    let sweeper = Sweeper { queue: queue.clone(), store: store.clone(), stop: stop.clone() };

    tracing::info!("waiting for documents");
    tokio::select! {
        _ = async { join!(scanning.work(), reading.work(), sweeper.work()) } => {}
        () = stop.requested_since(LAST_PATIENCE) => tracing::warn!("gave up waiting for the database"),
    }
    tracing::info!("stopped");
    Ok(())
}
