//! Text from documents: what a PDF says itself, and what Tesseract sees in pictures.

mod layer;
mod orientation;
mod pages;
mod pdf;
mod picture;
mod turned;

use std::time::Instant;

use tokio::fs::File;

pub use self::pages::Text;
use super::{error::JobError, toolbox::Toolbox};

const LONGEST_TEXT: u64 = 10 * 1024 * 1024;

pub struct Reader {
    toolbox: Toolbox,
}

impl Reader {
    pub fn new(toolbox: Toolbox) -> Self {
        Self { toolbox }
    }

    /// Whether its tools are there.
    pub async fn check(&self) -> Result<(), JobError> {
        self.toolbox.check().await
    }

    pub async fn read(&self, file: &File, mime_type: &str, until: Instant) -> Result<Text, JobError> {
        match mime_type {
            "application/pdf" => self.read_pdf(file, until).await,
            "image/tiff" => self.read_tiff(file, until).await,
            "image/jpeg" => self.read_jpeg(file, until).await,
            _ if mime_type.starts_with("image/") => self.read_only_page(file, until).await,
            _ => Err(JobError::document(format!("No text can be read from {mime_type}"))),
        }
    }
}

/// As the database takes it.
fn cleaned(output: &[u8]) -> String {
    String::from_utf8_lossy(output).replace('\0', "")
}
