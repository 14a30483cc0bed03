//! The connections to the database. A plan under row-level security belongs to one role, and a connection plans again
//! at each change of role: so it keeps the role that it served last, where possible.

mod abandoned;
mod state;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{Instant, timeout, timeout_at},
};

pub use self::state::Connection;
use self::state::{State, Waiting};
use super::{access::Access, connect::Opened, roles::Role};
use crate::config::Statements;

/// How long a request waits for a connection of its role before it takes another role's: planning again costs as much
/// as many requests, and the role that lost its connection soon takes another.
const WAIT_FOR_OWN_ROLE: Duration = Duration::from_millis(100);
/// For work whose client has gone: the logins' own limits (db/roles.sql) are shorter.
const PATIENCE_FOR_ABANDONED: Duration = Duration::from_secs(5);

/// Why there is no connection.
pub enum PoolError {
    /// All are in use, and none came back in time.
    AllInUse,
    Unreachable(String),
    /// Too many abandoned calls have not ended.
    Stuck,
    /// The server is about to end.
    Closed,
}

#[derive(Clone)]
pub struct Pool(Arc<Shared>);

#[derive(Debug, PartialEq)]
pub struct Usage {
    pub used: usize,
    pub idle: usize,
    /// Given up, while the database is still at it.
    pub abandoned: usize,
    /// How many requests wait for a connection.
    pub waiting: usize,
}

/// Opens a connection before the deadline, or says why it cannot.
type Opener = Box<dyn Fn(Instant) -> BoxFuture<'static, Result<Opened, String>> + Send + Sync>;

struct Shared {
    open: Opener,
    size: usize,
    /// Whether a connection's process is its own, so that what is abandoned can be cancelled.
    knows_processes: bool,
    state: Mutex<State<PooledConnection>>,
}

/// A connection for one request, or the room to open one. It goes to the next once everything asked on it is answered.
pub struct PooledConnection {
    connection: Option<Connection>,
    role: Option<Role>,
    /// Something may have been asked on it that has not been answered.
    is_busy: bool,
    pool: Arc<Shared>,
}

impl Pool {
    pub fn new(access: Access, size: usize, statements: Statements) -> Self {
        let open = move |deadline| {
            let access = access.clone();
            async move { access.connect(deadline).await }.boxed()
        };
        Self::of(Box::new(open), size, statements == Statements::Prepared)
    }

    fn of(open: Opener, size: usize, knows_processes: bool) -> Self {
        Self(Arc::new(Shared { open, size, knows_processes, state: Mutex::new(State::new()) }))
    }

    /// A connection, if possible one that has served the role before. A waiting request gives up after `wait`; opening
    /// one may take until the deadline.
    pub async fn get(
        &self,
        role: Option<Role>,
        wait: Duration,
        deadline: Instant,
    ) -> Result<PooledConnection, PoolError> {
        let now = Instant::now();
        let pooled = match self.0.lend_at_once(role, now)? {
            Ok(pooled) => pooled,
            Err(coming) => self.0.wait(coming, now + WAIT_FOR_OWN_ROLE, deadline.min(now + wait)).await?,
        };
        pooled.opened(deadline).await
    }

    /// No connection opened before now is lent any more.
    pub fn outdate(&self) {
        self.0.outdate(Instant::now());
    }

    /// Whether calls that write are better not begun.
    pub fn is_stuck(&self) -> bool {
        self.0.state().is_stuck(self.0.size)
    }

    pub fn usage(&self) -> Usage {
        let state = self.0.state();
        Usage {
            used: state.open - state.idle.len(),
            idle: state.idle.len(),
            abandoned: state.abandoned.len(),
            waiting: state.waiting.iter().filter(|waiting| !waiting.turn.is_closed()).count(),
        }
    }

