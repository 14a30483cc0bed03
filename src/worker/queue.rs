//! The worker's side of the queue, which is the database's. A call is repeated until it is answered, even if
//! the connection is lost. Nothing is recorded twice, because the record ends the claim.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep, timeout},
};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    error::{Blame, JobError},
    obstacles::Obstacles,
    reader::Text,
};
use crate::{
    config::DatabaseUrl,
    db::{
        self, Access, Hosts, Opened, Param,
        answer::{self, Answer},
        check::{check_settings, pooler},
        limits::{WORKER, limited},
    },
    documents::Store,
    error::is_outage,
    home,
};

/// Documents due for a retry are not announced.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
const PATIENCE_FOR_A_CONNECTION: Duration = Duration::from_secs(5);
const PATIENCE_FOR_AN_ANSWER: Duration = Duration::from_secs(30);
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

const BECOME_PROCESSOR: &str = "set role document_processor; listen document_jobs";
const CLAIM: &str = "select worker.claim_document($1, $2)";
const RECORD_SCAN: &str = "select worker.record_scan($1, $2, $3)::text";
const RECORD_TEXT: &str = "select worker.record_text($1, $2, $3, $4, $5)::text";
const RECORD_FAILURE: &str = "select worker.record_failure($1, $2, $3, $4, $5)::text";
const RECORD_REMOVAL: &str = "select worker.record_removal($1)::text";
const READ_AGAIN: &str = "select worker.read_again($1)";
const CHECK_HOME: &str = "select worker.check_home($1)";
const SWEEP: &str = "select worker.sweep()";

#[derive(Deserialize)]
pub struct Job {
    pub document_id: Uuid,
    pub case_id: Uuid,
    #[expect(dead_code, reason = "the worker knows documents by their ids")]
    filename: String,
    pub mime_type: String,
    pub file_size: i64,
    lease: Uuid,
    pub attempt: i32,
}

#[derive(Deserialize)]
pub struct FailedUpload {
    pub document_id: Uuid,
    pub case_id: Uuid,
}

/// One connection for all calls, because each takes little time.
#[derive(Clone)]
pub struct Queue {
    access: Access,
    line: Arc<Mutex<Line>>,
    news: watch::Receiver<()>,
}

struct Line {
    access: Access,
    obstacles: Obstacles,
    opened: Option<Opened>,
}

impl Queue {
    pub async fn open(database: DatabaseUrl, obstacles: Obstacles) -> Result<Self, String> {
        let (sender, news) = watch::channel(());
        // Without options, which a pooler may refuse before it is known for one.
        let hosts = Hosts::new(database.clone())?;
        let access = Access::new(Hosts::new(of_worker(database))?.telling(sender));
        let mut line = Line { access, obstacles, opened: None };
        let deadline = Instant::now() + PATIENCE_FOR_A_CONNECTION;
        if line.within_patience(pooler::is_between(&hosts, deadline)).await? {
            return Err(format!(
                "A pooler is in front of the database of {}, but the worker uses LISTEN. Connect it to PostgreSQL directly.",
                hosts.database().variable
            ));
        }
        let opened = line.connect().await?;
        for difference in line.within_patience(check_settings(&opened.client, WORKER)).await? {
            tracing::warn!("{difference}");
        }
        line.opened = Some(opened);
        tokio::spawn(line.access.clone().watch());
        Ok(Self { access: line.access.clone(), line: Arc::new(Mutex::new(line)), news })
    }

    /// Lets the database know this worker by another secret; when that is good, from the next call on.
    pub async fn renew(&self, database: DatabaseUrl) -> Result<(), String> {
        self.access.renew(Hosts::new(of_worker(database))?);
        self.access.prove(Instant::now() + PATIENCE_FOR_A_CONNECTION).await?;
        // Last: a call that waits for the database has it, and goes on with what is current.
        self.line.lock().await.opened = None;
        Ok(())
    }

    pub async fn claim(&self, lease: Duration, task: &str) -> Result<Option<Job>, JobError> {
        let seconds = i32::try_from(lease.as_secs()).unwrap_or(i32::MAX);
        only(&self.call(CLAIM, &[&seconds, &task]).await?)
    }

    pub async fn record_scan(&self, job: &Job, status: &str) -> Result<(), JobError> {
        self.call(RECORD_SCAN, &[&job.document_id, &job.lease, &status]).await.map(drop)
    }

