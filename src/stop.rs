//! Stops server and worker: by SIGTERM or SIGINT.

use std::{future::pending, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::sleep,
};

/// Whether the process has been told to stop, and how often.
#[derive(Clone)]
pub struct Stop(watch::Receiver<u32>);

impl Stop {
    pub fn on_signal() -> Result<Self, String> {
        let listen = |kind| signal(kind).map_err(|error| error.to_string());
        let (mut terminated, mut interrupted) =
            (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        let (told, receiver) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some(()) = terminated.recv() => told.send_modify(|times| *times += 1),
                    Some(()) = interrupted.recv() => told.send_modify(|times| *times += 1),
                }
            }
        });
        Ok(Self(receiver))
    }

    /// For what ends with its process.
    pub fn never() -> Self {
        Self(watch::channel(0).1)
    }

    pub fn is_requested(&self) -> bool {
        *self.0.borrow() > 0
    }

    pub async fn requested(&self) {
        self.told(1).await;
    }

    /// A second signal means: do not wait.
    pub async fn requested_twice(&self) {
        self.told(2).await;
    }

    /// Waits, but no longer than until it is told to stop.
    pub async fn cut_short(&self, waiting: impl Future<Output = ()>) {
        tokio::select! {
            () = waiting => {}
            () = self.requested() => {}
        }
    }

    /// Waits until the request is that old.
    pub async fn requested_since(&self, patience: Duration) {
        self.requested().await;
        sleep(patience).await;
    }

    /// Waits after the request until senders of work have noticed it, unless it comes twice.
    pub async fn drained(&self, drain: Duration) {
        tokio::select! {
            () = self.requested_since(drain) => {}
            () = self.requested_twice() => {}
        }
    }

    async fn told(&self, times: u32) {
        if self.0.clone().wait_for(|told| *told >= times).await.is_err() {
            pending::<()>().await;
        }
    }
}
