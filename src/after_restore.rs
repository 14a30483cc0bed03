//! Makes a restored database ready to be served: the database does it, and its new mark goes to the document store.

use clap::{Args, value_parser};
use serde_json::Value;
use tokio_postgres::{Client, error::SqlState, types::Json};

use crate::{
    config::{DatabaseUrl, MaintenanceConfig},
    db::{connect_for, reason},
    documents::Store,
    output::say,
};

/// How many numbers a series passes over: more than the cases that one court creates between two marks.
const GAP: i32 = 1000;
/// If no mark says how far it had come.
const GAP_WITHOUT_MARK: i32 = 10_000;

const AFTER_RESTORE: &str = "select to_jsonb(auth.after_restore($1, $2, $3))";
const TAKE_MARK: &str = "select auth.take_mark()";

#[derive(Debug, Args)]
pub struct AfterRestore {
    /// Even if nothing tells that the database was restored
    #[arg(long)]
    anyway: bool,
    /// Nothing was written after what was restored: keep the number series as they are
    #[arg(long, conflicts_with = "gap")]
    nothing_lost: bool,
    /// How many numbers each series passes over, beyond what is known to be issued
    #[arg(long, value_parser = value_parser!(i32).range(1..=1_000_000))]
    gap: Option<i32>,
}

impl AfterRestore {
    /// Does it, and says what was done.
    pub(crate) async fn run(self) -> Result<(), String> {
        let MaintenanceConfig { database, documents } = MaintenanceConfig::of_owner()?;
        let store = Store::open(&documents)?;
        store.check().await?;
        let mark = store.read_mark().await?;
        let gap = match (self.nothing_lost, self.gap, &mark) {
            (true, ..) => 0,
            (false, Some(gap), _) => gap,
            (false, None, Some(_)) => GAP,
            (false, None, None) => GAP_WITHOUT_MARK,
        };
        let client = connect_for(database.clone(), "casefile after-restore").await?;
        let done =
            ask(&client, &database, AFTER_RESTORE, &[&mark.as_ref().map(Json), &gap, &self.anyway]).await?;
        // Also in a second run: the store may have been away.
        store.write_mark(&ask(&client, &database, TAKE_MARK, &[]).await?).await?;
        say(told(&done));
        Ok(())
    }
}

async fn ask(
    client: &Client,
    database: &DatabaseUrl,
    sql: &str,
    params: &[&(dyn postgres_types::ToSql + Sync)],
) -> Result<Value, String> {
    let row = client.query_one(sql, params).await.map_err(|error| explained(database, &error))?;
    row.try_get(0).map_err(|error| error.to_string())
}

fn told(done: &Value) -> String {
    let number = |name: &str| done[name].as_i64().unwrap_or_default();
    if done["is_new"] == false {
        return "This was done before, and nothing has happened since. The mark in the document store was written again."
            .to_owned();
    }
    format!(
        "Ended: {} sessions, {} keys. Number series moved: {}, by {} beyond what is known to be issued.\n\
         Recorded in audit.restores. Servers and workers may serve this database now.\n\
         Who may sign in is as it was then: if the directory has changed since, import it again.",
        number("sessions_ended"),
        number("keys_ended"),
        number("series_moved"),
        number("number_gap"),
    )
}

/// The error, and what to do about it, in one line.
fn explained(database: &DatabaseUrl, error: &tokio_postgres::Error) -> String {
    let (said, variable) = (reason(error), &database.variable);
    match error.code().map(SqlState::code) {
        Some("JCFIX") => format!(
            "{said}. If it was, to a moment shortly before its end, or is a copy that shall live by itself: casefile after-restore --anyway."
        ),
        Some("42501") => {
            format!("The login of {variable} is not the owner's ({said}). Use casefile_migrator.")
        }
        Some("3F000" | "42883") => {
            format!("The database of {variable} is not one of this version ({said}). Run scripts/migrate.")
        }
        Some(code) => format!("The database of {variable} refuses: {said} ({code})."),
        None => format!("The connection to the database was lost: {said}. Try again."),
    }
}
