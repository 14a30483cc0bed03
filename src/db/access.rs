//! How connections are opened, with a secret that may change meanwhile.

use std::{future::pending, sync::Arc};

use tokio::{sync::watch, time::Instant};

use super::connect::{Hosts, Opened};

/// New connections use the current secret; open ones live on.
#[derive(Clone)]
pub struct Access(Arc<watch::Sender<Keys>>);

#[derive(Clone)]
struct Keys {
    newest: Arc<Hosts>,
    /// Kept until the newest has worked once: so the secret may change in its file before or after the database.
    before: Option<Arc<Hosts>>,
}

impl Keys {
    fn known(&self) -> &Arc<Hosts> {
        self.before.as_ref().unwrap_or(&self.newest)
    }
}

impl Access {
    pub fn new(hosts: Hosts) -> Self {
        Self(Arc::new(watch::Sender::new(Keys { newest: hosts.into(), before: None })))
    }

    /// Known to work.
    pub fn hosts(&self) -> Arc<Hosts> {
        Arc::clone(self.0.borrow().known())
    }

    /// The secret read last is tried first from now on.
    pub fn renew(&self, hosts: Hosts) {
        let known = self.hosts();
        let newest = Arc::new(hosts.after(&known));
        self.0.send_replace(Keys { newest, before: Some(known) });
    }

    pub async fn connect(&self, deadline: Instant) -> Result<Opened, String> {
        let Keys { newest, before } = self.0.borrow().clone();
        match (newest.connect(deadline).await, before) {
            (Err(reason), Some(before)) => {
                tracing::warn!(reason, "no connection by what was read last; what was before is tried");
                before.connect(deadline).await
            }
            (outcome, before) => {
                if outcome.is_ok() && before.is_some() {
                    self.trust(&newest);
                }
                outcome
            }
        }
    }

    /// Whether the secret read last works now.
    pub async fn prove(&self, deadline: Instant) -> Result<(), String> {
        let newest = Arc::clone(&self.0.borrow().newest);
        newest.connect(deadline).await?;
        self.trust(&newest);
        Ok(())
    }

    /// Unless something newer has come meanwhile.
    fn trust(&self, newest: &Arc<Hosts>) {
        self.0.send_if_modified(|keys| {
            let is_current = Arc::ptr_eq(&keys.newest, newest);
            is_current && keys.before.take().is_some()
        });
    }

    /// Notices when another host becomes the primary.
    pub async fn watch(self) {
        let mut keys = self.0.subscribe();
        loop {
            let hosts = Arc::clone(keys.borrow_and_update().known());
            let watching = async {
                hosts.watch().await;
                pending::<()>().await;
            };
            tokio::select! {
                () = watching => {}
                outcome = keys.changed() => if outcome.is_err() { return },
            }
        }
    }
}
