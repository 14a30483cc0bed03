//! A connection, and the task that drives it.

use std::future::poll_fn;

use tokio::{sync::watch::Sender, task::JoinHandle};
use tokio_postgres::{AsyncMessage, Client, Connection, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
pub type Driven = Connection<Socket, Stream>;

/// Unless it is kept, it ends at once, even if the host does not answer.
pub struct Line {
    pub client: Client,
    task: Task,
}

struct Task(Option<JoinHandle<()>>);

impl Line {
    pub fn new((client, connection): (Client, Driven), news: Option<Sender<()>>) -> Self {
        Self { client, task: Task(Some(tokio::spawn(drive(connection, news)))) }
    }

    /// From now on it ends when the client is dropped, and all has been answered.
    pub fn kept(mut self) -> Client {
        self.task.0 = None;
        self.client
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

async fn drive(mut connection: Driven, news: Option<Sender<()>>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let (AsyncMessage::Notification(_), Some(news)) = (message, &news) {
            news.send_replace(());
        }
    }
}
