//! `casefile audit anchor`: writes down and signs how far each trail has come, unless trails depart from the previous
//! anchor.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use clap::Args;
use futures_util::TryStreamExt;
use tokio_postgres::Error;

use super::{
    anchor::{Anchor, Header, Lines, Tip, file_name},
    database::Database,
    departures,
    keys::{PrivateKey, PublicKeys},
    source,
};
use crate::{documents::Store, fsck::Report, hex::hex};

const BEGIN: &str = "begin isolation level repeatable read, read only";
const TIPS: &str = "select c.case_id, c.length, c.digest from audit.chains as c order by c.case_id";

#[derive(Debug, Args)]
pub struct Take {
    /// To this file, which must not exist; else to the document store, as audit-anchors/MOMENT.anchor
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// The anchor before, if that is not the newest in the document store: a file, or the name of one there
    #[arg(long, value_name = "ANCHOR")]
    previous: Option<String>,
    /// Whatever departs from the anchor before: after a restore, or once it has been looked into
    #[arg(long)]
    restart: bool,
}

/// Where it goes.
enum Target {
    File(PathBuf),
    Store(Store),
}

impl Take {
    /// Whether there is a new anchor.
    pub async fn run(self) -> Result<bool, String> {
        let key = PrivateKey::of_environment()?;
        let keys = PublicKeys::of_environment()?.and(key.public());
        let target = self.target().await?;
        let previous = match (&self.previous, &target) {
            (Some(name), _) => Some(source::read(name, &keys).await?),
            (None, Target::Store(store)) => source::read_latest(store, &keys).await?,
            (None, Target::File(_)) => None,
        };
        let database = Database::connect("casefile audit anchor").await?;
        let lost = |error: Error| database.lost(&error);
        database.check_is_primary().await?;
        if let Some(previous) = &previous {
            database.check_is_of(previous).await?;
        }

        // The same rows are compared and anchored.
        database.batch_execute(BEGIN).await.map_err(lost)?;
        let mut report = Report::new("casefile audit anchor", false);
        database.check_is_newest(previous.as_ref(), &mut report).await.map_err(lost)?;
        departures::check(&database, previous.as_ref(), None, &mut report).await.map_err(lost)?;
        if !report.close() && !self.restart {
            eprintln!(
                "casefile audit anchor: No anchor was written. Look into what was found; --restart writes one nevertheless."
            );
            return Ok(false);
        }
        let mut header = database.header().await.map_err(lost)?;
        if let Some(previous) =
            previous.as_ref().filter(|previous| previous.header.taken_at >= header.taken_at)
        {
            return Err(format!(
                "The clock of the database is behind that of the anchor before, of {}: an anchor of {} would not be the newest. Set it right.",
                previous.header.taken_at, header.taken_at
            ));
        }
        let lines = take_tips(&database).await?;
        database.batch_execute("commit").await.map_err(lost)?;

        header.cases = lines.cases;
        header.root = hex(&lines.root());
        header.previous = previous.as_ref().map(Anchor::as_previous);
        header.restart = self.restart;
        header.key = key.public().fingerprint();
        let (place, signed) = target.write(lines, &header, &key).await?;
        let root = &header.root;
        crate::output::say(format_args!(
            "Anchored {} trails as of {} in {place}. Root: {root}.",
            header.cases, header.taken_at
        ));
        database.record(&header, &signed).await.map_err(|error| {
            format!("It is written, but not recorded in the database. {} Run it again.", lost(error))
        })?;
        Ok(true)
    }

    async fn target(&self) -> Result<Target, String> {
        match &self.file {
            Some(path) if path.exists() => {
                Err(format!("{} is there already. No anchor is overwritten: name another.", path.display()))
            }
            Some(path) => Ok(Target::File(path.clone())),
            None => source::open_store().await.map(Target::Store),
        }
    }
}

async fn take_tips(database: &Database) -> Result<Lines, String> {
    let lost = |error: Error| database.lost(&error);
    let unwritable = |error: io::Error| format!("The temporary file (TMPDIR) cannot be written: {error}.");
    let mut lines = Lines::new().map_err(unwritable)?;
    let rows = database.query_raw::<_, i32, [i32; 0]>(TIPS, []).await.map_err(lost)?;
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.try_next().await.map_err(lost)? {
        let case_id = row.get(0);
        let digest = row.get::<_, &[u8]>(2).try_into();
        let digest = digest.map_err(|_| {
            format!("The trail of case {case_id} has no digest. Look at it: casefile fsck --audit.")
        })?;
        lines.add(&Tip { case_id, length: row.get(1), digest }).map_err(unwritable)?;
    }
    Ok(lines)
}

impl Target {
    /// Writes all or nothing; returns its place and header.
    async fn write(
        self,
        lines: Lines,
        header: &Header,
        key: &PrivateKey,
    ) -> Result<(String, String), String> {
        match self {
            Self::File(path) => {
                let unwritable = |error: io::Error| format!("{} cannot be written: {error}.", path.display());
                let signed = write_file(lines, header, key, &path).map_err(unwritable)?;
                Ok((path.display().to_string(), signed))
            }
            Self::Store(store) => {
                let name = file_name(&header.taken_at);
                let unwritable =
                    |error: &dyn ToString| format!("The anchor cannot be written: {}.", error.to_string());
                let mut file = tempfile::tempfile().map_err(|error| unwritable(&error))?;
                let signed = lines.write(header, key, &mut file).map_err(|error| unwritable(&error))?;
                let size = file.metadata().map_err(|error| unwritable(&error))?.len();
                let mut file = tokio::fs::File::from_std(file);
                store.put_anchor(&name, &mut file, size).await.map_err(|error| unwritable(&error))?;
                Ok((format!("the document store as audit-anchors/{name}"), signed))
            }
        }
    }
}

fn write_file(lines: Lines, header: &Header, key: &PrivateKey, path: &Path) -> io::Result<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let signed = lines.write(header, key, &mut file)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    File::open(folder)?.sync_all()?;
    Ok(signed)
}
