//! The document worker: takes documents from the queue in the database one at a time, has each scanned and
//! read, and records what came of it. Any number of workers may run: a claim belongs to one of them, and
//! ends by itself if that one dies.

mod attempt;
mod error;
mod queue;
mod reader;
mod scanner;
mod stop;
mod toolbox;

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use self::{
    attempt::Attempt, error::JobError, queue::Queue, reader::Reader, scanner::Scanner, stop::Stop,
    toolbox::Toolbox,
};
use crate::{config::WorkerConfig, documents::Store, process::milliseconds};

const BETWEEN_SWEEPS: Duration = Duration::from_secs(60);
/// Before the next attempt, where no document would fare better: doubled each time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long the document in hand may still take when the worker is told to stop.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);
/// How long the database may still take, too.
const LAST_PATIENCE: Duration = Duration::from_secs(15);

/// Works until it is told to stop.
pub async fn run(config: WorkerConfig) -> Result<(), String> {
    let mut worker = Worker::new(config).await?;
    let stop = worker.stop.clone();
    tracing::info!("waiting for documents");
    tokio::select! {
        () = worker.work() => {}
        () = stop.requested_since(LAST_PATIENCE) => tracing::warn!("gave up waiting for the database"),
    }
    tracing::info!("stopped");
    Ok(())
}

struct Worker {
    queue: Queue,
    store: Store,
    scanner: Scanner,
    reader: Reader,
    lease: Duration,
    stop: Stop,
}

impl Worker {
    async fn new(config: WorkerConfig) -> Result<Self, String> {
        let toolbox = Toolbox::new(config.tool_environment).await;
        if let Some(missing) = toolbox.missing() {
            if config.environment.is_deployed() {
                return Err(missing);
            }
            tracing::warn!("{missing} Until then, documents that need them fail.");
        }
        Ok(Self {
            store: Store::open(&config.documents)?,
            queue: Queue::open(config.database).await?,
            scanner: Scanner::new(config.virus_scan),
            reader: Reader::new(toolbox),
            lease: config.lease,
            stop: Stop::on_signal()?,
        })
    }

    async fn work(&mut self) {
        let mut swept: Option<Instant> = None;
        let mut pause = SHORTEST_PAUSE;
        while !self.stop.is_requested() {
            if swept.is_none_or(|at| at.elapsed() > BETWEEN_SWEEPS) {
                self.sweep().await;
                swept = Some(Instant::now());
            }
            match self.work_on_next().await {
                Progress::Worked => pause = SHORTEST_PAUSE,
                Progress::NothingToDo => self.unless_stopped(self.queue.wait()).await,
                Progress::Blocked => {
                    self.unless_stopped(sleep(pause)).await;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn unless_stopped(&self, waiting: impl Future<Output = ()>) {
        tokio::select! {
            () = waiting => {}
            () = self.stop.requested_since(Duration::ZERO) => {}
        }
    }

    async fn work_on_next(&mut self) -> Progress {
        let started = Instant::now();
        let job = match self.queue.claim(self.lease).await {
            Ok(Some(job)) => job,
            Ok(None) => return Progress::NothingToDo,
            Err(error) => {
                tracing::error!(%error, "cannot take a document");
                return Progress::Blocked;
            }
        };

        // The claim has to hold until the outcome is recorded.
        let limit = self.lease * 9 / 10;
        let attempt = Attempt {
            job: &job,
            queue: &mut self.queue,
            store: &self.store,
            scanner: &self.scanner,
            reader: &self.reader,
            read_until: started + self.lease * 2 / 3,
        };
        let outcome = tokio::select! {
            outcome = timeout(limit, attempt.run()) => outcome.unwrap_or_else(|_| {
                Err(JobError::document(format!("It takes longer than {} seconds", limit.as_secs())))
            }),
            () = self.stop.requested_since(PATIENCE_AT_THE_END) => {
                Err(JobError::surroundings("The worker was told to stop"))
            }
        };

        let (document, attempt) = (job.document_id, job.attempt);
        let milliseconds = milliseconds(started.elapsed());
        let error = match outcome {
            Ok(done) => {
                tracing::info!(%document, attempt, scan = done.scan, read_bytes = done.read_bytes, milliseconds, "done");
                return Progress::Worked;
            }
            Err(error) => error,
        };
        tracing::warn!(%document, attempt, %error, milliseconds, "not done");
        if let Err(error) = self.queue.record_failure(&job, &error).await {
            tracing::warn!(%document, attempt, %error, "cannot be given back: left to the end of its claim");
        }
        if error.blames_document { Progress::Worked } else { Progress::Blocked }
    }

    /// Ends what nobody else will end, and removes what failed uploads have left in the store.
    async fn sweep(&mut self) {
        let abandoned = match self.queue.sweep().await {
            Ok(abandoned) => abandoned,
            Err(error) => return tracing::error!(%error, "cannot sweep"),
        };
        for upload in abandoned {
            let document = upload.document_id;
            let removed = match self.store.remove(upload.case_id, document).await {
                Ok(()) => self.queue.record_removal(document).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match removed {
                Ok(()) => tracing::info!(%document, "removed what a failed upload left"),
                Err(reason) => tracing::warn!(%document, reason, "cannot remove what a failed upload left"),
            }
        }
    }
}

/// What came of looking for a document to work on.
enum Progress {
    Worked,
    NothingToDo,
    /// Nothing can be done for any document just now.
    Blocked,
}