    pub async fn record_text(&self, job: &Job, text: &Text) -> Result<(), JobError> {
        let Text { content, page_count, pages_read } = text;
        self.call(RECORD_TEXT, &[&job.document_id, &job.lease, content, page_count, pages_read])
            .await
            .map(drop)
    }

    pub async fn record_failure(&self, job: &Job, error: &JobError) -> Result<(), JobError> {
        let (blames_document, is_final) =
            (error.blame != Blame::Surroundings, error.blame == Blame::DocumentForGood);
        let params: [Param; 5] = [&job.document_id, &job.lease, &error.reason, &blames_document, &is_final];
        self.call(RECORD_FAILURE, &params).await.map(drop)
    }

    /// Refuses a restored database: a worker would remove files unknown to it.
    pub async fn require_home(&self, store: &Store) -> Result<(), String> {
        let mut looks = home::Looks::default();
        loop {
            let mark = store.read_mark().await?;
            let rows = self.call(CHECK_HOME, &[&mark]).await.map_err(|error| error.to_string())?;
            let problem: Option<String> = only(&rows).map_err(|error| error.to_string())?;
            if !looks.are_to_go_on(mark.as_ref(), problem.as_deref()).await {
                return home::judge(problem.as_deref()).map_err(|trouble| trouble.to_string());
            }
        }
    }

    /// Failed uploads, of which the store may still have something.
    pub async fn sweep(&self) -> Result<Vec<FailedUpload>, JobError> {
        self.call(SWEEP, &[]).await?.iter().map(read).collect()
    }

    pub async fn record_removal(&self, document_id: Uuid) -> Result<(), JobError> {
        self.call(RECORD_REMOVAL, &[&document_id]).await.map(drop)
    }

    /// Which of these, or of all, will be read again.
    pub async fn read_again(&self, documents: Option<&Vec<Uuid>>) -> Result<Vec<Uuid>, JobError> {
        self.call(READ_AGAIN, &[&documents]).await.map(|rows| rows.iter().map(|row| row.get(0)).collect())
    }

    /// Until there may be something to do.
    pub async fn wait(&mut self) {
        let _ = timeout(BETWEEN_LOOKS, self.news.changed()).await;
    }

    async fn call(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, JobError> {
        self.line.lock().await.call(sql, params).await
    }
}

impl Line {
    async fn call(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, JobError> {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let opened = match self.opened.take().filter(|opened| !opened.is_left()) {
                Some(opened) => Ok(opened),
                None => self.connect().await,
            };
            let reason = match opened {
                Err(reason) => reason,
                Ok(opened) => match timeout(PATIENCE_FOR_AN_ANSWER, opened.client.query(sql, params)).await {
                    Ok(Ok(rows)) => {
                        self.opened = Some(opened);
                        self.obstacles.note("database", None);
                        return Ok(rows);
                    }
                    Ok(Err(error)) => match error.as_db_error() {
                        Some(refusal) if !is_outage(refusal) => {
                            self.opened = Some(opened);
                            return Err(JobError::document(refusal.message()));
                        }
                        _ => format!("The database cannot be used: {error}"),
                    },
                    Err(_) => "The database does not answer in time".to_owned(),
                },
            };
            self.obstacles.note("database", Some(&reason));
            sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    async fn connect(&self) -> Result<Opened, String> {
        self.within_patience(self.attempt_connection()).await
    }

    async fn within_patience<T>(
        &self,
        attempt: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let hosts = self.access.hosts();
        let variable = &hosts.database().variable;
        timeout(PATIENCE_FOR_A_CONNECTION, attempt)
            .await
            .unwrap_or_else(|_| Err(format!("The database of {variable} does not answer.")))
    }

    async fn attempt_connection(&self) -> Result<Opened, String> {
        let opened = self.access.connect(Instant::now() + PATIENCE_FOR_A_CONNECTION).await?;
        opened
            .client
            .batch_execute(BECOME_PROCESSOR)
            .await
            .map_err(|error| db::connect_error(self.access.hosts().database(), &error))?;
        Ok(opened)
    }
}

fn of_worker(mut database: DatabaseUrl) -> DatabaseUrl {
    database.config.application_name("casefile worker").keepalives_idle(Duration::from_secs(30));
    limited(database, WORKER)
}

fn only<T: Answer>(rows: &[Row]) -> Result<T, JobError> {
    rows.first().ok_or_else(|| JobError::surroundings("The database gives no answer")).and_then(read)
}

fn read<T: Answer>(row: &Row) -> Result<T, JobError> {
    answer::read(row).map_err(|error| {
        JobError::surroundings(format!("The database is not the one that this worker was built for: {error}"))
    })
}