    pub fn close(&self) {
        let mut state = self.0.state();
        state.is_closed = true;
        let idle = state.take_ended();
        let (waiting, abandoned) = (mem::take(&mut state.waiting), mem::take(&mut state.abandoned));
        drop(state);
        drop((idle, waiting, abandoned));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State<PooledConnection>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outdate(&self, moment: Instant) {
        let mut state = self.state();
        state.outdated_before = state.outdated_before.max(Some(moment));
    }

    /// A connection, or the promise of one.
    fn lend_at_once(
        self: &Arc<Self>,
        role: Option<Role>,
        now: Instant,
    ) -> Result<Result<PooledConnection, oneshot::Receiver<PooledConnection>>, PoolError> {
        let mut state = self.state();
        if state.is_closed {
            return Err(PoolError::Closed);
        }
        let ended = state.take_ended();
        let outcome = if let Some(connection) = state.take_idle(role) {
            Ok(self.lend(&mut state, Some(connection), role))
        } else if state.has_room(self.size) {
            state.open += 1;
            Ok(self.lend(&mut state, None, role))
        } else if let Some(connection) = state.take_from_another_role(role, now) {
            Ok(self.lend(&mut state, Some(connection), role))
        } else {
            let (turn, coming) = oneshot::channel();
            // With none of its role to wait for, any will do.
            let waits_for_role_until = if state.is_served(role) { now + WAIT_FOR_OWN_ROLE } else { now };
            state.waiting.push_back(Waiting { role, waits_for_role_until, turn });
            Err(coming)
        };
        drop(state);
        drop(ended);
        Ok(outcome)
    }

    async fn wait(
        self: &Arc<Self>,
        mut coming: oneshot::Receiver<PooledConnection>,
        waits_for_role_until: Instant,
        deadline: Instant,
    ) -> Result<PooledConnection, PoolError> {
        if let Ok(pooled) = timeout_at(waits_for_role_until.min(deadline), &mut coming).await {
            return pooled.map_err(|_| PoolError::Closed);
        }
        if let Some(pooled) = self.lend_any(&mut coming) {
            return Ok(pooled);
        }
        let pooled = timeout_at(deadline, coming).await.map_err(|_| PoolError::AllInUse)?;
        pooled.map_err(|_| PoolError::Closed)
    }

    /// For a caller that has waited long enough: the connection that has been idle longest.
    fn lend_any(
        self: &Arc<Self>,
        coming: &mut oneshot::Receiver<PooledConnection>,
    ) -> Option<PooledConnection> {
        let mut state = self.state();
        if let Ok(pooled) = coming.try_recv() {
            return Some(pooled);
        }
        if state.idle.is_empty() {
            return None;
        }
        // A connection that may be on its way is passed on to the next caller.
        coming.close();
        let connection = state.idle.remove(0);
        Some(self.lend(&mut state, Some(connection), None))
    }

    fn lend(
        self: &Arc<Self>,
        state: &mut State<PooledConnection>,
        connection: Option<Connection>,
        role: Option<Role>,
    ) -> PooledConnection {
        if let Some(role) = role {
            *state.serving.entry(role).or_default() += 1;
        }
        PooledConnection { connection, role, is_busy: false, pool: Arc::clone(self) }
    }

    fn take_back(self: &Arc<Self>, connection: Option<Connection>, role: Option<Role>) {
        let mut state = self.state();
        if let Some(serving) = role.and_then(|role| state.serving.get_mut(role)) {
            *serving -= 1;
        }
        let (connection, ended) = match connection {
            Some(connection) if state.is_ended(&connection) => (None, Some(connection)),
            connection => (connection, None),
        };
        let Some(connection) = connection else {
            state.open -= 1;
            self.hand_out_room(state);
            drop(ended);
            return;
        };
        if let Some(Waiting { role, turn, .. }) = state.next_for(Some(&connection)) {
            let pooled = self.lend(&mut state, Some(connection), role);
            drop(state);
            // If the waiting request has just gone, this is dropped, and so passed on.
            drop(turn.send(pooled));
        } else {
            state.idle.push(Connection { idle_since: Instant::now(), ..connection });
        }
    }

    /// To those who wait, as long as there is any.
    fn hand_out_room(self: &Arc<Self>, mut state: MutexGuard<'_, State<PooledConnection>>) {
        let mut lent = Vec::new();
        while state.has_room(self.size)
            && let Some(Waiting { role, turn, .. }) = state.next_for(None)
        {
            state.open += 1;
            lent.push((turn, self.lend(&mut state, None, role)));
        }
        drop(state);
        for (turn, pooled) in lent {
            drop(turn.send(pooled));
        }
    }
}

impl PooledConnection {
    async fn opened(mut self, deadline: Instant) -> Result<Self, PoolError> {
        if self.connection.is_none() {
            let line = (self.pool.open)(deadline).await.map_err(PoolError::Unreachable)?;
            let (opened, role) = (Instant::now(), self.role);
            let (statements, idle_since) = (HashMap::new(), opened);
            self.connection =
                Some(Connection { line, statements, opened, idle_since, role, is_reading: false });
        }
        Ok(self)
    }

    /// A new connection in place of this one, which may remember outdated things.
    pub async fn renewed(mut self, deadline: Instant) -> Result<Self, PoolError> {
        self.connection = None;
        self.opened(deadline).await
    }

    /// For a call. Until `done` says that everything was answered, no other caller gets the connection.
    pub fn connection(&mut self) -> Option<&mut Connection> {
        self.is_busy = true;
        self.connection.as_mut()
    }

    pub fn has_served(&mut self, role: Role) {
        if let Some(connection) = &mut self.connection {
            connection.role = Some(role);
        }
    }

    /// All that was asked has been answered.
    pub fn done(mut self) {
        self.is_busy = false;
    }

    /// This connection has newer knowledge than those opened before it, which must not be used again.
    pub fn outdate_older(&self) {
        if let Some(connection) = &self.connection {
            self.pool.outdate(connection.opened);
        }
    }

    /// Everything was answered, and the connection must not be used again.
    pub fn discard(mut self) {
        drop(self.connection.take());
    }

    /// Nothing waits for the rest of the connection's answers.
    pub fn abandon(mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.abandon(connection);
        }
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let (connection, role) = (self.connection.take(), self.role);
        match (connection, Handle::try_current()) {
            // The caller is gone, and the database still works on the call.
            (Some(connection), Ok(runtime)) if self.is_busy => {
                let pool = Arc::clone(&self.pool);
                runtime.spawn(async move {
                    let connection = match drained(&connection).await {
                        Drained::Answered => Some(connection),
                        Drained::Closed => None,
                        Drained::Late => {
                            pool.abandon(connection);
                            None
                        }
                    };
                    pool.take_back(connection, role);
                });
            }
            (connection, _) => self.pool.take_back(connection.filter(|_| !self.is_busy), role),
        }
    }
}

enum Drained {
    Answered,
    Closed,
    /// It takes longer than anything may.
    Late,
}

/// Until the connection has answered all that was asked on it.
async fn drained(connection: &Connection) -> Drained {
    match timeout(PATIENCE_FOR_ABANDONED, connection.client().check_connection()).await {
        Ok(Ok(())) => Drained::Answered,
        Ok(Err(_)) => Drained::Closed,
        Err(_) => Drained::Late,
    }
}
