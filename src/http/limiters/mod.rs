//! Limits on how often a client may ask.

mod limiter;

use std::{
    collections::HashSet,
    mem,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
};

use self::limiter::{Client, Limiter, TOLD_APART, TokenDigest};
use crate::{
    config::RateLimits,
    db::{Db, Operation},
    error::Failure,
};

const COUNT_LOG_IN: Operation = Operation::write("auth.count_log_in");

#[derive(Clone)]
pub struct Limiters {
    logins: Option<Arc<Logins>>,
    requests: Option<Arc<Requests>>,
}

/// All servers count together, in the database. If this one alone has seen a client too often, it does not ask there.
struct Logins {
    seen_here: Limiter,
    per_minute: i32,
}

/// A session has its own limit once the database knows it. Until then it may be made up, so its requests count for
/// their address.
struct Requests {
    of_addresses: Limiter,
    of_sessions: Limiter,
    known: RwLock<Known>,
}

/// The known sessions of this round, and of the round before.
#[derive(Default)]
struct Known {
    recent: HashSet<TokenDigest>,
    former: HashSet<TokenDigest>,
}

/// Except paths that cost nothing or serve operators.
pub fn is_limited(path: &str) -> bool {
    path.starts_with("/api/") && !path.starts_with("/api/public/") && path != "/api/site-access/status"
}

impl Limiters {
    pub fn new(rates: RateLimits) -> Self {
        let logins = NonZeroU32::new(rates.logins).map(|rate| {
            let per_minute = rate.get().try_into().unwrap_or(i32::MAX);
            Arc::new(Logins { seen_here: Limiter::new("login", rate), per_minute })
        });
        let requests = NonZeroU32::new(rates.requests).map(|rate| {
            let [of_addresses, of_sessions] = ["address", "session"].map(|name| Limiter::new(name, rate));
            Arc::new(Requests { of_addresses, of_sessions, known: RwLock::default() })
        });
        Self { logins, requests }
    }

    pub async fn check_login(&self, db: &Db, address: Option<IpAddr>) -> Result<(), Failure> {
        let Some(Logins { seen_here, per_minute }) = self.logins.as_deref() else { return Ok(()) };
        let client = Client::at(address);
        seen_here.check(client.clone())?;
        match db.call_as_server(&COUNT_LOG_IN, &[&client.to_string(), per_minute]).await? {
            None::<i32> => Ok(()),
            Some(wait) => Err(seen_here.too_many(wait.unsigned_abs().into())),
        }
    }

    pub fn check_request(
        &self,
        session: Option<&TokenDigest>,
        address: Option<IpAddr>,
    ) -> Result<(), Failure> {
        let Some(requests) = &self.requests else { return Ok(()) };
        match session.filter(|session| requests.knows(session)) {
            Some(session) => requests.of_sessions.check(Client::Session(session.clone())),
            None => requests.of_addresses.check(Client::at(address)),
        }
    }

    /// The database knows the session.
    pub fn remember(&self, session: TokenDigest) {
        if let Some(requests) = &self.requests {
            requests.learn(session);
        }
    }

    /// Forgets idle clients.
    pub fn forget(&self) {
        if let Some(logins) = &self.logins {
            logins.seen_here.forget();
        }
        if let Some(Requests { of_addresses, of_sessions, known }) = self.requests.as_deref() {
            of_addresses.forget();
            of_sessions.forget();
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            known.former = mem::take(&mut known.recent);
        }
    }
}

impl Requests {
    fn knows(&self, session: &TokenDigest) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.recent.contains(session) || known.former.contains(session)
    }

    fn learn(&self, session: TokenDigest) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_new = !known.recent.contains(&session) && known.recent.len() < TOLD_APART;
        drop(known);
        if is_new {
            self.known.write().unwrap_or_else(PoisonError::into_inner).recent.insert(session);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{iter, net::Ipv6Addr};

    use super::*;
    use crate::reason::Reason;

    fn limiters(logins: u32, requests: u32) -> Limiters {
        Limiters::new(RateLimits { logins, requests })
    }

    /// The counts of this server.
    fn check_login(limiters: &Limiters, address: Option<IpAddr>) -> Result<(), Failure> {
        limiters.logins.as_ref().unwrap().seen_here.check(Client::at(address))
    }

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn each_address_has_a_limit_of_its_own_and_zero_is_none() {
        let limiters = limiters(3, 0);
        for _ in 0..3 {
            check_login(&limiters, address("192.0.2.1")).unwrap();
        }
        let failure = check_login(&limiters, address("192.0.2.1")).unwrap_err();
        assert_eq!(failure.reason, Reason::RateLimited);
        assert!(failure.retry_after.is_some_and(|seconds| (1..=21).contains(&seconds)));
        check_login(&limiters, address("192.0.2.2")).unwrap();
        for _ in 0..1000 {
            limiters.check_request(None, address("192.0.2.2")).unwrap();
        }
    }

    #[test]
    fn a_session_has_a_limit_of_its_own_as_long_as_it_is_known() {
        let (limiters, known, unknown) = (limiters(0, 3), vec![1], vec![2]);
        limiters.remember(known.clone());
        let ask = |session| limiters.check_request(Some(session), address("192.0.2.1")).is_ok();
        let asked = |session| iter::repeat_with(|| ask(session)).take(5).filter(|allowed| *allowed).count();
        assert_eq!((asked(&unknown), asked(&vec![3]), asked(&known)), (3, 0, 3));
        limiters.forget();
        assert!(limiters.requests.as_ref().unwrap().knows(&known));
        limiters.forget();
        assert!(!limiters.requests.as_ref().unwrap().knows(&known));
    }

    #[test]
    fn a_flood_shuts_out_none_but_its_neighbours() {
        let limiters = limiters(1, 0);
        for number in 0..150_000_u128 {
            let flooding = 0x2001_0db8 << 96 | number << 80;
            let _ = check_login(&limiters, Some(Ipv6Addr::from_bits(flooding).into()));
        }
        for other in ["192.0.2.1", "198.51.100.1", "2001:dead::1"] {
            check_login(&limiters, address(other)).unwrap();
            check_login(&limiters, address(other)).unwrap_err();
        }
        check_login(&limiters, address("2001:db8:ffff:ffff::1")).unwrap_err();
    }

    #[test]
    fn a_flood_of_clients_takes_no_more_memory_than_its_share() {
        let limiters = limiters(1, 1);
        for number in 0..150_000_u32 {
            let _ = check_login(&limiters, Some(IpAddr::from(number.to_be_bytes())));
            limiters.remember(number.to_be_bytes().to_vec());
        }
        assert!(limiters.logins.unwrap().seen_here.counts() <= TOLD_APART + 10);
        assert!(limiters.requests.unwrap().known.read().unwrap().recent.len() <= TOLD_APART);
    }
}
