//! The cost of a request in the database, its caller, and whether it was a repetition: added up while it runs, for its line
//! in the log and its answer.

use std::{cell::Cell, time::Duration};

use super::roles::Role;

tokio::task_local! {
    static SO_FAR: SoFar;
}

#[derive(Default)]
struct SoFar {
    database: Cell<Duration>,
    role: Cell<Option<Role>>,
    is_replay: Cell<Option<bool>>,
}

/// The cost of a request.
pub struct Cost {
    pub database: Duration,
    /// The database's name of the caller's role.
    pub role: Option<Role>,
    /// Under an `Idempotency-Key`: whether all of it had happened before.
    pub is_replay: Option<bool>,
}

/// Runs a request, and adds up what it costs.
pub async fn with_cost<T>(work: impl Future<Output = T>) -> (T, Cost) {
    SO_FAR
        .scope(SoFar::default(), async {
            let outcome = work.await;
            let cost = SO_FAR.with(|so_far| Cost {
                database: so_far.database.get(),
                role: so_far.role.get(),
                is_replay: so_far.is_replay.get(),
            });
            (outcome, cost)
        })
        .await
}

impl Cost {
    /// Adds the cost of another task for the same request.
    pub fn add(&self) {
        add_cost(self.database);
        if let Some(is_replay) = self.is_replay {
            note_replay(is_replay);
        }
    }
}

/// More of the database's time.
pub fn add_cost(database: Duration) {
    let _ = SO_FAR.try_with(|so_far| so_far.database.set(so_far.database.get() + database));
}

/// The role in which the request's caller is served.
pub fn note_role(role: Role) {
    let _ = SO_FAR.try_with(|so_far| so_far.role.set(Some(role)));
}

/// Whether a part of the request had happened before.
pub fn note_replay(is_replay: bool) {
    let _ = SO_FAR
        .try_with(|so_far| so_far.is_replay.set(Some(so_far.is_replay.get().unwrap_or(true) && is_replay)));
}
