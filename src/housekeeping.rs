//! The work of every minute.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{db::Db, error::Failure, http::Limiters, metrics};

const EVERY: Duration = Duration::from_secs(60);
/// Rows that the database removes or seals in one transaction.
const BATCH: i32 = 1000;
/// Between two of them, so that callers come first.
const PAUSE: Duration = Duration::from_millis(50);

/// Removes what has expired, seals the journals of the audit, and forgets idle clients. Several servers may do so at
/// once.
pub async fn keep(db: Db, limiters: Limiters) {
    let rounds = || rounds(db.clone(), limiters.clone());
    without_end(rounds).await;
}

/// Restarts a failed run, and logs it: nothing else would notice.
async fn without_end<F: Future<Output = ()>>(begin: impl Fn() -> F) {
    loop {
        let _ = AssertUnwindSafe(begin()).catch_unwind().await;
        metrics::housekeeping_ended();
        tracing::error!("housekeeping has failed, and starts again in a minute");
        sleep(EVERY).await;
    }
}

async fn rounds(db: Db, limiters: Limiters) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        limiters.forget();
        if let Err(failure) = while_there_is_more(|| db.sweep(BATCH)).await {
            tracing::warn!(cause = failure.summary(), "what has expired is left to the next minute");
        }
        if let Err(failure) = while_there_is_more(|| db.seal(BATCH)).await {
            tracing::warn!(cause = failure.summary(), "what is to be sealed is left to the next minute");
        }
    }
}

async fn while_there_is_more<F>(batch: impl Fn() -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<bool, Failure>>,
{
    while batch().await? {
        sleep(PAUSE).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn housekeeping_that_fails_is_started_again() {
        let begun = AtomicU32::new(0);
        let breaks_off = || async {
            assert!(begun.fetch_add(1, Ordering::SeqCst) > 0, "the first time");
        };
        let before = metrics::text();
        assert!(!before.contains("casefile_housekeeping_ended_total"), "{before}");
        assert!(timeout(EVERY * 5 / 2, without_end(breaks_off)).await.is_err());
        assert_eq!(begun.into_inner(), 3);
        assert!(metrics::text().contains("casefile_housekeeping_ended_total 3"));
    }
}
