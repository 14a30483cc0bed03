//! The state that a server reports when a connection opens.

use tokio_postgres::{Client, SimpleQueryMessage, error::SqlState};

use crate::config::Target;

/// In one message that no pooler minds. A process's number comes again, but not with the same beginning.
const PROCESS: &str = "select
  (
    select a.pid || ' ' || a.backend_start
    from pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) as a
  ),";
/// For a login that db/roles.sql does not know, which may not ask: a later check explains better what is wrong.
const NO_PROCESS: &str = "select null,";
/// The name of a primary's file of WAL begins with its timeline, which a promotion moves on; a standby has none of its own.
const REST: &str = "
  pg_catalog.current_setting('transaction_read_only'),
  pg_catalog.pg_is_in_recovery(),
  case when not pg_catalog.pg_is_in_recovery()
    then pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())
  end";

#[derive(Debug, Default)]
pub struct Standing {
    /// The process that serves the connection, and when it began; behind a pooler, one that did.
    pub process: Option<String>,
    is_read_only: bool,
    is_standby: bool,
    pub timeline: Option<u32>,
}

impl Standing {
    pub async fn ask(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let ask = async |process| client.simple_query(&format!("{process}{REST}")).await;
        let messages = match ask(PROCESS).await {
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => ask(NO_PROCESS).await?,
            outcome => outcome?,
        };
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let field = |number| row.and_then(|row| row.try_get(number).ok()).flatten();
        Ok(Self {
            process: field(0).map(str::to_owned),
            is_read_only: field(1) != Some("off"),
            is_standby: field(2) != Some("f"),
            timeline: field(3).and_then(|file| u32::from_str_radix(file.get(..8)?, 16).ok()),
        })
    }

    /// Why it is not the wanted one.
    pub fn misses(&self, target: Target) -> Option<&'static str> {
        match target {
            Target::ReadWrite | Target::Primary if self.is_standby => Some("it is a standby"),
            Target::ReadWrite if self.is_read_only => Some("it takes no changes"),
            Target::ReadOnly if !self.is_read_only => Some("it takes changes"),
            Target::Standby | Target::PreferStandby if !self.is_standby => Some("it is not a standby"),
            _ => None,
        }
    }
}
