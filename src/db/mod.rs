//! Connections and transactions. Nothing else in the server knows of either.
//!
//! A request is one transaction of four statements: begin, become the caller, call one function, commit.

mod access;
pub mod answer;
pub mod check;
mod connect;
mod cost;
mod errors;
mod exchange;
mod opening;
mod operation;
mod pool;
mod replicas;
mod roles;
mod session;
mod tls;

use std::{
    iter,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::join;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

pub use self::{
    access::Access,
    connect::{Hosts, Opened, connect_error, connect_for, reason},
    cost::{Cost, with_cost},
    opening::{Kind, Opening},
    operation::{Operation, Param},
    pool::Usage,
    session::{IdempotencyKey, RequestOrigin, Session, digest_of},
};
use self::{
    answer::Answer,
    errors::{CallError, NOT_ON_STANDBY, Retry},
    exchange::{Outcome, exchange},
    opening::{Admission, LOG_IN_WITH_CLAIMS},
    pool::{Pool, PoolError, PooledConnection},
    replicas::Replicas,
    roles::{KnownRoles, Role},
};
use crate::{
    config::{DatabaseUrl, PoolSettings, Statements},
    error::{self, Failure},
    metrics,
    recent::Recent,
    values::Success,
};

/// For the whole of a request's work in the database, so that whoever waits hears within two seconds. The logins'
/// own limits are shorter (db/roles.sql), so that a slow call ends with a clear outcome.
const PATIENCE: Duration = Duration::from_millis(1800);
const PATIENCE_FOR_A_SIGN_OF_LIFE: Duration = Duration::from_millis(1500);
const TRIES: u32 = 3;
/// Before the second try; twice that before the third.
const LONGEST_PAUSE_MS: u64 = 20;

const TOUCH: Operation = Operation::write("select auth.touch_session($1)");
const EXPLAIN: Operation = Operation::write("select audit.explain_refusal($1, $2)");
const SWEEP: Operation = Operation::write("select auth.sweep($1)");
const MEASURE_TASKS: Operation = Operation::read("select worker.measure_tasks()");
const CHECK_HOME: Operation = Operation::read("select auth.check_home($1)");
const TAKE_MARK: Operation = Operation::write("select auth.take_mark()");
/// Whether the database is read-only.
const PING: Operation =
    Operation::read("select current_setting('transaction_read_only')::boolean").within("ping");

/// Why `api` said no: a code, a sentence, more fields for the answer.
#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
    extra: Option<serde_json::Value>,
}

/// The documents that wait for one kind of work.
#[derive(Clone, Deserialize)]
pub struct TaskState {
    pub task: String,
    pub waiting: i64,
    pub oldest_seconds: f64,
}

#[derive(Clone)]
pub struct Db {
    access: Access,
    pool: Pool,
    replicas: Arc<Replicas>,
    known_roles: KnownRoles,
    statements: Statements,
    /// For how long a request waits for a connection.
    wait: Duration,
    signs: Arc<Signs>,
}

/// What anybody may ask for, however often.
#[derive(Default)]
struct Signs {
    health: Recent<Result<(), Failure>>,
    readiness: Recent<Result<(), Failure>>,
    /// What the log says of it.
    is_unready: AtomicBool,
    tasks: Recent<Option<Vec<TaskState>>>,
    /// Why nobody is served, if so.
    barred: RwLock<Option<String>>,
}

impl Db {
    pub fn new(
        database: DatabaseUrl,
        replicas: Option<DatabaseUrl>,
        settings: PoolSettings,
    ) -> Result<Self, String> {
        let access = Access::new(Hosts::new(of_server(database))?);
        Ok(Self {
            pool: Pool::new(access.clone(), settings.size, settings.statements),
            replicas: Arc::new(Replicas::new(access.clone(), replicas.map(of_server).as_ref(), settings)?),
            access,
            known_roles: KnownRoles::default(),
            statements: settings.statements,
            wait: Duration::from_millis(settings.wait_milliseconds.into()),
            signs: Arc::default(),
        })
    }

