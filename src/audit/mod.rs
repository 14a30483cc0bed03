//! Anchors of the audit trail: how far each trail had come, signed and kept elsewhere, so that control of the database
//! is not enough to rewrite that.

mod anchor;
mod database;
mod departures;
mod keys;
mod merkle;
mod part;
mod prove;
mod reading;
mod source;
mod take;
mod verify;

use clap::Subcommand;

use self::{prove::Prove, take::Take, verify::Verify};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Write an anchor: the tips of all trails at one moment, signed. 1: the trails differ from the previous anchor
    Anchor(Take),
    /// Read the audit trail again. 0: all is well, 1: something was found, 2: could not check
    Verify(Verify),
    /// Print a proof that an anchor contains a case, which others can check
    Prove(Prove),
}

/// Whether all is well.
pub async fn run(command: AuditCommand) -> Result<bool, String> {
    match command {
        AuditCommand::Anchor(command) => command.run().await,
        AuditCommand::Verify(command) => command.run().await,
        AuditCommand::Prove(command) => command.run().await.map(|()| true),
    }
}
