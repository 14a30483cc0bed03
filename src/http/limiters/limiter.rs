//! One limit, and the clients that it tells apart.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};

use crate::{
    error::Failure,
    http::standing::{self, Standing},
    metrics,
    reason::Reason,
};

/// The number of clients told apart. Beyond it, each counts with its neighbours, so that a flood takes no memory and
/// shuts out only its own neighbours.
pub const TOLD_APART: usize = 100_000;

/// Looking for forgettable clients takes a while.
const BETWEEN_TIDIES: Duration = Duration::from_secs(1);

/// Identifies a session.
pub type TokenDigest = Vec<u8>;

/// The client that asks.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Client {
    Session(TokenDigest),
    Address(IpAddr),
    Neighbours(IpAddr),
    Unknown,
}

pub struct Limiter {
    name: &'static str,
    per_minute: u32,
    rates: DefaultKeyedRateLimiter<Client, StateInformationMiddleware>,
    clock: DefaultClock,
    made_room: Mutex<Option<Instant>>,
}

impl Client {
    /// One line to the internet has up to 2^80 addresses of IPv6 to ask from.
    pub fn at(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Unknown, |address| Self::Address(network(address, 32, 48)))
    }

    /// The group it counts with when not told apart: one of 65,536 networks or parts of all sessions, or one provider's
    /// network.
    fn neighbours(&self) -> Self {
        match self {
            Self::Address(address) => Self::Neighbours(network(*address, 16, 24)),
            Self::Session(digest) => Self::Session(digest.iter().take(2).copied().collect()),
            _ => Self::Unknown,
        }
    }
}

/// As the database counts it.
impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) | Self::Neighbours(address) => address.fmt(formatter),
            Self::Session(_) | Self::Unknown => formatter.write_str("unknown"),
        }
    }
}

/// The network that an address is in, by how many of its first bits.
fn network(address: IpAddr, v4_bits: u32, v6_bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            Ipv4Addr::from_bits(address.to_bits() & u32::MAX.unbounded_shl(32 - v4_bits)).into()
        }
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & u128::MAX.unbounded_shl(128 - v6_bits)).into()
        }
    }
}

impl Limiter {
    pub fn new(name: &'static str, rate: NonZeroU32) -> Self {
        let per_minute = rate.get();
        let rates = RateLimiter::dashmap(Quota::per_minute(rate)).with_middleware();
        Self { name, per_minute, rates, clock: DefaultClock::default(), made_room: Mutex::default() }
    }

    pub fn check(&self, client: Client) -> Result<(), Failure> {
        let client = if self.has_room() { client } else { client.neighbours() };
        let snapshot = self
            .rates
            .check_key(&client)
            .map_err(|until| self.too_many(until.wait_time_from(self.clock.now()).as_secs() + 1))?;
        let remaining = snapshot.remaining_burst_capacity();
        let used = u64::from(self.per_minute.saturating_sub(remaining));
        self.note(remaining, (60 * used).div_ceil(self.per_minute.into()));
        Ok(())
    }

    fn note(&self, remaining: u32, seconds: u64) {
        standing::note(Standing { policy: self.name, per_minute: self.per_minute, remaining, seconds });
    }

    pub fn too_many(&self, wait_seconds: u64) -> Failure {
        metrics::rate_limited(self.name);
        self.note(0, wait_seconds);
        Failure { retry_after: Some(wait_seconds), ..Failure::from(Reason::RateLimited) }
    }

    /// For one more. Once a second, clients without any counted requests make room.
    fn has_room(&self) -> bool {
        if self.rates.len() < TOLD_APART {
            return true;
        }
        let now = Instant::now();
        let mut made_room = self.made_room.lock().unwrap_or_else(PoisonError::into_inner);
        if made_room.is_none_or(|at| now - at >= BETWEEN_TIDIES) {
            *made_room = Some(now);
            self.rates.retain_recent();
        }
        self.rates.len() < TOLD_APART
    }

    pub fn forget(&self) {
        self.rates.retain_recent();
        self.rates.shrink_to_fit();
    }

    #[cfg(test)]
    pub fn counts(&self) -> usize {
        self.rates.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        assert_eq!(Client::at(address("2001:db8::1")), Client::at(address("2001:db8:0:ffff::2")));
        assert_ne!(Client::at(address("2001:db8::1")), Client::at(address("2001:db8:1::1")));
        assert_ne!(Client::at(address("192.0.2.1")), Client::at(address("192.0.2.2")));
    }
}
