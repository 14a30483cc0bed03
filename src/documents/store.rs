//! The document store: the bytes of documents, in a folder or in a container of Azure Blob Storage. Only the database
//! knows a document's name, and who may have it.

use std::{
    fs::DirBuilder,
    future::ready,
    io,
    ops::Range,
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::{
    GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    azure::{AzureConfigKey, MicrosoftAzureBuilder},
    local::LocalFileSystem,
    path::Path,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncSeekExt},
    time::timeout,
};
use uuid::Uuid;

use super::traced::TracedConnector;
use crate::{config::DocumentStore, current::Current, hex::hex, metrics};

/// The piece size of an upload, and each upload's share of memory.
const PART: usize = 512 * 1024;
/// Each file that is read has this much in memory.
const BUFFER: usize = 64 * 1024;
const PATIENCE_AT_THE_START: Duration = Duration::from_secs(5);

/// The mark, which says how far the database has come. No case has such an id.
const MARK: &str = "casefile-mark.json";
/// The folder of anchors of the audit trail, and how their names end.
const ANCHORS: &str = "audit-anchors";
const ANCHOR: &str = ".anchor";

/// A stored file's state.
#[derive(Debug, PartialEq)]
pub enum Held {
    Whole,
    Missing,
    Altered,
}

pub type Result<T> = std::result::Result<T, object_store::Error>;

#[derive(Clone)]
pub struct Store {
    objects: Current<dyn ObjectStore>,
    /// Before the id of the case.
    prefix: Path,
    /// The same store as `objects`, where that is a folder.
    folder: Option<LocalFileSystem>,
}

impl Store {
    /// The store at that URL. An error says in one line what is wrong and what to do.
    pub fn open(settings: &DocumentStore) -> std::result::Result<Self, String> {
        let unusable = |reason: &dyn ToString| {
            format!(
                "The document store cannot be used: {}. Correct DOCUMENT_STORE_URL, or what it names.",
                reason.to_string()
            )
        };
        if settings.url.scheme() == "file" {
            let folder = settings.url.to_file_path().map_err(|()| unusable(&"the URL names no folder"))?;
            let store = open_folder(folder).map_err(|error| unusable(&error))?;
            let objects: Arc<dyn ObjectStore> = Arc::new(store.clone());
            return Ok(Self { objects: Current::new(objects), prefix: Path::default(), folder: Some(store) });
        }

        let prefix = Path::from_url_path(settings.url.path()).map_err(|error| unusable(&error))?;
        let retries =
            RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
        let mut builder = MicrosoftAzureBuilder::new()
            .with_url(settings.url.as_str())
            .with_retry(retries)
            .with_http_connector(TracedConnector::default());
        for (name, value) in &settings.options {
            if let Ok(key) = name.parse::<AzureConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
        let objects: Arc<dyn ObjectStore> = Arc::new(builder.build().map_err(|error| unusable(&error))?);
        Ok(Self { objects: Current::new(objects), prefix, folder: None })
    }

    /// The same place with its current secret. Running operations go on with the previous one.
    pub fn renew(&self, settings: &DocumentStore) -> std::result::Result<(), String> {
        self.objects.set(Self::open(settings)?.objects.get());
        Ok(())
    }

    /// Whether it answers, here and now.
    pub async fn check(&self) -> std::result::Result<(), String> {
        let mut list = self.objects.get().list(Some(&self.prefix));
        let reason = match timeout(PATIENCE_AT_THE_START, list.next()).await {
            Ok(None | Some(Ok(_))) => return Ok(()),
            Ok(Some(Err(error))) => error.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        Err(format!(
            "The document store cannot be read: {reason}. Correct DOCUMENT_STORE_URL, or what it names."
        ))
    }

    /// Stores a file whole or not at all: nobody sees it before its last byte is safe.
    pub async fn put_file(&self, case_id: Uuid, document_id: Uuid, file: &mut File, size: u64) -> Result<()> {
        counted("put", self.put(self.path(case_id, document_id), file, size)).await
    }

    async fn put(&self, path: Path, file: &mut File, size: u64) -> Result<()> {
        let mut upload = self.objects.get().put_multipart(&path).await?;
        let sent = send_parts(&mut *upload, file, size).await;
        if sent.is_err() {
            // `remove` deletes later what cannot be deleted now.
            let _ = upload.abort().await;
            return sent;
        }
        upload.complete().await.map(drop)
    }

    /// Whether the file is there whole, and has the bytes that were stored.
    pub async fn holds(&self, case_id: Uuid, document_id: Uuid, size: u64, hash: &str) -> Result<bool> {
        Ok(self.compare(case_id, document_id, size, hash).await? == Held::Whole)
    }

    pub async fn compare(&self, case_id: Uuid, document_id: Uuid, size: u64, hash: &str) -> Result<Held> {
        counted("verify", self.verify(self.path(case_id, document_id), size, hash)).await
    }

    async fn verify(&self, path: Path, size: u64, hash: &str) -> Result<Held> {
        let object = match self.objects.get().get(&path).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(Held::Missing),
            outcome => outcome?,
        };
        if object.meta.size != size {
            return Ok(Held::Altered);
        }
        let (mut digest, mut pieces) = (Sha256::new(), object.into_stream());
        while let Some(piece) = pieces.try_next().await? {
            digest.update(&piece);
        }
        Ok(if hex(&digest.finalize()) == hash { Held::Whole } else { Held::Altered })
    }

    pub async fn get(
        &self,
        case_id: Uuid,
        document_id: Uuid,
        range: Option<Range<u64>>,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let (objects, path) = (self.objects.get(), self.path(case_id, document_id));
        let object = counted("get", objects.get_opts(&path, options)).await?;
        Ok(object.into_stream().map_err(io::Error::from))
    }

    /// Whether or not there is such a file, whole or in part.
    pub async fn remove(&self, case_id: Uuid, document_id: Uuid) -> Result<()> {
        counted("remove", self.remove_all(self.path(case_id, document_id))).await
    }

    async fn remove_all(&self, path: Path) -> Result<()> {
        if let Some(folder) = &self.folder {
            remove_staged(folder.path_to_filesystem(&path)?).await?;
        } else {
            // An empty blob takes the place of blocks that were never committed.
            self.objects.get().put(&path, PutPayload::new()).await?;
        }
        match self.objects.get().delete(&path).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            outcome => outcome,
        }
    }

