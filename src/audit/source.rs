//! The place of an anchor: a file, or the document store.

use std::path::Path;

use futures_util::TryStreamExt;
use tokio::{fs::File, io::AsyncReadExt};

use super::{anchor::Anchor, keys::PublicKeys, reading::Reading};
use crate::{config::documents_of_environment, documents::Store};

const PIECE: usize = 256 * 1024;
/// The word for the newest one in the store.
pub const LATEST: &str = "latest";

/// The anchor of that name: a file, one in the store, or the newest there.
pub async fn read(name: &str, keys: &PublicKeys) -> Result<Anchor, String> {
    if Path::new(name).exists() {
        return read_file(name, keys).await;
    }
    if name.contains('/') {
        return Err(format!(
            "There is no file {name}. Name one, or {LATEST} for the newest in the document store."
        ));
    }
    let store = open_store().await?;
    if name != LATEST {
        return read_stored(&store, name, keys).await;
    }
    let latest = read_latest(&store, keys).await?;
    latest.ok_or_else(|| "The document store has no anchor yet. Make one: casefile audit anchor.".to_owned())
}

pub async fn open_store() -> Result<Store, String> {
    let store = Store::open(&documents_of_environment()?)?;
    store.check().await?;
    Ok(store)
}

pub async fn read_latest(store: &Store, keys: &PublicKeys) -> Result<Option<Anchor>, String> {
    let names = store.list_anchors().await;
    let names = names.map_err(|error| format!("The document store cannot be listed: {error}."))?;
    match names.into_iter().max() {
        Some(name) => read_stored(store, &name, keys).await.map(Some),
        None => Ok(None),
    }
}

async fn read_file(name: &str, keys: &PublicKeys) -> Result<Anchor, String> {
    let wrong = |reason: String| format!("The anchor in {name} cannot be used. {reason}");
    let unreadable = |error| wrong(format!("The file cannot be read: {error}."));
    let mut file = File::open(name).await.map_err(unreadable)?;
    let (mut reading, mut piece) = (Reading::new(keys), vec![0; PIECE]);
    loop {
        match file.read(&mut piece).await.map_err(unreadable)? {
            0 => return reading.finish().map_err(wrong),
            length => reading.push(&piece[..length]).map_err(wrong)?,
        }
    }
}

async fn read_stored(store: &Store, name: &str, keys: &PublicKeys) -> Result<Anchor, String> {
    let wrong = |reason: String| format!("The anchor {name} in the document store cannot be used. {reason}");
    let unreadable = |error| match error {
        object_store::Error::NotFound { .. } => {
            format!("There is no file {name}, nor an anchor of that name in the document store.")
        }
        error => wrong(format!("The store cannot be read: {error}.")),
    };
    let mut pieces = store.get_anchor(name).await.map_err(unreadable)?;
    let mut reading = Reading::new(keys);
    while let Some(piece) = pieces.try_next().await.map_err(unreadable)? {
        reading.push(&piece).map_err(wrong)?;
    }
    reading.finish().map_err(wrong)
}
