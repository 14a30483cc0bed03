//! How often somebody may ask.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use poem::http::StatusCode;

use crate::{config::RateLimits, error::Failure, observe};

/// How many are told apart. Beyond, all newcomers count as one, so that a flood takes no memory.
const TOLD_APART: usize = 100_000;

#[derive(Clone)]
pub struct Limiters {
    logins: Option<Arc<Limiter>>,
    requests: Option<Arc<Limiter>>,
}

/// Who asks.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Asker {
    /// By the digest of the token.
    Session(Vec<u8>),
    Address(IpAddr),
    Unknown,
}

struct Limiter {
    name: &'static str,
    rates: DefaultKeyedRateLimiter<Asker>,
    clock: DefaultClock,
}

impl Asker {
    /// A single IPv6 host has 2^64 addresses to ask from.
    pub fn at(address: Option<IpAddr>) -> Self {
        match address {
            Some(IpAddr::V6(address)) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                Self::Address(Ipv6Addr::from_bits(network).into())
            }
            Some(address) => Self::Address(address),
            None => Self::Unknown,
        }
    }
}

impl Limiters {
    pub fn new(rates: RateLimits) -> Self {
        let limiter = |name, per_minute| {
            let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
            let rates = RateLimiter::dashmap(quota);
            Some(Arc::new(Limiter { name, rates, clock: DefaultClock::default() }))
        };
        Self { logins: limiter("login", rates.logins), requests: limiter("caller", rates.requests) }
    }

    pub fn check_login(&self, asker: Asker) -> Result<(), Failure> {
        self.logins.as_ref().map_or(Ok(()), |limiter| limiter.check(asker))
    }

    pub fn check_request(&self, asker: impl FnOnce() -> Asker) -> Result<(), Failure> {
        self.requests.as_ref().map_or(Ok(()), |limiter| limiter.check(asker()))
    }

    /// Forgets who has not asked lately.
    pub fn forget(&self) {
        for limiter in self.logins.iter().chain(&self.requests) {
            limiter.rates.retain_recent();
            limiter.rates.shrink_to_fit();
        }
    }
}

impl Limiter {
    fn check(&self, asker: Asker) -> Result<(), Failure> {
        let asker = if self.rates.len() < TOLD_APART { asker } else { Asker::Unknown };
        self.rates.check_key(&asker).map_err(|until| {
            observe::rate_limited(self.name);
            let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
            Failure { retry_after: Some(wait), ..Failure::from(StatusCode::TOO_MANY_REQUESTS) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiters(logins: u32) -> Limiters {
        Limiters::new(RateLimits { logins, requests: 0 })
    }

    #[test]
    fn each_asker_has_a_limit_of_its_own_and_zero_is_none() {
        let limiters = limiters(3);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| Asker::at(address.parse().ok()));
        for _ in 0..3 {
            limiters.check_login(one.clone()).unwrap();
        }
        let failure = limiters.check_login(one).unwrap_err();
        assert_eq!(failure.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(failure.retry_after.is_some_and(|seconds| (1..=21).contains(&seconds)));
        limiters.check_login(other.clone()).unwrap();
        for _ in 0..1000 {
            limiters.check_request(|| other.clone()).unwrap();
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_asker() {
        let asker = |address: &str| Asker::at(address.parse().ok());
        assert_eq!(asker("2001:db8::1"), asker("2001:db8::ffff:2"));
        assert_ne!(asker("2001:db8::1"), asker("2001:db8:0:1::1"));
    }

    #[test]
    fn a_flood_of_askers_takes_no_more_memory_than_its_share() {
        let limiters = limiters(1);
        for number in 0..150_000_u32 {
            let _ = limiters.check_login(Asker::Session(number.to_be_bytes().to_vec()));
        }
        assert!(limiters.logins.unwrap().rates.len() <= TOLD_APART + 1);
    }
}
