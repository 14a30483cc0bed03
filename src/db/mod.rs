//! Connections and transactions. Nothing else in the server knows of either.
//!
//! A request is one statement, and so one transaction: it calls one function, which becomes the caller and does the work.

mod access;
pub mod answer;
pub mod check;
mod connect;
mod cost;
mod errors;
mod exchange;
pub mod limits;
mod opening;
mod operation;
mod pool;
mod replicas;
mod roles;
mod session;
mod signs;
mod tls;
mod transactions;

use std::{iter, sync::Arc};

use serde::Deserialize;
use tokio::time::Instant;
use uuid::Uuid;

pub use self::{
    access::Access,
    connect::{Hosts, Opened, connect_error, connect_for, reason},
    cost::{Cost, with_cost},
    opening::{Kind, Opening},
    operation::{Operation, Param},
    pool::Usage,
    session::{IdempotencyKey, RequestOrigin, Session, digest_of},
    signs::TaskState,
};
use self::{
    answer::Answer,
    errors::CallError,
    opening::{Admission, LOG_IN_WITH_CLAIMS},
    signs::Signs,
    transactions::{PATIENCE, Transactions},
};
use crate::{
    config::{DatabaseUrl, PoolSettings},
    error::{self, Failure},
    reason::Reason,
};

const EXPLAIN: Operation = Operation::write("request.explain_refusal");
const SWEEP: Operation = Operation::write("auth.sweep");
const SEAL: Operation = Operation::write("audit.seal_journals");
const CHECK_HOME: Operation = Operation::read("auth.check_home");
const TAKE_MARK: Operation = Operation::write("auth.take_mark");

/// Why `api` said no: a sentence, and more fields for the answer, `reason` among them.
#[derive(Deserialize)]
struct Refusal {
    message: String,
    extra: Option<serde_json::Value>,
}

#[derive(Clone)]
pub struct Db {
    transactions: Arc<Transactions>,
    signs: Arc<Signs>,
}

impl Db {
    pub fn new(
        database: DatabaseUrl,
        replicas: Option<DatabaseUrl>,
        settings: PoolSettings,
    ) -> Result<Self, String> {
        let transactions = Arc::new(Transactions::new(database, replicas, settings)?);
        Ok(Self { transactions, signs: Arc::default() })
    }

    /// Lets the database know this server by another secret.
    pub async fn renew(&self, database: DatabaseUrl, replicas: Option<DatabaseUrl>) -> Result<(), String> {
        self.transactions.renew(database, replicas).await
    }

    /// Notices when another host becomes the primary, and from which standbys may be read.
    pub fn watch_hosts(&self) -> impl Future<Output = ()> + Send + use<> {
        self.transactions.watch_hosts()
    }

    pub fn close(&self) {
        self.transactions.close();
    }

    pub fn pool_usage(&self) -> Usage {
        self.transactions.usage()
    }

    /// Refuses all requests until it is unbarred.
    pub fn bar(&self, reason: String) {
        self.transactions.bar(reason);
    }

    pub fn unbar(&self) {
        self.transactions.unbar();
    }

    /// Whether the database answers, and takes changes.
    pub async fn check_health(&self) -> Result<(), Failure> {
        self.signs.check_health(&self.transactions).await
    }

    /// Whether a request could be served, here and now.
    pub async fn check_readiness(&self) -> Result<(), Failure> {
        self.signs.check_readiness(&self.transactions).await
    }

    /// None if the database does not tell.
    pub async fn measure_tasks(&self) -> Option<Vec<TaskState>> {
        self.signs.measure_tasks(&self.transactions).await
    }

    /// In seconds since 1970; 0 without one. None if the database does not tell.
    pub async fn newest_anchor(&self) -> Option<f64> {
        self.signs.newest_anchor(&self.transactions).await
    }

