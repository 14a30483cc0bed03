use std::time::Duration;

use tokio::{sync::watch, time::sleep};

use crate::process::told_to_stop;

/// Whether the worker has been told to stop.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    pub fn on_signal() -> Result<Self, String> {
        let (requested, receiver) = watch::channel(false);
        let signal = told_to_stop()?;
        tokio::spawn(async move {
            signal.await;
            requested.send_replace(true);
        });
        Ok(Self(receiver))
    }

    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits, but no longer than until it is told to stop.
    pub async fn cut_short(&self, waiting: impl Future<Output = ()>) {
        tokio::select! {
            () = waiting => {}
            () = self.requested_since(Duration::ZERO) => {}
        }
    }

    /// Waits until the request is that old.
    pub async fn requested_since(&self, patience: Duration) {
        let _ = self.0.clone().wait_for(|requested| *requested).await;
        sleep(patience).await;
    }
}
