//! Signs of life, which anybody may ask for, however often.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::{Instant, timeout_at};

use super::{
    check,
    errors::CallError,
    operation::Operation,
    transactions::{PATIENCE, Transactions},
};
use crate::{error::Failure, reason::Reason, recent::Recent};

const PATIENCE_FOR_A_SIGN_OF_LIFE: Duration = Duration::from_millis(1500);

const MEASURE_TASKS: Operation = Operation::read("worker.measure_tasks");
const NEWEST_ANCHOR: Operation = Operation::read("audit.newest_anchor");
/// Whether the database is read-only: on or off.
const PING: Operation = Operation::read("pg_catalog.current_setting").within("ping");

/// The documents that wait for one kind of work.
#[derive(Clone, Deserialize)]
pub struct TaskState {
    pub task: String,
    pub waiting: i64,
    pub oldest_seconds: f64,
}

#[derive(Default)]
pub struct Signs {
    health: Recent<Result<(), Failure>>,
    readiness: Recent<Result<(), Failure>>,
    /// The text for the log.
    is_unready: Arc<AtomicBool>,
    differences: Arc<Mutex<Vec<String>>>,
    tasks: Recent<Option<Vec<TaskState>>>,
    newest_anchor: Recent<Option<f64>>,
}

impl Signs {
    /// Whether the database answers, and takes changes.
    pub async fn check_health(&self, transactions: &Arc<Transactions>) -> Result<(), Failure> {
        self.health.get(ping(Arc::clone(transactions))).await
    }

    /// Whether a request could be served, here and now. Probes leave no line in the log; a change does.
    pub async fn check_readiness(&self, transactions: &Arc<Transactions>) -> Result<(), Failure> {
        let (transactions, is_unready) = (Arc::clone(transactions), Arc::clone(&self.is_unready));
        let noted = Arc::clone(&self.differences);
        let looking = async move {
            let outcome = look_around(&transactions).await.map(|differences| note(&noted, differences));
            let was_unready = is_unready.swap(outcome.is_err(), Ordering::Relaxed);
            match &outcome {
                Err(failure) if !was_unready => {
                    tracing::error!(cause = failure.summary().unwrap_or(&failure.message), "not ready");
                }
                Ok(()) if was_unready => tracing::info!("ready again"),
                _ => {}
            }
            outcome
        };
        self.readiness.get(looking).await
    }

    /// None if the database does not tell.
    pub async fn measure_tasks(&self, transactions: &Arc<Transactions>) -> Option<Vec<TaskState>> {
        self.tasks.get(measure(Arc::clone(transactions), &MEASURE_TASKS)).await
    }

    /// In seconds since 1970; 0 without one. None if the database does not tell.
    pub async fn newest_anchor(&self, transactions: &Arc<Transactions>) -> Option<f64> {
        self.newest_anchor.get(measure(Arc::clone(transactions), &NEWEST_ANCHOR)).await
    }
}

async fn measure<T: DeserializeOwned + Send>(
    transactions: Arc<Transactions>,
    operation: &'static Operation,
) -> Option<T> {
    transactions.transact(Instant::now() + PATIENCE, None, operation, &[]).await.ok()
}

async fn ping(transactions: Arc<Transactions>) -> Result<(), Failure> {
    let deadline = Instant::now() + PATIENCE_FOR_A_SIGN_OF_LIFE;
    match transactions.transact::<String>(deadline, None, &PING, &[&"transaction_read_only"]).await {
        Ok(is_read_only) if is_read_only == "off" => Ok(()),
        Ok(_) => Err(read_only(&transactions)),
        Err(error) => Err(Failure::unavailable(error.code())),
    }
}

/// Harmless differences from what was shipped are logged once.
fn note(noted: &Mutex<Vec<String>>, differences: Vec<String>) {
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    for difference in differences.iter().filter(|difference| !noted.contains(difference)) {
        tracing::warn!("{difference}");
    }
    *noted = differences;
}

async fn look_around(transactions: &Transactions) -> Result<Vec<String>, Failure> {
    if let Some(reason) = transactions.barred() {
        return Err(Failure::from(Reason::DatabaseRestored).because(&reason));
    }
    let deadline = Instant::now() + PATIENCE_FOR_A_SIGN_OF_LIFE;
    let connection = transactions.connection(None, deadline).await;
    let mut pooled = connection.map_err(|error| Failure::unavailable(error.code()))?;
    let Some(connection) = pooled.connection() else { return Ok(Vec::new()) };
    let check = check::check_schema(connection.client(), "this server's login");
    let Ok(outcome) = timeout_at(deadline, check).await else {
        pooled.abandon();
        return Err(Failure::unavailable(CallError::NoAnswer.code()));
    };
    // After a failure, in whatever state it is.
    if outcome.is_ok() {
        pooled.done();
    } else {
        pooled.discard();
    }
    outcome.map_err(|reason| match reason.as_str() {
        check::READ_ONLY => read_only(transactions),
        _ => Failure::unavailable(&reason),
    })
}

/// A connection that is open stays read-only, even if the database is not any more.
fn read_only(transactions: &Transactions) -> Failure {
    transactions.outdate();
    Reason::DatabaseReadOnly.into()
}
