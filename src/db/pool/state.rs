//! The connections, and the callers that wait for one. The pool decides what `T` they get.

use std::{
    collections::{HashMap, VecDeque},
    mem,
    time::Duration,
};

use tokio::{sync::oneshot, time::Instant};
use tokio_postgres::{Client, Statement};

use crate::db::{
    connect::{Opened, Rest},
    operation::Operation,
    roles::Role,
};

/// For how long a connection without work waits for its role before it is anybody's.
const KEPT_FOR_OWN_ROLE: Duration = Duration::from_millis(30);

pub struct State<T> {
    /// The one that was used last is last.
    pub(super) idle: Vec<Connection>,
    /// How many are idle, lent, or being opened.
    pub(super) open: usize,
    /// Abandoned calls on which the database still works.
    pub(super) abandoned: Vec<Abandoned>,
    pub(super) is_attended: bool,
    /// How many are lent to requests of a role.
    pub(super) serving: HashMap<Role, usize>,
    pub(super) waiting: VecDeque<Waiting<T>>,
    /// Connections opened before remember outdated things.
    pub(super) outdated_before: Option<Instant>,
    pub(super) is_closed: bool,
}

pub struct Abandoned {
    pub(super) rest: Rest,
    pub(super) is_reading: bool,
}

pub struct Waiting<T> {
    pub(super) role: Option<Role>,
    /// From then on, any connection will do.
    pub(super) waits_for_role_until: Instant,
    pub(super) turn: oneshot::Sender<T>,
}

/// Which function it calls, and what its answer is read as.
type StatementOf = (&'static str, &'static str);

pub struct Connection {
    pub(super) line: Opened,
    pub(super) statements: HashMap<StatementOf, Statement>,
    pub(super) opened: Instant,
    pub(super) idle_since: Instant,
    pub(super) role: Option<Role>,
    /// Its last call changes nothing.
    pub(super) is_reading: bool,
}

impl<T> State<T> {
    pub fn new() -> Self {
        Self {
            idle: Vec::new(),
            open: 0,
            abandoned: Vec::new(),
            is_attended: false,
            serving: HashMap::new(),
            waiting: VecDeque::new(),
            outdated_before: None,
            is_closed: false,
        }
    }

    /// Whether one more may be opened. Abandoned ones count, but cannot take all: else the pool would be lost with the
    /// processes that it waits for.
    pub fn has_room(&self, size: usize) -> bool {
        self.open + self.abandoned.len().min(size / 2) < size
    }

    /// Whether so many are abandoned that no call should begin that may not end.
    pub fn is_stuck(&self, size: usize) -> bool {
        self.abandoned.len() >= (size / 2).max(1)
    }

    pub fn is_ended(&self, connection: &Connection) -> bool {
        self.is_closed
            || connection.line.client.is_closed()
            || connection.line.is_left()
            || self.outdated_before.is_some_and(|outdated| connection.opened < outdated)
    }

    /// Connections that must not be used again.
    pub fn take_ended(&mut self) -> Vec<Connection> {
        if !self.idle.iter().any(|connection| self.is_ended(connection)) {
            return Vec::new();
        }
        let idle = mem::take(&mut self.idle);
        let (ended, idle): (Vec<_>, _) = idle.into_iter().partition(|connection| self.is_ended(connection));
        self.idle = idle;
        self.open -= ended.len();
        ended
    }

    /// The one that has served the role last; for no role, any.
    pub fn take_idle(&mut self, role: Option<Role>) -> Option<Connection> {
        let place = self.idle.iter().rposition(|connection| role.is_none() || connection.role == role)?;
        Some(self.idle.remove(place))
    }

    /// Whether a connection is at work for the role. For no role, none is.
    pub fn is_served(&self, role: Option<Role>) -> bool {
        role.and_then(|role| self.serving.get(role)).is_some_and(|serving| *serving > 0)
    }

    /// The one that has been idle for longest, if its role does not want it any more, or if there is none of this
    /// role to wait for.
    pub fn take_from_another_role(&mut self, role: Option<Role>, now: Instant) -> Option<Connection> {
        let longest = self.idle.first()?;
        (!self.is_served(role) || longest.idle_since + KEPT_FOR_OWN_ROLE <= now).then(|| self.idle.remove(0))
    }

    /// The first that takes any, or whose role the connection has served. Room is for anybody.
    pub fn next_for(&mut self, connection: Option<&Connection>) -> Option<Waiting<T>> {
        let now = Instant::now();
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
        let place = self.waiting.iter().position(|waiting| {
            connection.is_none_or(|connection| {
                waiting.waits_for_role_until <= now || waiting.role == connection.role
            })
        })?;
        self.waiting.remove(place)
    }
}

impl Connection {
    pub fn client(&self) -> &Client {
        &self.line.client
    }

    /// Whether, since the last call, something was acknowledged that may be lost with its host.
    pub fn take_doubt(&self) -> bool {
        self.line.take_doubt()
    }

    pub fn is_asked(&mut self, operation: &Operation) {
        self.is_reading = operation.read_only;
    }

    pub(super) fn abandoned(self) -> Abandoned {
        Abandoned { is_reading: self.is_reading, rest: self.line.abandoned() }
    }

    /// The statement that has been prepared for this, if any has.
    pub fn statement(&self, of: StatementOf) -> Option<Statement> {
        self.statements.get(&of).cloned()
    }

    pub fn remember(&mut self, of: StatementOf, statement: Statement) {
        self.statements.insert(of, statement);
    }
}
