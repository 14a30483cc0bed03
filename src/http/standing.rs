//! The limits that apply to a request, for the headers of its answer (draft-ietf-httpapi-ratelimit-headers).

use std::cell::RefCell;

use poem::http::{HeaderMap, HeaderValue};
use tokio::task_local;

pub const POLICY: &str = "RateLimit-Policy";
pub const LIMIT: &str = "RateLimit";

task_local! {
    static STANDINGS: RefCell<Vec<Standing>>;
}

/// The requests left in a minute.
#[derive(Debug, PartialEq)]
pub struct Standing {
    pub policy: &'static str,
    pub per_minute: u32,
    pub remaining: u32,
    /// Until the next may be sent, if none is left; until none counts any more, if some are.
    pub seconds: u64,
}

/// Runs a request, and gathers the limits that it counts for.
pub async fn with_standings<T>(work: impl Future<Output = T>) -> (T, Vec<Standing>) {
    let work = async { (work.await, STANDINGS.with(RefCell::take)) };
    STANDINGS.scope(RefCell::default(), work).await
}

/// The last finding for a limit counts.
pub fn note(standing: Standing) {
    let _ = STANDINGS.try_with(|standings| {
        let mut standings = standings.borrow_mut();
        standings.retain(|known| known.policy != standing.policy);
        standings.push(standing);
    });
}

pub fn tell(standings: &[Standing], headers: &mut HeaderMap) {
    let mut insert = |name: &'static str, items: Vec<String>| {
        if let Ok(value) = HeaderValue::from_str(&items.join(", ")) {
            headers.insert(name, value);
        }
    };
    if !standings.is_empty() {
        insert(POLICY, standings.iter().map(Standing::policy).collect());
        insert(LIMIT, standings.iter().map(Standing::limit).collect());
    }
}

impl Standing {
    fn policy(&self) -> String {
        format!("\"{}\";q={};w=60", self.policy, self.per_minute)
    }

    fn limit(&self) -> String {
        format!("\"{}\";r={};t={}", self.policy, self.remaining, self.seconds)
    }
}
