use std::process::ExitCode;

use clap::{Parser, Subcommand};
use uuid::Uuid;

/// Keeps adoption cases for the family courts of England and Wales.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (the default)
    Serve,
    /// Scan and read the documents that are uploaded
    Worker {
        /// Queue documents whose reading failed, all or these, and end
        #[arg(long, num_args = 0.., value_name = "DOCUMENT")]
        again: Option<Vec<Uuid>>,
    },
    /// Maintain the directory of users
    #[command(subcommand)]
    Directory(casefile::DirectoryCommand),
    /// Make a restored database ready to be served: end sessions, skip case numbers, record it
    AfterRestore(casefile::AfterRestore),
    /// Check documents, audit trail and privileges. 0: all is well, 1: something was found, 2: could not check
    Fsck(casefile::Fsck),
    /// Anchor the audit trail, and compare it with anchors
    #[command(subcommand)]
    Audit(casefile::AuditCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Print the environment variables, as a table in Markdown
    Environment,
    /// Make the checks of a server's start
    Check,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => casefile::serve().await,
        Command::Worker { again: None } => casefile::work().await,
        Command::Worker { again: Some(documents) } => casefile::read_again(documents).await,
        Command::Check => casefile::check().await,
        Command::Directory(command) => casefile::keep_directory(command).await,
        Command::AfterRestore(command) => casefile::after_restore(command).await,
        Command::Fsck(command) => return status(casefile::fsck(command).await),
        Command::Audit(command) => return status(casefile::keep_audit(command).await),
        Command::Openapi => casefile::print_openapi(),
        Command::Environment => casefile::print_environment(),
    };

    if let Err(reason) = outcome {
        eprintln!("casefile: {reason}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Of a command that looks whether all is well.
fn status(outcome: Result<bool, String>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(reason) => {
            eprintln!("casefile: {reason}");
            ExitCode::from(2)
        }
    }
}