    /// The files in the store, by case and document; anything else by its path.
    pub fn list(
        &self,
    ) -> impl Stream<Item = Result<std::result::Result<(Uuid, Uuid), String>>> + Send + use<'_> {
        let (mark, anchors) = (self.mark(), self.anchors());
        let files = self.objects.get().list(Some(&self.prefix));
        let is_none = move |path: &Path| *path != mark && anchor_in(&anchors, path).is_none();
        files.try_filter(move |file| ready(is_none(&file.location))).map_ok(|file| {
            let ids = file.location.prefix_match(&self.prefix).into_iter().flatten();
            let ids: Vec<Option<Uuid>> = ids.map(|part| part.as_ref().parse().ok()).collect();
            match ids.as_slice() {
                [Some(case), Some(document)] => Ok((*case, *document)),
                _ => Err(file.location.to_string()),
            }
        })
    }

    /// The mark that was written last, if there is one.
    pub async fn read_mark(&self) -> std::result::Result<Option<Value>, String> {
        let unreadable = |reason: &dyn ToString| {
            format!("The mark in the document store cannot be read ({}).", reason.to_string())
        };
        let object = match self.objects.get().get(&self.mark()).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            outcome => outcome.map_err(|error| unreadable(&error))?,
        };
        let bytes = object.bytes().await.map_err(|error| unreadable(&error))?;
        serde_json::from_slice(&bytes).map(Some).map_err(|error| unreadable(&error))
    }

    pub async fn write_mark(&self, mark: &Value) -> std::result::Result<(), String> {
        let written = self.objects.get().put(&self.mark(), mark.to_string().into()).await;
        written
            .map(drop)
            .map_err(|error| format!("The mark cannot be written to the document store ({error})."))
    }

    /// Stores an anchor whole or not at all. An existing one stays.
    pub async fn put_anchor(&self, name: &str, file: &mut File, size: u64) -> Result<()> {
        let path = self.anchors().join(name);
        match self.objects.get().head(&path).await {
            Err(object_store::Error::NotFound { .. }) => counted("put", self.put(path, file, size)).await,
            Err(error) => Err(error),
            Ok(_) => {
                Err(object_store::Error::AlreadyExists { path: path.to_string(), source: "an anchor".into() })
            }
        }
    }

    pub async fn get_anchor(&self, name: &str) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
        let (objects, path) = (self.objects.get(), self.anchors().join(name));
        Ok(counted("get", objects.get(&path)).await?.into_stream())
    }

    /// The names of the anchors.
    pub async fn list_anchors(&self) -> Result<Vec<String>> {
        let (objects, anchors) = (self.objects.get(), self.anchors());
        let files = objects.list(Some(&anchors));
        files.try_filter_map(|file| ready(Ok(anchor_in(&anchors, &file.location)))).try_collect().await
    }

    fn anchors(&self) -> Path {
        self.prefix.clone().join(ANCHORS)
    }

    fn mark(&self) -> Path {
        self.prefix.clone().join(MARK)
    }

    fn path(&self, case_id: Uuid, document_id: Uuid) -> Path {
        self.prefix.clone().join(case_id.to_string()).join(document_id.to_string())
    }
}

/// The name of an anchor, if that is the path of one.
fn anchor_in(anchors: &Path, path: &Path) -> Option<String> {
    let mut parts = path.prefix_match(anchors)?;
    let name = parts.next()?.as_ref().to_owned();
    (parts.next().is_none() && name.ends_with(ANCHOR)).then_some(name)
}

/// Counts how long that took, and whether it was done.
async fn counted<T>(operation: &str, asking: impl Future<Output = Result<T>>) -> Result<T> {
    let started = Instant::now();
    let outcome = asking.await;
    metrics::store_call(operation, outcome.is_ok(), started.elapsed());
    outcome
}

fn open_folder(folder: PathBuf) -> io::Result<LocalFileSystem> {
    // For the owner's eyes only, if it is ours to make.
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    // File and folder are on the disk before a write has succeeded.
    Ok(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
}

async fn send_parts(upload: &mut dyn MultipartUpload, file: &mut File, size: u64) -> Result<()> {
    file.set_max_buf_size(BUFFER);
    file.rewind().await.map_err(unreadable)?;
    let mut left = size;
    while left > 0 {
        let mut part = BytesMut::with_capacity(PART);
        let mut rest = file.take(left.min(PART as u64));
        while rest.read_buf(&mut part).await.map_err(unreadable)? > 0 {}
        if part.is_empty() {
            return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
        }
        left -= part.len() as u64;
        upload.put_part(part.freeze().into()).await?;
    }
    Ok(())
}

fn unreadable(error: io::Error) -> object_store::Error {
    object_store::Error::Generic { store: "temporary file", source: error.into() }
}

/// Removes the remains of a killed upload, beside the file's final place. A document is stored once, so there are no
/// others.
async fn remove_staged(mut path: PathBuf) -> Result<()> {
    path.as_mut_os_string().push("#1");
    match fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(object_store::Error::Generic { store: "folder", source: error.into() })
        }
        _ => Ok(()),
    }
}
