//! What a request costs the database, and for whom: added up while it runs, for its line in the log.

use std::{cell::Cell, time::Duration};

use super::roles::Role;

tokio::task_local! {
    static SO_FAR: SoFar;
}

#[derive(Default)]
struct SoFar {
    database: Cell<Duration>,
    role: Cell<Option<Role>>,
}

/// What a request has cost.
pub struct Cost {
    pub database: Duration,
    /// The database's name of the caller's role.
    pub role: Option<Role>,
}

/// Runs a request, and adds up what it costs.
pub async fn with_cost<T>(work: impl Future<Output = T>) -> (T, Cost) {
    SO_FAR
        .scope(SoFar::default(), async {
            let outcome = work.await;
            let cost =
                SO_FAR.with(|so_far| Cost { database: so_far.database.get(), role: so_far.role.get() });
            (outcome, cost)
        })
        .await
}

/// More of the database's time, spent by this task or by another that works on the same request.
pub fn add_cost(database: Duration) {
    let _ = SO_FAR.try_with(|so_far| so_far.database.set(so_far.database.get() + database));
}

/// The role in which the request's caller is served.
pub fn note_role(role: Role) {
    let _ = SO_FAR.try_with(|so_far| so_far.role.set(Some(role)));
}
