//! Conditions that a database must meet before this server works with it.

mod owners;
pub mod pooler;
mod schema;
mod settings;

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::Client;

pub use self::{schema::check_migrations, settings::check_settings};
use super::{
    connect::{Hosts, address},
    limits::{SERVER, limited},
};
use crate::config::{DatabaseUrl, Statements};

const PATIENCE: Duration = Duration::from_secs(5);

pub const READ_ONLY: &str = "The database takes no changes: it is a standby, or its default_transaction_read_only is on. Lead the URL to the primary, or have the setting off.";

/// Connects once and looks around. An error says in one line what is wrong and what to do; harmless differences from
/// the shipped state get a line each.
pub async fn check(database: &DatabaseUrl, statements: Statements) -> Result<Vec<String>, String> {
    let (mut hosts, deadline) = (Hosts::new(database.clone())?, Instant::now() + PATIENCE);
    let look_around = async {
        if statements == Statements::Prepared {
            if pooler::is_between(&hosts, deadline).await? {
                return Err(format!(
                    "A pooler in front of the database of {} may give each transaction another connection. Set DATABASE_STATEMENTS=unprepared.",
                    database.variable
                ));
            }
            hosts = Hosts::new(limited(database.clone(), SERVER))?;
        }
        let opened = hosts.connect(deadline).await?;
        check_schema(&opened.client, &format!("the login of {}", database.variable)).await
    };
    timeout_at(deadline, look_around).await.unwrap_or_else(|_| {
        Err(format!("The database server {} does not answer ({}).", address(database), database.variable))
    })
}

/// Checks that the database has all that this server needs, made by nobody else; it may have more. Returns harmless
/// differences from the shipped state.
pub async fn check_schema(client: &Client, login: &str) -> Result<Vec<String>, String> {
    schema::check_writable(client).await?;
    schema::check_migrations(client).await?;
    schema::check_caller_roles(client, login).await?;
    owners::check_owners(client).await?;
    check_settings(client, SERVER).await
}
