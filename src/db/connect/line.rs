//! A connection, and the task that drives it.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{sync::watch::Sender, task::JoinHandle};
use tokio_postgres::{AsyncMessage, Client, Connection, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
pub type Driven = Connection<Socket, Stream>;

/// Unless it is kept, it ends at once, even if the host does not answer.
pub struct Line {
    pub client: Client,
    guard: Guard,
}

struct Guard(Option<Task>);

/// Drives a connection, and receives the server's notices.
pub struct Task {
    driving: JoinHandle<()>,
    doubt: Arc<AtomicBool>,
}

/// PostgreSQL's warning that a wait for a standby was cut short: the commit that it then acknowledges is on the
/// primary, and perhaps nowhere else. Its words depend on the server's language.
const GAVE_UP_ON_STANDBY: &str = "SyncRepWaitForLSN";

impl Line {
    pub fn new((client, connection): (Client, Driven), news: Option<Sender<()>>) -> Self {
        let doubt = Arc::<AtomicBool>::default();
        let driving = tokio::spawn(drive(connection, Arc::clone(&doubt), news));
        Self { client, guard: Guard(Some(Task { driving, doubt })) }
    }

    /// From now on it ends once the client is dropped and all is answered.
    pub fn kept(mut self) -> (Client, Option<Task>) {
        (self.client, self.guard.0.take())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.end();
        }
    }
}

impl Task {
    /// Whether, since the last call, something was acknowledged that may be lost with its host.
    pub fn take_doubt(&self) -> bool {
        self.doubt.swap(false, Ordering::Relaxed)
    }

    /// Whether all has been answered, or nothing will be.
    pub fn is_over(&self) -> bool {
        self.driving.is_finished()
    }

    pub fn end(&self) {
        self.driving.abort();
    }
}

async fn drive(mut connection: Driven, doubt: Arc<AtomicBool>, news: Option<Sender<()>>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        match (message, &news) {
            (AsyncMessage::Notification(_), Some(news)) => news.send_replace(()),
            // It comes before the answer that it is about.
            (AsyncMessage::Notice(notice), _) if notice.routine() == Some(GAVE_UP_ON_STANDBY) => {
                tracing::error!("a commit's wait for its standby was ended");
                doubt.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}