    /// Lets the database know this server by another secret. When that is good, nobody is given a connection any more that
    /// was opened with the one before.
    pub async fn renew(&self, database: DatabaseUrl, replicas: Option<DatabaseUrl>) -> Result<(), String> {
        self.access.renew(Hosts::new(of_server(database))?);
        self.replicas.renew(replicas.map(of_server).as_ref())?;
        self.access.prove(Instant::now() + PATIENCE).await?;
        self.pool.outdate();
        Ok(())
    }

    /// Notices when another host becomes the primary, and from which standbys may be read.
    pub fn watch_hosts(&self) -> impl Future<Output = ()> + Send + use<> {
        let (access, replicas) = (self.access.clone(), Arc::clone(&self.replicas));
        async move {
            join!(access.watch(), replicas.watch());
        }
    }

    pub fn close(&self) {
        self.pool.close();
        self.replicas.close();
    }

    /// Whether the database answers, and takes changes.
    pub async fn check_health(&self) -> Result<(), Failure> {
        self.signs.health.get(self.clone().ping()).await
    }

    async fn ping(self) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE_FOR_A_SIGN_OF_LIFE;
        match self.transact(deadline, None, &PING, &[]).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(self.read_only()),
            Err(error) => Err(Failure::unavailable(error.code())),
        }
    }

    /// A connection that is open stays read-only, even if the database is not any more.
    fn read_only(&self) -> Failure {
        self.pool.outdate();
        Failure::read_only()
    }

    /// Serves nobody, until it is unbarred.
    pub fn bar(&self, reason: String) {
        let barred = &mut *self.signs.barred.write().unwrap_or_else(PoisonError::into_inner);
        if barred.is_none() {
            tracing::error!(reason, "nobody is served any more");
        }
        *barred = Some(reason);
    }

    pub fn unbar(&self) {
        let barred = &mut *self.signs.barred.write().unwrap_or_else(PoisonError::into_inner);
        if barred.take().is_some() {
            tracing::info!("the database is served again");
        }
    }

    fn barred(&self) -> Option<String> {
        self.signs.barred.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is wrong with where the database is, or with how far it has come, by the mark in its document store.
    pub async fn check_home(&self, mark: Option<&serde_json::Value>) -> Result<Option<String>, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let outcome = self.transact_barred(deadline, None, &CHECK_HOME, &[&mark]).await;
        outcome.map_err(CallError::into_failure)
    }

    /// How far the database has come.
    pub async fn take_mark(&self) -> Result<serde_json::Value, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let outcome = self.transact_barred(deadline, None, &TAKE_MARK, &[]).await;
        outcome.map_err(CallError::into_failure)
    }

    /// Whether a request could be served, here and now.
    pub async fn check_readiness(&self) -> Result<(), Failure> {
        self.signs.readiness.get(self.clone().note_readiness()).await
    }

    /// Probes leave no line in the log; that it has changed does.
    async fn note_readiness(self) -> Result<(), Failure> {
        let signs = Arc::clone(&self.signs);
        let outcome = self.look_around().await;
        let was_unready = signs.is_unready.swap(outcome.is_err(), Ordering::Relaxed);
        match &outcome {
            Err(failure) if !was_unready => {
                tracing::error!(cause = failure.summary().unwrap_or(&failure.message), "not ready");
            }
            Ok(()) if was_unready => tracing::info!("ready again"),
            _ => {}
        }
        outcome
    }

    async fn look_around(self) -> Result<(), Failure> {
        if let Some(reason) = self.barred() {
            return Err(Failure::restored(&reason));
        }
        let deadline = Instant::now() + PATIENCE_FOR_A_SIGN_OF_LIFE;
        let connection = self.connection(None, deadline).await;
        let mut pooled = connection.map_err(|error| Failure::unavailable(error.code()))?;
        let Some(connection) = pooled.connection() else { return Ok(()) };
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
            check::READ_ONLY => self.read_only(),
            _ => Failure::unavailable(&reason),
        })
    }

    pub fn pool_usage(&self) -> Usage {
        self.pool.usage()
    }

    /// Unless the database does not tell.
    pub async fn measure_tasks(&self) -> Option<Vec<TaskState>> {
        let db = self.clone();
        self.signs.tasks.get(async move { db.call_as_server(&MEASURE_TASKS, &[]).await.ok() }).await
    }

    /// Removes at most that many of each kind of thing that has expired; whether there may be more.
    pub async fn sweep(&self, limit: i32) -> Result<bool, Failure> {
        let swept: i32 = self.call_as_server(&SWEEP, &[&limit]).await?;
        Ok(swept >= limit)
    }

    /// Calls a function as the server itself, before there is a caller.
    pub async fn call_as_server<T: Answer>(
        &self,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + PATIENCE;
        self.transact(deadline, None, operation, params).await.map_err(CallError::into_failure)
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
        let mut outcome = self.transact(deadline, Some(caller), operation, params).await;
        if outcome.as_ref().is_err_and(CallError::is_without_session)
            && self.open_until(deadline, caller).await?
        {
            outcome = self.transact(deadline, Some(caller), operation, params).await;
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
        match self.transact(deadline, Some(caller), &EXPLAIN, &params).await {
            Ok(Refusal { code, message, extra }) => Err(Failure::refused(code, message, extra)),
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

    /// Opens the caller's session, if the caller has come with what that takes.
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
        let opened = self.transact::<Admission>(deadline, None, &LOG_IN_WITH_CLAIMS, &params).await;
        opened.map_err(CallError::into_failure)?.admitted(kind)
    }

    /// The whole transaction, and again where that may help.
    async fn transact<T: Answer>(
        &self,
        deadline: Instant,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, CallError> {
        match self.barred() {
            Some(reason) => Err(CallError::Barred(reason)),
            None => self.transact_barred(deadline, caller, operation, params).await,
        }
    }

    /// The same, whether or not anybody is served.
    async fn transact_barred<T: Answer>(
        &self,
        deadline: Instant,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, CallError> {
        let started = Instant::now();
        let result = match self.ask_replica(deadline, caller, operation, params).await {
            Some(answer) => Ok(answer),
            None => self.ask_primary(deadline, caller, operation, params).await,
        };
        let took = started.elapsed();
        metrics::database_call(operation.name(), took);
        cost::add_cost(took);
        result
    }

    async fn ask_primary<T: Answer>(
        &self,
        deadline: Instant,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, CallError> {
        let (mut tries, mut connection) = (1, Wanted::Any);
        loop {
            let error = match self.attempt(deadline, connection, caller, operation, params).await {
                Ok(answer) => return Ok(answer),
                Err(error) if operation.read_only => error,
                Err(error) => error.of_write(),
            };
            metrics::database_error(error.code());
            let retry = error.retry(self.access.hosts().are_several());
            if retry == Retry::No || tries == TRIES {
                return Err(error);
            }
            tracing::warn!(operation = operation.name(), tries, code = error.code(), "trying again");
            metrics::retried(error.code());
            if retry == Retry::AfterPause {
                sleep(pause(tries)).await;
            }
            tries += 1;
            connection = match retry {
                Retry::OnFreshConnection => Wanted::FreshToJudgeOthers,
                // At the last try, what a connection remembers shall not be in the way.
                _ if tries == TRIES => Wanted::Fresh,
                _ => Wanted::Any,
            };
        }
    }

    /// What a standby answers to a call that only reads. Whatever else comes of it, the primary is asked, at once.
    async fn ask_replica<T: Answer>(
        &self,
        deadline: Instant,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Option<T> {
        let caller = caller.filter(|_| operation.read_only)?;
        let replica = self.replicas.pick()?;
        let half = deadline.min(Instant::now() + PATIENCE / 2);
        let hint = self.known_roles.of(&caller.token_sha256);
        let mut pooled = replica.connection(hint, half).await?;
        let connection = pooled.connection()?;
        let exchanging = exchange(connection, self.statements, Some(caller), operation, params);
        let Ok(Outcome { result, role, is_touch_due, .. }) = timeout_at(half, exchanging).await else {
            pooled.abandon();
            replica.distrust(CallError::NoAnswer.code().to_owned());
            return None;
        };
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => {
                if error.spoils_connection() {
                    pooled.discard();
                } else {
                    pooled.done();
                }
                return None;
            }
        };
        if let Some(role) = role {
            cost::note_role(role);
            pooled.has_served(role);
            if hint != Some(role) {
                self.known_roles.learn(&caller.token_sha256, role);
            }
        }
        pooled.done();
        // Else it may be older than what somebody has been told since.
        if !replica.is_trusted() {
            return None;
        }
        if is_touch_due
            && !self.pool.is_stuck()
            && let Ok(pooled) = self.connection(None, deadline).await
        {
            Box::pin(self.touch(deadline, pooled, caller)).await;
        }
        metrics::read_from_standby();
        Some(answer)
    }

    async fn attempt<T: Answer>(
        &self,
        deadline: Instant,
        wanted: Wanted,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, CallError> {
        // What only reads is served meanwhile.
        if !operation.read_only && self.pool.is_stuck() {
            return Err(CallError::NoConnection(PoolError::Stuck));
        }
        let hint = caller.and_then(|caller| self.known_roles.of(&caller.token_sha256));
        let mut pooled = self.connection(hint, deadline).await?;
        if wanted != Wanted::Any {
            pooled = pooled.renewed(deadline).await.map_err(CallError::NoConnection)?;
        }
        let Some(connection) = pooled.connection() else {
            return Err(CallError::NoConnection(PoolError::Closed));
        };
        let exchanging = exchange(connection, self.statements, caller, operation, params);
        let Ok(Outcome { result, role, is_touch_due, is_replay }) = timeout_at(deadline, exchanging).await
        else {
            pooled.abandon();
            return Err(CallError::NoAnswer);
        };
        if connection.take_doubt() && !operation.read_only {
            pooled.discard();
            return Err(CallError::OutcomeUnknown(NOT_ON_STANDBY));
        }

        if let Some(is_replay) = is_replay {
            cost::note_replay(is_replay);
        }
        if let (Some(caller), Some(role)) = (caller, role) {
            cost::note_role(role);
            pooled.has_served(role);
            if hint != Some(role) {
                self.known_roles.learn(&caller.token_sha256, role);
            }
        }
        if result.as_ref().is_err_and(CallError::spoils_connection) {
            pooled.discard();
            return result;
        }
        // What one connection remembers from before a migration, all that were opened before do. A defect is no better on
        // a fresh one, and so costs no other.
        if wanted == Wanted::FreshToJudgeOthers {
            pooled.outdate_older();
        }
        match caller.filter(|_| is_touch_due && !self.pool.is_stuck()) {
            // Large and rare, as opening a connection is.
            Some(caller) => Box::pin(self.touch(deadline, pooled, caller)).await,
            None => pooled.done(),
        }
        result
    }

    async fn connection(&self, role: Option<Role>, deadline: Instant) -> Result<PooledConnection, CallError> {
        let started = Instant::now();
        let pooled = self.pool.get(role, self.wait, deadline).await.map_err(CallError::NoConnection);
        metrics::pool_wait(started.elapsed());
        pooled
    }

    /// Outside of the transaction, which may be read-only, and even if the call was refused. What becomes of it
    /// changes nothing for the caller, whose request is done.
    async fn touch(&self, deadline: Instant, mut pooled: PooledConnection, caller: &Session) {
        let Some(connection) = pooled.connection() else { return };
        let params: [Param; 1] = [&caller.token_sha256];
        let touching = exchange::<Success>(connection, self.statements, None, &TOUCH, &params);
        match timeout_at(deadline, touching).await {
            Ok(Outcome { result: Err(error), .. }) => {
                tracing::warn!(code = error.code(), "a session could not be prolonged");
                if error.spoils_connection() { pooled.discard() } else { pooled.done() }
            }
            Ok(_) => pooled.done(),
            Err(_) => {
                tracing::warn!("a session could not be prolonged in time");
                pooled.abandon();
            }
        }
    }
}

fn of_server(mut database: DatabaseUrl) -> DatabaseUrl {
    database.config.application_name("casefile").keepalives_idle(Duration::from_secs(30));
    database
}

/// On which connection an attempt is made.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Any,
    /// One that remembers nothing.
    Fresh,
    /// If that helps, those that are older remember what is no longer so.
    FreshToJudgeOthers,
}

/// Before the next try, so that those who were in each other's way are not so again.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(fastrand::u64(1..=u64::from(tries) * LONGEST_PAUSE_MS))
}
