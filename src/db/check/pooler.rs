//! Poolers that give every transaction another connection. Behind them, a connection's memory is lost, or worse: a
//! statement's name may mean another server's statement.

use tokio::time::Instant;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::db::connect::{Hosts, connect_error};

/// A pooler at rest shows itself at the first, a busy one later.
const LOOKS: u32 = 3;

/// Two connections to a database are two of its processes, each the same for as long as it lives.
pub async fn is_between(hosts: &Hosts, deadline: Instant) -> Result<bool, String> {
    let [one, other] = [hosts.connect(deadline).await?.client, hosts.connect(deadline).await?.client];
    let process =
        async |client| process(client).await.map_err(|error| connect_error(hosts.database(), &error));
    let first = (process(&one).await?, process(&other).await?);
    for _ in 1..LOOKS {
        if (process(&one).await?, process(&other).await?) != first {
            return Ok(true);
        }
    }
    Ok(first.0 == first.1)
}

async fn process(client: &Client) -> Result<Option<String>, tokio_postgres::Error> {
    let messages = client.simple_query("select pg_backend_pid()").await?;
    Ok(messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
