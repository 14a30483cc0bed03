//! Calls given up while the database still works on them. They are cancelled, except those that may be committing: a
//! commit cancelled while it waits for a standby, or on its way there, counts as done, and would be lost with its host.

use std::{sync::Arc, time::Duration};

use tokio::{
    runtime::Handle,
    time::{Instant, interval, sleep_until, timeout_at},
};
use tokio_postgres::types::Type;

use super::{Connection, Shared};
use crate::db::connect::Opened;

const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
const BETWEEN_CANCELS: Duration = Duration::from_secs(1);

/// Cancels reads, and calls that wait for another's lock and so have not begun to commit. The login's own limits
/// (db/roles.sql) end any other write.
const CANCEL: &str = "
  select pg_catalog.pg_cancel_backend(a.pid)
  from pg_catalog.pg_stat_activity as a
  where a.pid || ' ' || a.backend_start = any ($1)
    and a.state = 'active' and (a.wait_event_type = 'Lock' or a.pid || ' ' || a.backend_start = any ($2))";

/// A connection outside the pool, which may be full. It ends when it is dropped, even in the middle of a query.
struct Beside(Opened);

impl Drop for Beside {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Shared {
    /// The connection counts until its process has done with it.
    pub fn abandon(self: &Arc<Self>, connection: Connection) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut state = self.state();
        state.abandoned.push(connection.abandoned());
        if !state.is_attended && !state.is_closed {
            state.is_attended = true;
            let pool = Arc::clone(self);
            runtime.spawn(async move { pool.attend().await });
        }
    }

    /// As long as there are any.
    async fn attend(self: Arc<Self>) {
        let cancelling = self.cancel_again_and_again();
        let until_none = async {
            let mut looks = interval(BETWEEN_LOOKS);
            while self.has_abandoned() {
                looks.tick().await;
            }
        };
        tokio::select! {
            () = cancelling => {}
            () = until_none => {}
        }
    }

    /// Whether any is left, once finished ones have made room.
    fn has_abandoned(self: &Arc<Self>) -> bool {
        let mut state = self.state();
        let over: Vec<_> = state.abandoned.extract_if(.., |abandoned| abandoned.rest.is_over()).collect();
        state.is_attended = !state.abandoned.is_empty();
        let is_any_left = state.is_attended;
        self.hand_out_room(state);
        drop(over);
        is_any_left
    }

    async fn cancel_again_and_again(&self) {
        let mut beside = None;
        loop {
            let next = Instant::now() + BETWEEN_CANCELS;
            if self.knows_processes {
                beside = timeout_at(next, self.cancel(beside, next)).await.ok().flatten();
            }
            sleep_until(next).await;
        }
    }

    async fn cancel(&self, beside: Option<Beside>, deadline: Instant) -> Option<Beside> {
        let (all, reading) = {
            let state = self.state();
            let processes = |only_reading: bool| -> Vec<_> {
                let some = state.abandoned.iter().filter(|one| one.is_reading || !only_reading);
                some.filter_map(|one| one.rest.process()).cloned().collect()
            };
            (processes(false), processes(true))
        };
        let beside = match beside {
            Some(beside) => beside,
            None => Beside((self.open)(deadline).await.ok()?),
        };
        match beside
            .0
            .client
            .query_typed(CANCEL, &[(&all, Type::TEXT_ARRAY), (&reading, Type::TEXT_ARRAY)])
            .await
        {
            Ok(cancelled) if !cancelled.is_empty() => {
                tracing::warn!(calls = cancelled.len(), "calls that were given up have been cancelled");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "calls that were given up cannot be cancelled");
                return None;
            }
        }
        Some(beside)
    }
}
