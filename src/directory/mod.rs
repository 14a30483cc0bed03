//! The commands of registrars: import a file into the directory, list it, end sessions.

mod differences;
mod file;
mod registrar;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Subcommand;

use self::{differences::shown, file::File, registrar::Registrar};
use crate::config;

#[derive(Subcommand)]
pub enum DirectoryCommand {
    /// Import a CSV file into the directory, completely or not at all; print what changed
    Import {
        /// CSV in UTF-8 with the columns that `list` prints
        file: PathBuf,
        /// Print what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the directory as CSV
    List,
    /// Sign a user out everywhere
    EndSessions {
        /// The user's id
        user: String,
    },
}

pub async fn run(command: DirectoryCommand) -> Result<(), String> {
    let database = config::registrar_database()?;
    match command {
        DirectoryCommand::Import { file, dry_run } => {
            let file = File::read(&file)?;
            let differences = Registrar::connect(database).await?.import(&file, dry_run).await?;
            // A dry run prints the same, but for the last word.
            let outcome = if dry_run { "Nothing was changed: a dry run." } else { "Imported." };
            print(&shown(&differences, file.len(), outcome)).map_err(|reason| format!("{outcome} {reason}"))
        }
        DirectoryCommand::List => Registrar::connect(database).await?.list(print).await,
        DirectoryCommand::EndSessions { user } => {
            let ended = Registrar::connect(database).await?.end_sessions(&user).await?;
            print(format!("{ended} {} ended.\n", if ended == 1 { "session" } else { "sessions" }).as_bytes())
        }
    }
}

/// The reader may have closed the pipe.
fn print(bytes: &[u8]) -> Result<(), String> {
    let mut output = io::stdout().lock();
    output
        .write_all(bytes)
        .and_then(|()| output.flush())
        .map_err(|error| format!("The output cannot be written: {error}."))
}
