//! The anchored database: the facts for an anchor's header, and the anchors taken.

use std::ops::Deref;

use tokio_postgres::{Client, Error, types::ToSql};
use uuid::Uuid;

use super::anchor::{Anchor, Header, Journal, Series, digest_of};
use crate::{
    config::reader_database,
    db::{check::check_migrations, connect_for, reason},
    fsck::Report,
    hex::{hex, unhex},
};

const MOMENT: &str = "select
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),
    h.system_identifier, h.store_id, (select max(e.id) from audit.entries as e)
  from auth.home as h";
const JOURNALS: &str = "select journal, number, digest from audit.journal_tips()";
const SERIES: &str = "select s.court_code || '/' || s.year, s.last_number
  from core.case_number_series as s order by s.court_code, s.year";
/// A restored database: before, and now.
const IS_HOME: &str = "select exists (
    select from auth.home as h where h.system_identifier = $1 and (h.store_id = $2 or $2 is null)
  ) or exists (
    select from audit.restores as r where r.old_system_identifier = $1 and (r.old_store_id = $2 or $2 is null)
  )";
const RECORDED: &str =
    "select to_char(a.taken_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), a.digest
  from audit.anchors as a order by a.taken_at desc limit 1";
const RECORD: &str = "select audit.record_anchor($1::text::timestamptz, $2, $3, $4, $5, $6)";
const IS_STANDBY: &str = "select pg_catalog.pg_is_in_recovery()";

/// As `casefile_backup`.
pub struct Database {
    client: Client,
    variable: String,
}

impl Deref for Database {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Database {
    pub async fn connect(command: &str) -> Result<Self, String> {
        let database = reader_database()?;
        let variable = database.variable.clone();
        let client = connect_for(database, command).await?;
        check_migrations(&client).await?;
        Ok(Self { client, variable })
    }

    pub fn lost(&self, error: &Error) -> String {
        format!("The database of {} does not answer: {}.", self.variable, reason(error))
    }

    pub async fn check_is_primary(&self) -> Result<(), String> {
        let row = self.client.query_one(IS_STANDBY, &[]).await.map_err(|error| self.lost(&error))?;
        if row.get(0) {
            return Err(format!(
                "The database of {} is a standby, where no anchor can be recorded. Name the primary.",
                self.variable
            ));
        }
        Ok(())
    }

    /// Whether the anchor is of this database, or of its state before a restore.
    pub async fn check_is_of(&self, anchor: &Anchor) -> Result<(), String> {
        let Header { database, store, .. } = &anchor.header;
        let row =
            self.client.query_one(IS_HOME, &[database, store]).await.map_err(|error| self.lost(&error))?;
        if row.get(0) {
            return Ok(());
        }
        Err(format!(
            "The anchor of {} is of another database than that of {}: of the cluster {database}. Name one of its own.",
            anchor.header.taken_at, self.variable
        ))
    }

    /// Whether the newest anchor found is the newest one taken.
    pub async fn check_is_newest(&self, found: Option<&Anchor>, report: &mut Report) -> Result<(), Error> {
        let Some(recorded) = self.client.query_opt(RECORDED, &[]).await? else { return Ok(()) };
        let taken_at: String = recorded.get(0);
        let about = [("taken", taken_at.clone())];
        match found.map(|anchor| (anchor, anchor.header.taken_at.cmp(&taken_at))) {
            Some((_, std::cmp::Ordering::Greater)) => {}
            Some((anchor, std::cmp::Ordering::Equal)) => {
                if digest_of(&anchor.signed)[..] != *recorded.get::<_, &[u8]>(1) {
                    report.found("anchors", "is not the one that was recorded", &about);
                }
            }
            _ => report.found(
                "anchors",
                "was recorded, and is not there; if it is in a file, name that file",
                &about,
            ),
        }
        Ok(())
    }

    /// An anchor's header as of now, without the trails.
    pub async fn header(&self) -> Result<Header, Error> {
        let moment = self.client.query_one(MOMENT, &[]).await?;
        let journals = self.client.query(JOURNALS, &[]).await?;
        let series = self.client.query(SERIES, &[]).await?;
        Ok(Header {
            database: moment.get(1),
            store: moment.get::<_, Option<Uuid>>(2),
            taken_at: moment.get(0),
            cases: 0,
            root: String::new(),
            last_entry: moment.get(3),
            journals: journals
                .iter()
                .map(|row| Journal { name: row.get(0), seals: row.get(1), digest: hex(row.get(2)) })
                .collect(),
            series: series.iter().map(|row| Series { name: row.get(0), last_number: row.get(1) }).collect(),
            previous: None,
            restart: false,
            key: String::new(),
        })
    }

    /// Records an anchor once it is safe.
    pub async fn record(&self, header: &Header, signed: &str) -> Result<(), Error> {
        let cases = i64::try_from(header.cases).unwrap_or(i64::MAX);
        let root = unhex(&header.root).map(Vec::from);
        let digest = digest_of(signed).to_vec();
        let names: Vec<&str> = header.journals.iter().map(|journal| journal.name.as_str()).collect();
        let seals: Vec<i64> = header.journals.iter().map(|journal| journal.seals).collect();
        let params: [&(dyn ToSql + Sync); 6] = [&header.taken_at, &cases, &root, &digest, &names, &seals];
        // Its sessions are read-only otherwise.
        self.client.batch_execute("begin read write").await?;
        self.client.execute(RECORD, &params).await?;
        self.client.batch_execute("commit").await
    }
}
