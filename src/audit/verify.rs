//! `casefile audit verify`: reads the audit trail again, and holds it against an anchor.

use chrono::Utc;
use clap::Args;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{
    anchor::{Anchor, Tip},
    database::Database,
    departures,
    keys::PublicKeys,
    part::Part,
    source::{self, LATEST},
};
use crate::fsck::{Report, check_audit, check_functions};

const HAS_CASE: &str = "select exists (select from core.cases as c where c.id = $1)";

#[derive(Debug, Args)]
pub struct Verify {
    /// Hold every trail against this anchor, too: a file, the name of one in the document store, or latest
    #[arg(long, value_name = "ANCHOR", conflicts_with = "since")]
    against: Option<String>,
    /// The same, but of the rows that this anchor has, read only a thirtieth again: each has its turn within thirty days
    #[arg(long, value_name = "ANCHOR")]
    since: Option<String>,
    /// Which thirtieth, if not today's
    #[arg(long, value_name = "7/30", requires = "since")]
    part: Option<Part>,
    /// An object in JSON for each thing that is found, a line each, and one with counts at the end
    #[arg(long)]
    json: bool,
    /// Only these cases
    #[arg(value_name = "CASE", conflicts_with = "since")]
    cases: Vec<Uuid>,
}

impl Verify {
    /// Whether all is well.
    pub async fn run(self) -> Result<bool, String> {
        let name = self.against.as_deref().or(self.since.as_deref());
        let anchor = match name {
            Some(name) => Some(source::read(name, &PublicKeys::of_environment()?).await?),
            None => None,
        };
        let database = Database::connect("casefile audit verify").await?;
        let lost = |error: Error| database.lost(&error);
        let mut report = Report::new("casefile audit verify", self.json);
        check_functions(&database, &mut report).await.map_err(lost)?;
        if let Some(anchor) = &anchor {
            database.check_is_of(anchor).await?;
            report.tell("against", anchor.header.taken_at.clone());
        }
        if name == Some(LATEST) {
            database.check_is_newest(anchor.as_ref(), &mut report).await.map_err(lost)?;
        }
        match &anchor {
            _ if !self.cases.is_empty() => {
                for case_id in &self.cases {
                    check_case(&database, *case_id, anchor.as_ref(), &mut report).await?;
                }
            }
            None => check_audit(&database, None, &mut report).await.map_err(lost)?,
            Some(_) => {
                let part = self.part();
                report.tell("part", part.to_string());
                departures::check(&database, anchor.as_ref(), Some(part), &mut report).await.map_err(lost)?;
            }
        }
        Ok(report.close())
    }

    fn part(&self) -> Part {
        match &self.since {
            None => Part::ALL,
            Some(_) => self.part.unwrap_or_else(|| Part::of_day(Utc::now().timestamp())),
        }
    }
}

async fn check_case(
    database: &Database,
    case_id: Uuid,
    anchor: Option<&Anchor>,
    report: &mut Report,
) -> Result<(), String> {
    let lost = |error: Error| database.lost(&error);
    let tip: Option<&Tip> = anchor.and_then(|anchor| Some(anchor.tip(case_id)?.1));
    let is_there: bool = database.query_one(HAS_CASE, &[&case_id]).await.map_err(lost)?.get(0);
    if !is_there && tip.is_none() {
        return Err(format!(
            "There is no case {case_id}. Correct the id; if there was one, name an anchor that has it: --against."
        ));
    }
    departures::check_case(database, case_id, tip, report).await.map_err(lost)
}
