//! Whether the database is in its place, with all that it had. The document store keeps a mark of how far it has come,
//! which a restore of the database does not undo. After one, no server serves the database before `casefile
//! after-restore` has run.

use std::{fmt, time::Duration};

use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{db::Db, documents::Store};

/// A recovery that loses no more than was written in that time may go unnoticed.
const EVERY: Duration = Duration::from_secs(5);
/// For a mark that is missing.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Why a database is not served.
pub enum Trouble {
    /// It was restored, or is at the wrong store.
    Barred(String),
    /// It cannot be told.
    Unknown(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Barred(reason) | Self::Unknown(reason)) = self;
        formatter.write_str(reason)
    }
}

/// The finding of `auth.check_home`, in one line with what to do about it.
pub fn judge(problem: Option<&str>) -> Result<(), Trouble> {
    let Some(problem) = problem else { return Ok(()) };
    let what = match problem {
        "CLUSTER" => {
            "This database was restored, or copied: it is on another cluster than the one that it was made on."
        }
        "LOST" => {
            "This database was restored to an earlier moment: it lacks a change that the mark in the document store names."
        }
        _ => {
            "The document store is not that of this database: correct DOCUMENT_STORE_URL, unless either was restored or copied."
        }
    };
    Err(Trouble::Barred(format!("{what} Run casefile after-restore before anything serves it.")))
}

/// Compares the database with the mark in its document store, and changes nothing.
pub async fn check(db: &Db, store: &Store) -> Result<(), Trouble> {
    compare(db, store).await.map(drop)
}

/// Compares, and brings the mark up to date.
pub async fn mark(db: &Db, store: &Store) -> Result<(), Trouble> {
    let old = compare(db, store).await?;
    let new = db.take_mark().await.map_err(|failure| {
        Trouble::Unknown(format!("The database does not tell how far it has come ({}).", failure.message))
    })?;
    if old.is_none_or(|old| is_further(&new, &old)) {
        store.write_mark(&new).await.map_err(Trouble::Unknown)?;
    }
    Ok(())
}

/// Keeps the mark up to date. If the database turns out to be another, it is not served until it is right again.
pub async fn keep(db: Db, store: Store) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match mark(&db, &store).await {
            Ok(()) => db.unbar(),
            Err(Trouble::Barred(reason)) => db.bar(reason),
            Err(Trouble::Unknown(reason)) => tracing::warn!(reason, "the mark is not up to date"),
        }
    }
}

/// The mark that was found, if the database may be served.
async fn compare(db: &Db, store: &Store) -> Result<Option<Value>, Trouble> {
    let mut looks = Looks::default();
    loop {
        let mark = store.read_mark().await.map_err(Trouble::Unknown)?;
        let problem = db.check_home(mark.as_ref()).await.map_err(|failure| {
            let reason = failure.summary().unwrap_or(&failure.message);
            Trouble::Unknown(format!("The database does not tell whether it was restored ({reason})."))
        })?;
        if looks.are_to_go_on(mark.as_ref(), problem.as_deref()).await {
            continue;
        }
        judge(problem.as_deref())?;
        return Ok(mark);
    }
}

/// The number of looks so far.
#[derive(Default)]
pub struct Looks(u32);

impl Looks {
    /// The server that binds a new database writes its first mark just after: so wait for a missing mark.
    pub async fn are_to_go_on(&mut self, mark: Option<&Value>, problem: Option<&str>) -> bool {
        self.0 += 1;
        let is_early = problem.is_some() && mark.is_none() && self.0 < LOOKS;
        if is_early {
            sleep(BETWEEN_LOOKS).await;
        }
        is_early
    }
}

/// Whether anything but the time differs.
fn is_further(new: &Value, old: &Value) -> bool {
    let told = |mark: &Value| {
        let mut told = mark.as_object().cloned().unwrap_or_default();
        told.shift_remove("markedAt");
        told
    };
    told(new) != told(old)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_is_written_when_more_than_the_time_has_changed() {
        let mark =
            |entry: u32, at: &str| json!({"entryId": entry, "series": {"BFC/2026": 7}, "markedAt": at});
        assert!(!is_further(&mark(1, "now"), &mark(1, "before")));
        assert!(is_further(&mark(2, "now"), &mark(1, "now")));
    }

    #[test]
    fn every_problem_says_what_to_do() {
        assert!(judge(None).is_ok());
        for problem in ["CLUSTER", "LOST", "STORE", "one of a newer database"] {
            let Err(Trouble::Barred(reason)) = judge(Some(problem)) else { panic!("{problem}") };
            assert!(reason.contains("casefile after-restore"), "{reason}");
        }
    }
}
