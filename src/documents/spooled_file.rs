//! A file that has arrived: in a nameless temporary file, which disappears once no process has it open.

use std::{fs::File, sync::Arc};

use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};
use tokio::{fs, io::AsyncWriteExt, sync::Semaphore, task::spawn_blocking};

use super::{multipart::Part, sniff};
use crate::{error::Failure, hex::hex};

/// Other names of file types in programs.
const ALIASES: [(&str, &str); 10] = [
    ("application/acrobat", "application/pdf"),
    ("application/x-pdf", "application/pdf"),
    ("application/vnd.ms-word", "application/msword"),
    ("application/x-msword", "application/msword"),
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-png", "image/png"),
    ("image/tif", "image/tiff"),
    ("image/x-tif", "image/tiff"),
    ("image/x-tiff", "image/tiff"),
];
/// Not knowing is fine.
const UNKNOWN: [&str; 2] = ["application/octet-stream", "binary/octet-stream"];

/// Nothing is kept of a file beyond this. No `size_limit` in `core.file_types` may be higher.
const SPOOL_LIMIT: u64 = 20 * 1024 * 1024;

/// Looking into a file takes a processor, and for DOC up to half of its size in memory.
static LOOKING: Semaphore = Semaphore::const_new(2);

pub struct SpooledFile {
    pub name: String,
    /// The content type of its part, without parameters.
    declared_type: Option<String>,
    file: Arc<File>,
    /// Of the whole file, even if that is not kept.
    pub size: u64,
    /// SHA-256, in hexadecimal.
    pub hash: String,
    /// Its type by its content. None, too, if it is larger than what is kept.
    pub mime_type: Option<&'static str>,
}

impl SpooledFile {
    pub async fn receive(part: &mut Part) -> Result<Self, Failure> {
        let name = file_name(part);
        let declared_type = part.field().content_type().map(|mime| mime.essence_str().to_owned());
        let file = tempfile::tempfile().map_err(|error| Failure::unavailable(&error))?;
        let mut file = fs::File::from_std(file);
        let (mut size, mut digest) = (0, Sha256::new());

        while let Some(piece) = part.next().await? {
            size += piece.len() as u64;
            if size <= SPOOL_LIMIT {
                digest.update(&piece);
                file.write_all(&piece).await.map_err(|error| Failure::unavailable(&error))?;
            }
        }
        file.flush().await.map_err(|error| Failure::unavailable(&error))?;

        let file = Arc::new(file.into_std().await);
        let mime_type = if size <= SPOOL_LIMIT { look_into(&file).await } else { None };
        Ok(Self { name, declared_type, file, size, hash: hex(&digest.finalize()), mime_type })
    }

    /// Whether its sender says that it is of another type.
    pub fn is_declared_other_than(&self, mime_type: &str) -> bool {
        self.declared_type.as_deref().is_some_and(|declared| {
            declared != mime_type && !UNKNOWN.contains(&declared) && !ALIASES.contains(&(declared, mime_type))
        })
    }

    pub fn open(&self) -> Result<fs::File, Failure> {
        self.file.try_clone().map(fs::File::from_std).map_err(|error| Failure::unavailable(&error))
    }
}

async fn look_into(file: &Arc<File>) -> Option<&'static str> {
    let turn = LOOKING.acquire().await;
    let file = Arc::clone(file);
    // The turn ends with the work, which goes on when nobody waits for it any more.
    let looking = spawn_blocking(move || {
        let _turn = turn;
        sniff::mime_type(&file)
    });
    // A file that makes a reader panic is refused.
    looking.await.unwrap_or_default()
}

/// The name that was sent; `filename*` if there is one, because its encoding is certain.
fn file_name(part: &Part) -> String {
    let extended = part.field().headers().get("Content-Disposition").and_then(|header| {
        let (_, value) = std::str::from_utf8(header.as_bytes()).ok()?.split_once("filename*=")?;
        let value = value.split(';').next()?.trim().trim_matches('"');
        let (charset, rest) = value.split_once('\'')?;
        let (_language, name) = rest.split_once('\'')?;
        let name = percent_decode(name.as_bytes()).decode_utf8().ok()?;
        charset.eq_ignore_ascii_case("utf-8").then(|| name.into_owned())
    });
    extended.or_else(|| part.field().file_name().map(str::to_owned)).unwrap_or_default()
}
