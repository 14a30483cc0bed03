//! How long a request may take.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::timeout;

/// The limit of one request. An operation that takes in files lifts it, as these may take far longer to arrive; then
/// the form has a limit of its own.
#[derive(Clone, Default)]
pub struct TimeLimit(Arc<AtomicBool>);

impl TimeLimit {
    pub fn lift(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The result of the work; `None`, if it takes too long.
    pub async fn keep<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        match timeout(limit, &mut work).await {
            Ok(outcome) => Some(outcome),
            Err(_) if self.0.load(Ordering::Relaxed) => Some(work.await),
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn only_uploads_may_take_longer() {
        let limit = TimeLimit::default();
        assert_eq!(limit.keep(LIMIT, sleep(LIMIT / 2)).await, Some(()));
        assert_eq!(limit.keep(LIMIT, sleep(LIMIT * 2)).await, None);
        let takes_in_files = async {
            limit.lift();
            sleep(LIMIT * 2).await;
        };
        assert_eq!(limit.keep(LIMIT, takes_in_files).await, Some(()));
    }
}
