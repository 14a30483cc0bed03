use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::{
    attempt::Attempt,
    error::{Blame, JobError},
    obstacles::Obstacles,
    queue::{Job, Queue},
    work::Work,
};
use crate::{documents::Store, metrics, process::milliseconds, stop::Stop};

/// Before the next attempt, where no document would fare better: doubled each time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long the document in hand may still take when the worker is told to stop.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);

/// Does one kind of work on one document after the other.
pub struct Lane {
    pub work: Work,
    pub queue: Queue,
    pub store: Store,
    pub lease: Duration,
    pub stop: Stop,
    pub obstacles: Obstacles,
}

impl Lane {
    pub async fn work(mut self) {
        let mut pause = SHORTEST_PAUSE;
        while !self.stop.is_requested() {
            match self.work_on_next().await {
                Progress::Worked => pause = SHORTEST_PAUSE,
                Progress::NothingToDo => self.stop.cut_short(self.queue.wait()).await,
                Progress::Blocked => {
                    self.stop.cut_short(sleep(pause)).await;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn work_on_next(&mut self) -> Progress {
        // Otherwise documents would be claimed and fetched for nothing.
        let checked = self.work.check().await;
        let obstacle = checked.as_ref().err().map(|error| error.reason.as_str());
        self.obstacles.note(self.work.task(), obstacle);
        if checked.is_err() {
            return Progress::Blocked;
        }
        let started = Instant::now();
        match self.queue.claim(self.lease, self.work.task()).await {
            Ok(Some(job)) => self.attempt(&job, started).await,
            Ok(None) => Progress::NothingToDo,
            Err(error) => {
                tracing::error!(%error, "cannot take a document");
                Progress::Blocked
            }
        }
    }

    async fn attempt(&self, job: &Job, started: Instant) -> Progress {
        // The claim has to hold until the outcome is recorded.
        let limit = self.lease * 9 / 10;
        let attempt =
            Attempt { job, queue: &self.queue, store: &self.store, until: started + self.lease * 2 / 3 };
        let outcome = tokio::select! {
            outcome = timeout(limit, attempt.run(&self.work)) => outcome.unwrap_or_else(|_| {
                Err(JobError::hopeless(format!("It takes longer than {} seconds", limit.as_secs())))
            }),
            () = self.stop.requested_since(PATIENCE_AT_THE_END) => {
                Err(JobError::surroundings("The worker was told to stop"))
            }
        };

        let (task, document, attempt) = (self.work.task(), job.document_id, job.attempt);
        let took = started.elapsed();
        metrics::job(task, outcome.is_ok(), took);
        let milliseconds = milliseconds(took);
        let error = match outcome {
            Ok(done) => {
                tracing::info!(task, %document, attempt, outcome = done, milliseconds, "done");
                return Progress::Worked;
            }
            Err(error) => error,
        };
        tracing::warn!(task, %document, attempt, %error, milliseconds, "not done");
        if let Err(error) = self.queue.record_failure(job, &error).await {
            tracing::warn!(task, %document, attempt, %error, "cannot be given back: left to the end of its claim");
        }
        if error.blame == Blame::Surroundings { Progress::Blocked } else { Progress::Worked }
    }
}

/// The outcome of a look for a document to work on.
enum Progress {
    Worked,
    NothingToDo,
    /// Nothing can be done for any document just now.
    Blocked,
}
