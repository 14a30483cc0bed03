//! The current obstacles to the worker's work: for the log, once and not every few seconds, and for `/ready`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::vitals::Vitals;

/// The reasons, by what they hold up.
#[derive(Clone, Default)]
pub struct Obstacles(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Obstacles {
    /// Why that does not go on; `None`, if it does.
    pub fn note(&self, what: &'static str, reason: Option<&str>) {
        let mut obstacles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if obstacles.get(what).map(String::as_str) == reason {
            return;
        }
        if let Some(reason) = reason {
            tracing::warn!(what, reason, "documents wait");
            obstacles.insert(what, reason.to_owned());
        } else {
            tracing::info!(what, "goes on");
            obstacles.remove(what);
        }
    }
}

impl Vitals for Obstacles {
    async fn check_readiness(&self) -> Result<(), String> {
        let obstacles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reasons: Vec<_> = obstacles.iter().map(|(what, reason)| format!("{what}: {reason}")).collect();
        if reasons.is_empty() { Ok(()) } else { Err(reasons.join("; ")) }
    }

    /// The worker tells each of its figures.
    async fn measure(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_is_ready_when_nothing_is_in_its_way() {
        let obstacles = Obstacles::default();
        assert_eq!(obstacles.check_readiness().await, Ok(()));
        obstacles.note("scan", Some("clamd does not answer"));
        obstacles.note("read", Some("tesseract is missing"));
        obstacles.note("scan", Some("clamd is too old"));
        let reasons = "read: tesseract is missing; scan: clamd is too old".to_owned();
        assert_eq!(obstacles.check_readiness().await, Err(reasons));
        obstacles.note("scan", None);
        obstacles.note("read", None);
        assert_eq!(obstacles.check_readiness().await, Ok(()));
    }
}
