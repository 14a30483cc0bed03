//! Why a document was not scanned or read.

use std::fmt;

/// Why an attempt came to nothing.
pub struct JobError {
    /// A sentence that may be shown to whoever sees the document: nothing of its content.
    pub reason: String,
    /// Such an attempt counts against the document. Otherwise another one would have fared no better.
    pub blames_document: bool,
}

impl JobError {
    pub fn document(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blames_document: true }
    }

    pub fn surroundings(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blames_document: false }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}
