//! A transaction on a connection that can serve it, retried where that may help.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_util::join;
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    access::Access,
    answer::Answer,
    connect::Hosts,
    cost,
    errors::{CallError, NOT_ON_STANDBY, Retry},
    exchange::{Outcome, exchange},
    limits::{SERVER, limited},
    operation::{Operation, Param},
    pool::{Pool, PoolError, PooledConnection, Usage},
    replicas::Replicas,
    roles::{KnownRoles, Role},
    session::Session,
};
use crate::{
    config::{DatabaseUrl, PoolSettings, Statements},
    metrics,
};

/// For all of a request's work in the database, so that its client hears within two seconds. The logins' own limits are
/// shorter (db/roles.sql), so that a slow call ends with a clear outcome.
pub const PATIENCE: Duration = Duration::from_millis(1800);
const TRIES: u32 = 3;
/// Before the second try; twice that before the third.
const LONGEST_PAUSE_MS: u64 = 20;

pub struct Transactions {
    access: Access,
    pool: Pool,
    replicas: Arc<Replicas>,
    known_roles: KnownRoles,
    statements: Statements,
    /// For how long a request waits for a connection.
    wait: Duration,
    /// Why requests are not served, if so.
    barred: RwLock<Option<String>>,
}

impl Transactions {
    pub fn new(
        database: DatabaseUrl,
        replicas: Option<DatabaseUrl>,
        settings: PoolSettings,
    ) -> Result<Self, String> {
        let statements = settings.statements;
        let replicas = replicas.map(|database| of_server(database, statements));
        let access = Access::new(Hosts::new(of_server(database, statements))?);
        Ok(Self {
            pool: Pool::new(access.clone(), settings.size, statements),
            replicas: Arc::new(Replicas::new(access.clone(), replicas.as_ref(), settings)?),
            access,
            known_roles: KnownRoles::default(),
            statements,
            wait: Duration::from_millis(settings.wait_milliseconds.into()),
            barred: RwLock::default(),
        })
    }

    /// Lets the database know this server by another secret. Once that works, no connection opened with the old one is
    /// lent any more.
    pub async fn renew(&self, database: DatabaseUrl, replicas: Option<DatabaseUrl>) -> Result<(), String> {
        self.access.renew(Hosts::new(of_server(database, self.statements))?);
        self.replicas.renew(replicas.map(|database| of_server(database, self.statements)).as_ref())?;
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

    pub fn usage(&self) -> Usage {
        self.pool.usage()
    }

    /// No connection opened before now is lent any more.
    pub fn outdate(&self) {
        self.pool.outdate();
    }

    /// Refuses all requests until it is unbarred.
    pub fn bar(&self, reason: String) {
        let barred = &mut *self.barred.write().unwrap_or_else(PoisonError::into_inner);
        if barred.is_none() {
            tracing::error!(reason, "requests are no longer served");
        }
        *barred = Some(reason);
    }

    pub fn unbar(&self) {
        let barred = &mut *self.barred.write().unwrap_or_else(PoisonError::into_inner);
        if barred.take().is_some() {
            tracing::info!("the database is served again");
        }
    }

    pub fn barred(&self) -> Option<String> {
        self.barred.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The whole transaction, and again where that may help.
    pub async fn transact<T: Answer>(
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
    pub async fn transact_barred<T: Answer>(
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
                // At the last try, no connection's memory may be in the way.
                _ if tries == TRIES => Wanted::Fresh,
                _ => Wanted::Any,
            };
        }
    }

    /// A standby's answer to a call that only reads. On any failure, the primary is asked at once.
    async fn ask_replica<T: Answer>(
        &self,
        deadline: Instant,
        caller: Option<&Session>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Option<T> {
        let caller = caller.filter(|_| operation.read_only)?;
        let replica = self.replicas.pick()?;
        // Else the primary must move its session's expiry; a standby cannot.
        if !self.known_roles.is_lately_at_primary(&caller.token_sha256) {
            return None;
        }
        let half = deadline.min(Instant::now() + PATIENCE / 2);
        let hint = self.known_roles.of(&caller.token_sha256);
        let mut pooled = replica.connection(hint, half).await?;
        let connection = pooled.connection()?;
        let exchanging = exchange(connection, self.statements, Some(caller), operation, params);
        let Ok(Outcome { result, role, .. }) = timeout_at(half, exchanging).await else {
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
            self.remember(&mut pooled, caller, hint, role);
        }
        pooled.done();
        // Otherwise it may be older than an answer given since.
        if !replica.is_trusted() {
            return None;
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
        // Reads are still served.
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
        let Ok(Outcome { result, role, is_replay }) = timeout_at(deadline, exchanging).await else {
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
            self.remember(&mut pooled, caller, hint, role);
            if !self.replicas.are_none() {
                self.known_roles.was_at_primary(&caller.token_sha256);
            }
        } else if let Some(role) = hint
            && !result.as_ref().is_err_and(CallError::is_without_session)
        {
            cost::note_role(role);
        }
        if result.as_ref().is_err_and(CallError::spoils_connection) {
            pooled.discard();
            return result;
        }
        // If one connection remembers the time before a migration, all older ones do. A defect is no better on a fresh
        // one, and so costs no other.
        if wanted == Wanted::FreshToJudgeOthers {
            pooled.outdate_older();
        }
        pooled.done();
        result
    }

    pub async fn connection(
        &self,
        role: Option<Role>,
        deadline: Instant,
    ) -> Result<PooledConnection, CallError> {
        let started = Instant::now();
        let pooled = self.pool.get(role, self.wait, deadline).await.map_err(CallError::NoConnection);
        metrics::pool_wait(started.elapsed());
        pooled
    }

    /// Remembers the caller's role, if it was not the hint, and that the connection has plans for it.
    fn remember(&self, pooled: &mut PooledConnection, caller: &Session, hint: Option<Role>, role: Role) {
        cost::note_role(role);
        pooled.has_served(role);
        if hint != Some(role) {
            self.known_roles.learn(&caller.token_sha256, role);
        }
    }
}

fn of_server(mut database: DatabaseUrl, statements: Statements) -> DatabaseUrl {
    database.config.application_name("casefile").keepalives_idle(Duration::from_secs(30));
    match statements {
        Statements::Prepared => limited(database, SERVER),
        // A pooler refuses options, or gives the connection to others with them.
        Statements::Unprepared => database,
    }
}

/// On which connection an attempt is made.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Any,
    /// One that remembers nothing.
    Fresh,
    /// If that helps, older ones remember outdated things.
    FreshToJudgeOthers,
}

/// The pause before a retry, so that colliding calls do not collide again.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(fastrand::u64(1..=u64::from(tries) * LONGEST_PAUSE_MS))
}
