//! How connections are opened, with a secret that may change meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio_postgres::{Client, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    connect::{Stream, connect_by},
    tls,
};
use crate::{config::DatabaseUrl, current::Current};

/// New connections take what is current; those that are open live on.
#[derive(Clone)]
pub struct Access(Current<Keys>);

struct Keys {
    newest: Key,
    /// The newest has let somebody in.
    is_proven: AtomicBool,
    /// Until then, the one before: so the file may be changed before the database is, or after.
    before: Option<Key>,
}

#[derive(Clone)]
struct Key {
    database: Arc<DatabaseUrl>,
    connector: MakeRustlsConnect,
}

impl Key {
    fn new(database: DatabaseUrl) -> Result<Self, String> {
        Ok(Self { connector: tls::connector(&database)?, database: Arc::new(database) })
    }

    async fn connect(&self) -> Result<(Client, Connection<Socket, Stream>), String> {
        connect_by(&self.connector, &self.database).await
    }
}

impl Access {
    pub fn new(database: DatabaseUrl) -> Result<Self, String> {
        let keys = Keys { newest: Key::new(database)?, is_proven: AtomicBool::new(false), before: None };
        Ok(Self(Current::new(keys.into())))
    }

    /// The database, as it is known now.
    pub fn database(&self) -> Arc<DatabaseUrl> {
        Arc::clone(&self.0.get().newest.database)
    }

    pub fn renew(&self, database: DatabaseUrl) -> Result<(), String> {
        let newest = Key::new(database)?;
        let known = self.0.get();
        let before = match &known.before {
            Some(before) if !known.is_proven.load(Ordering::Relaxed) => before.clone(),
            _ => known.newest.clone(),
        };
        self.0.set(Keys { newest, is_proven: AtomicBool::new(false), before: Some(before) }.into());
        Ok(())
    }

    /// A connection of its own, to be driven by whoever asks for it.
    pub async fn connect(&self) -> Result<(Client, Connection<Socket, Stream>), String> {
        let keys = self.0.get();
        let outcome = keys.newest.connect().await;
        match (&outcome, &keys.before) {
            (Ok(_), _) => keys.is_proven.store(true, Ordering::Relaxed),
            (Err(reason), Some(before)) if !keys.is_proven.load(Ordering::Relaxed) => {
                tracing::warn!(
                    reason,
                    "what was read last does not let this program in; what was before is tried"
                );
                return before.connect().await;
            }
            (Err(_), _) => {}
        }
        outcome
    }

    /// Whether the newest lets somebody in, here and now.
    pub async fn prove(&self) -> Result<(), String> {
        let keys = self.0.get();
        keys.newest.connect().await.map(|_| keys.is_proven.store(true, Ordering::Relaxed))
    }
}
