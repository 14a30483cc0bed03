//! The limits of the server's load.

use std::time::Duration;

use super::{Environment, number::Number};

pub const CONNECTIONS: Number = Number {
    name: "MAX_CONNECTIONS",
    default: 1000,
    range: 1..=100_000,
    meaning: "How many clients may be connected at once. One more is answered 503.",
};
pub const HEADER_SECONDS: Number = Number {
    name: "HEADER_TIMEOUT_SECONDS",
    default: 30,
    range: 1..=3600,
    meaning: "How many seconds a connection may be idle, or take to send the headers of a request.",
};
pub const REQUEST_SECONDS: Number = Number {
    name: "REQUEST_TIMEOUT_SECONDS",
    default: 60,
    range: 1..=3600,
    meaning: "How many seconds a request may take, its body included (half an hour for one with files), and how long a client may leave its answer unread.",
};
pub const SHUTDOWN_SECONDS: Number = Number {
    name: "SHUTDOWN_SECONDS",
    default: 10,
    range: 0..=3600,
    meaning: "How many seconds requests in progress may still take after the server was told to stop.",
};
pub const DRAIN_SECONDS: Number = Number {
    name: "DRAIN_SECONDS",
    default: 10,
    range: 0..=3600,
    meaning: "How many seconds a server that was told to stop still serves requests while `/ready` answers 503, so that a load balancer notices. A worker waits as long, so that its metrics can be collected once more. 0 in LOCAL and TEST.",
};
pub const LOGINS: Number = Number {
    name: "LOGINS_PER_MINUTE",
    default: 30,
    range: 0..=1_000_000,
    meaning: "How many logins one address may make, at all servers together. 0 means no limit, and is the default in LOCAL and TEST.",
};
pub const REQUESTS: Number = Number {
    name: "REQUESTS_PER_MINUTE",
    default: 1200,
    range: 0..=1_000_000,
    meaning: "How many requests one server answers for one session, or for one address without a session. 0 means no limit, and is the default in LOCAL and TEST.",
};

#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    pub connections: usize,
    pub header: Duration,
    pub request: Duration,
    /// How long it serves, not ready, before the shutdown.
    pub drain: Duration,
    pub shutdown: Duration,
}

impl ConnectionLimits {
    pub fn read(environment: Environment, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let seconds = |number: &Number| Ok::<_, String>(Duration::from_secs(number.read(&variable)?.into()));
        Ok(Self {
            connections: CONNECTIONS.read(&variable)? as usize,
            header: seconds(&HEADER_SECONDS)?,
            request: seconds(&REQUEST_SECONDS)?,
            drain: drain(environment, &variable)?,
            shutdown: seconds(&SHUTDOWN_SECONDS)?,
        })
    }
}

/// No load balancer watches a developer's server or a test's.
pub fn drain(
    environment: Environment,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Duration, String> {
    let default = if environment.is_deployed() { DRAIN_SECONDS.default } else { 0 };
    Ok(Duration::from_secs(DRAIN_SECONDS.read_or(default, variable)?.into()))
}

/// For operators' connections.
pub const ADMIN: ConnectionLimits = ConnectionLimits {
    connections: 100,
    header: Duration::from_secs(30),
    request: Duration::from_secs(30),
    drain: Duration::ZERO,
    shutdown: Duration::ZERO,
};

/// Per minute; zero means no limit.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    pub logins: u32,
    pub requests: u32,
}

impl RateLimits {
    pub fn read(environment: Environment, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let read = |number: &Number| {
            number.read_or(if environment.is_deployed() { number.default } else { 0 }, &variable)
        };
        Ok(Self { logins: read(&LOGINS)?, requests: read(&REQUESTS)? })
    }
}
