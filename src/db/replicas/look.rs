//! The state of a server's standbys, or of itself as a standby.

use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::names::awaited;
use crate::db::{
    access::Access,
    connect::{Opened, reason},
};

const LOOK: &str = "select auth.look_at_replication()";

#[derive(Clone, Deserialize)]
pub struct Look {
    is_standby: bool,
    replayed: Option<u64>,
    is_paused: Option<bool>,
    name: Option<String>,
    pub written: Option<u64>,
    pub timeline: Option<String>,
    standby_names: String,
    standbys: Vec<Sender>,
    is_applied_first: bool,
}

#[derive(Clone, Deserialize)]
struct Sender {
    name: String,
    is_awaited: bool,
}

/// A connection for asking it again and again.
pub struct Lookout {
    access: Access,
    opened: Option<Opened>,
}

impl Lookout {
    pub fn new(access: &Access) -> Self {
        Self { access: access.clone(), opened: None }
    }

    /// A longer query is abandoned, with its connection.
    pub async fn look(&mut self, deadline: Instant) -> Result<Look, String> {
        let looked = timeout_at(deadline, self.ask(deadline)).await;
        let looked = looked.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        if looked.is_err() {
            self.hang_up();
        }
        looked
    }

    async fn ask(&mut self, deadline: Instant) -> Result<Look, String> {
        if self.opened.as_ref().is_some_and(Opened::is_left) {
            self.hang_up();
        }
        let opened = match &mut self.opened {
            Some(opened) => opened,
            none => none.insert(self.access.connect(deadline).await?),
        };
        let rows = opened.client.query_typed(LOOK, &[]).await.map_err(|error| reason(&error))?;
        let look = rows.first().and_then(|row| row.try_get::<_, Value>(0).ok());
        look.and_then(|look| serde_json::from_value(look).ok())
            .ok_or_else(|| "it says nothing of replication that this server understands".to_owned())
    }

    fn hang_up(&mut self) {
        if let Some(opened) = self.opened.take() {
            opened.end();
        }
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.hang_up();
    }
}

/// Why acknowledged changes may not be there yet.
pub fn misses(primary: &Look, standby: &Look) -> Result<(), String> {
    if primary.is_standby || !standby.is_standby {
        return Err("it is not a standby of the primary".to_owned());
    }
    if !primary.is_applied_first {
        return Err("synchronous_commit is not remote_apply for everybody, in postgresql.conf".to_owned());
    }
    let awaited = awaited(&primary.standby_names)
        .ok_or("synchronous_standby_names does not wait for all that it names")?;
    let name = standby.name.as_ref().ok_or("it receives nothing from a primary")?.to_lowercase();
    if !awaited.contains(&name) {
        return Err(format!("synchronous_standby_names does not name {name}"));
    }
    let mut of_name = primary.standbys.iter().filter(|sender| sender.name.to_lowercase() == name);
    match (of_name.next(), of_name.next()) {
        (Some(Sender { is_awaited: true, .. }), None) => {}
        (Some(_), None) => return Err(format!("the primary does not wait for {name}")),
        (None, _) => return Err(format!("the primary sends nothing to {name}")),
        (Some(_), Some(_)) => return Err(format!("several standbys are called {name}")),
    }
    if standby.is_paused != Some(false) {
        return Err("its replay is paused".to_owned());
    }
    Ok(())
}

/// Whether the standby has applied all that the primary had written by then.
pub fn has_applied(standby: &Look, written: u64) -> bool {
    standby.replayed.is_some_and(|replayed| replayed >= written)
}
