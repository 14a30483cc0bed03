//! What has to be done every minute, whoever calls.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{db::Db, http::Limiters};

const EVERY: Duration = Duration::from_secs(60);
/// How much the database removes in one transaction.
const BATCH: i32 = 1000;
/// Between two of them, so that callers come first.
const PAUSE: Duration = Duration::from_millis(50);

/// Removes what has expired, and forgets who has not asked lately. Several servers may do so at the same time.
pub async fn keep(db: Db, limiters: Limiters) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        limiters.forget();
        loop {
            match db.sweep(BATCH).await {
                Ok(true) => sleep(PAUSE).await,
                Ok(false) => break,
                Err(failure) => {
                    tracing::warn!(cause = failure.summary(), "what has expired is left to the next minute");
                    break;
                }
            }
        }
    }
}