    /// Faults of the database's home or state, by the mark in its document store.
    pub async fn check_home(&self, mark: Option<&serde_json::Value>) -> Result<Option<String>, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let outcome = self.transactions.transact_barred(deadline, None, &CHECK_HOME, &[&mark]).await;
        outcome.map_err(CallError::into_failure)
    }

    /// How far the database has come.
    pub async fn take_mark(&self) -> Result<serde_json::Value, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let outcome = self.transactions.transact_barred(deadline, None, &TAKE_MARK, &[]).await;
        outcome.map_err(CallError::into_failure)
    }

    /// Removes at most that many expired things of each kind; whether there may be more.
    pub async fn sweep(&self, limit: i32) -> Result<bool, Failure> {
        let swept: i32 = self.call_as_server(&SWEEP, &[&limit]).await?;
        Ok(swept >= limit)
    }

    /// Chains at most that many rows of each journal of the audit; whether there may be more.
    pub async fn seal(&self, limit: i32) -> Result<bool, Failure> {
        let sealed: i32 = self.call_as_server(&SEAL, &[&limit]).await?;
        Ok(sealed >= limit)
    }

    /// Calls a function as the server itself, before there is a caller.
    pub async fn call_as_server<T: Answer>(
        &self,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + PATIENCE;
        self.transactions.transact(deadline, None, operation, params).await.map_err(CallError::into_failure)
    }

    /// Calls an operation that is about no particular case.
    pub async fn call<T: Answer>(
        &self,
        caller: &Session,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        self.call_or_explain(caller, operation, None, params).await
    }

    /// Calls an operation on a case or on a document, whose id is the operation's first parameter.
    pub async fn call_on<T: Answer>(
        &self,
        caller: &Session,
        operation: &Operation,
        subject_id: impl Into<Uuid>,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let subject_id = subject_id.into();
        let params: Vec<Param> = iter::once(&subject_id as Param).chain(params.iter().copied()).collect();
        self.call_or_explain(caller, operation, Some(subject_id), &params).await
    }

    async fn call_or_explain<T: Answer>(
        &self,
        caller: &Session,
        operation: &Operation,
        subject_id: Option<Uuid>,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let mut outcome = self.transactions.transact(deadline, Some(caller), operation, params).await;
        if outcome.as_ref().is_err_and(CallError::is_without_session)
            && self.open_until(deadline, caller).await?
        {
            outcome = self.transactions.transact(deadline, Some(caller), operation, params).await;
        }
        let error = match outcome {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let CallError::Refused(refusal) = &error else { return Err(error.into_failure()) };
        if !refusal.as_db_error().is_some_and(error::wants_explaining) {
            return Err(error.into_failure());
        }
        let params: [Param; 2] = [&operation.name(), &subject_id];
        match self.transactions.transact(deadline, Some(caller), &EXPLAIN, &params).await {
            Ok(Refusal { message, extra }) => Err(Failure::detailed(Reason::CaseNotFound, message, extra)),
            Err(error) => Err(error.into_failure()),
        }
    }

    /// Opens a session under the digest of its token, and tells where the browser goes then, if it is a browser's.
    pub async fn log_in_with_claims(
        &self,
        token_sha256: &Vec<u8>,
        opening: &Opening,
        request: &RequestOrigin,
    ) -> Result<String, Failure> {
        self.open(Instant::now() + PATIENCE, token_sha256, opening, request).await
    }

    /// Opens the caller's session, if the request brings what that takes.
    pub async fn open_for(&self, caller: &Session) -> Result<bool, Failure> {
        self.open_until(Instant::now() + PATIENCE, caller).await
    }

    async fn open_until(&self, deadline: Instant, caller: &Session) -> Result<bool, Failure> {
        let Session { token_sha256, request, opening } = caller;
        let Some(opening) = opening else { return Ok(false) };
        self.open(deadline, token_sha256, opening, request).await.map(|_| true)
    }

    async fn open(
        &self,
        deadline: Instant,
        token_sha256: &Vec<u8>,
        opening: &Opening,
        request: &RequestOrigin,
    ) -> Result<String, Failure> {
        let Opening { kind, claims, adds_users } = opening;
        let (previous_sha256, return_url, membership_id, expires_at) = match kind {
            Kind::Cookie { previous_sha256, return_url } => {
                (previous_sha256.as_ref(), return_url.as_ref(), None, None)
            }
            Kind::Bearer { membership_id, expires_at } => (None, None, *membership_id, Some(*expires_at)),
        };
        let client_address = request.client_address.map(|address| address.to_string());
        let params: [Param; 10] = [
            token_sha256,
            &previous_sha256,
            &**claims,
            &kind.word(),
            &membership_id,
            &expires_at,
            adds_users,
            &return_url,
            &request.id,
            &client_address,
        ];
        let opened =
            self.transactions.transact::<Admission>(deadline, None, &LOG_IN_WITH_CLAIMS, &params).await;
        opened.map_err(CallError::into_failure)?.admitted(kind)
    }
}
