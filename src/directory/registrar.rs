//! The database, as a registrar's login uses it.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::{Client, Error, error::SqlState};

use super::{
    differences::{Difference, on_one_line},
    file::File,
};
use crate::{
    config::DatabaseUrl,
    db::{connect_for, reason},
    values::nfc,
};

const BEGIN_WITH: &str = "set lock_timeout = '30s'";
const IMPORT: &str = "select line, action, user_id, detail from auth.import_directory($1, false)";
const LIST: &str = "copy (
    select user_id as \"userId\", issuer, subject, name, enabled::text, user_role as role, court, organisation_id as \"organisationId\"
    from auth.list_directory()
  ) to stdout (format csv, header)";
const END_SESSIONS: &str = "select auth.end_sessions($1)";

pub struct Registrar {
    client: Client,
    database: DatabaseUrl,
}

impl Registrar {
    pub async fn connect(database: DatabaseUrl) -> Result<Self, String> {
        let client = connect_for(database.clone(), "casefile directory").await?;
        client.batch_execute(BEGIN_WITH).await.map_err(|error| explained(&database, &error))?;
        Ok(Self { client, database })
    }

    /// Imports the file in one transaction. A dry run does the same and rolls back, so that it meets every fault that
    /// an import would.
    pub async fn import(&mut self, file: &File, dry_run: bool) -> Result<Vec<Difference>, String> {
        let unchanged = |error: Error| {
            let place =
                if is(&error, "JCVAL") { format!("{}: ", file.path.display()) } else { String::new() };
            format!("{place}{} Nothing was changed.", explained(&self.database, &error))
        };
        let transaction = self.client.transaction().await.map_err(unchanged)?;
        let mut differences = Vec::new();
        let mut done = 0;
        for (rows, piece) in file.pieces() {
            let changed = transaction.query(IMPORT, &[&piece]).await.map_err(unchanged)?;
            differences.extend(changed.into_iter().map(Difference::from));
            done += rows;
            if file.len() > rows {
                eprintln!("casefile: {done} of {} rows", file.len());
            }
        }
        if dry_run {
            transaction.rollback().await.map_err(unchanged)?;
        } else {
            transaction.commit().await.map_err(|error| match error.as_db_error() {
                Some(_) => unchanged(error),
                None => format!(
                    "{} That was at the very end: a dry run of the file tells whether it was imported.",
                    explained(&self.database, &error)
                ),
            })?;
        }
        // In the order of the file, across all pieces.
        differences.sort_by_key(|difference| difference.line);
        Ok(differences)
    }

    /// The directory as a file that could be imported.
    pub async fn list(&self, print: impl Fn(&[u8]) -> Result<(), String>) -> Result<(), String> {
        let failed = |error: Error| explained(&self.database, &error);
        let mut output = pin!(self.client.copy_out(LIST).await.map_err(failed)?);
        while let Some(bytes) = output.try_next().await.map_err(failed)? {
            print(&bytes)?;
        }
        Ok(())
    }

    pub async fn end_sessions(&self, user: &str) -> Result<i32, String> {
        let ended = self.client.query_one(END_SESSIONS, &[&nfc(user)]).await;
        ended.map(|row| row.get(0)).map_err(|error| {
            if is(&error, "JCNIL") {
                format!(
                    "The directory has no user {}. `casefile directory list` prints its users.",
                    on_one_line(user)
                )
            } else {
                explained(&self.database, &error)
            }
        })
    }
}

fn is(error: &Error, code: &str) -> bool {
    error.code().is_some_and(|own| own.code() == code)
}

/// The error, and what to do about it, in one line.
fn explained(database: &DatabaseUrl, error: &Error) -> String {
    let said = on_one_line(&reason(error));
    let login = database.config.get_user().unwrap_or_default();
    match error.code().map(SqlState::code) {
        Some("JCVAL") => format!("{said}."),
        Some("42501") => format!(
            "The login {login} is not a registrar ({said}). As an administrator: grant casefile_registrar to {login}."
        ),
        Some("3F000" | "42883") => format!(
            "The database of {} is not one of this version ({said}). Correct it, or run scripts/migrate.",
            database.variable
        ),
        Some("55P03" | "40P01") => {
            format!("Somebody else is changing the same users ({said}). Try again.")
        }
        Some("57P01" | "57P02" | "57P03") => {
            format!("The database server ended the connection: {said}. Try again.")
        }
        Some(code) => format!("The database of {} refuses: {said} ({code}).", database.variable),
        None => format!("The connection to the database was lost: {said}. Try again."),
    }
}
