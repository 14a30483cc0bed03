//! Checks a database and its document store in full, by a login that reads everything and changes nothing.

mod audit;
mod documents;
mod privileges;
mod report;

use std::str::FromStr;

use clap::Args;
use uuid::Uuid;

pub use self::{
    audit::{Fault, after, check as check_audit, check_journals, check_rest, find_faults, next_page, tell},
    privileges::check_audit as check_functions,
    report::Report,
};
use crate::{
    config::MaintenanceConfig,
    db::{check::check_migrations, connect_for, reason},
    documents::Store,
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub struct Fsck {
    /// The bytes of documents: missing, altered, or of no document
    #[arg(long)]
    documents: bool,
    /// The audit trail of each case, its access by name, and the case numbers
    #[arg(long)]
    audit: bool,
    /// Roles, owners, privileges, policies, functions: differences from this version's sources
    #[arg(long)]
    privileges: bool,
    /// Print a JSON object for each finding, one line each, and one with counts at the end
    #[arg(long)]
    json: bool,
    /// Continue where another run was interrupted, as its progress shows
    #[arg(long, value_name = "PART:ID")]
    from: Option<From>,
}

/// Where to go on: after that document, or after that case.
#[derive(Clone, Debug)]
pub struct From {
    part: Part,
    id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Documents,
    Audit,
}

impl FromStr for From {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || "make it documents:ID or audit:ID, as the progress shows it".to_owned();
        let (part, id) = text.split_once(':').ok_or_else(shape)?;
        let part = match part {
            "documents" => Part::Documents,
            "audit" => Part::Audit,
            _ => return Err(shape()),
        };
        Ok(Self { part, id: id.parse().map_err(|_| shape())? })
    }
}

impl Fsck {
    /// Whether all is well.
    pub(crate) async fn run(self) -> Result<bool, String> {
        let all = !(self.documents || self.audit || self.privileges);
        let config = MaintenanceConfig::of_reader()?;
        let client = connect_for(config.database.clone(), "casefile fsck").await?;
        let lost = |error: tokio_postgres::Error| {
            format!("The database of {} does not answer: {}.", config.database.variable, reason(&error))
        };
        check_migrations(&client).await?;
        let mut report = Report::new("casefile fsck", self.json);
        let from = |part| self.from.as_ref().filter(|from| from.part == part).map(|from| from.id);

        if all || self.privileges {
            privileges::check(&client, &mut report).await.map_err(lost)?;
        }
        if all || self.audit {
            audit::check(&client, from(Part::Audit), &mut report).await.map_err(lost)?;
        }
        if all || self.documents {
            let store = Store::open(&config.documents)?;
            store.check().await?;
            documents::check(&client, &store, from(Part::Documents), &mut report).await?;
        }
        Ok(report.close())
    }
}
