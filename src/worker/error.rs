//! Why a document was not scanned or read.

use std::fmt;

/// Why an attempt came to nothing.
pub struct JobError {
    /// A sentence for anybody who may see the document: nothing of its content.
    pub reason: String,
    pub blame: Blame,
}

/// The blame for a failed attempt.
#[derive(Clone, Copy, PartialEq)]
pub enum Blame {
    /// Another document would have fared no better.
    Surroundings,
    /// After some more attempts, it has failed.
    Document,
    /// It has failed: another attempt would take as long, while others wait.
    DocumentForGood,
}

impl JobError {
    pub fn document(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blame: Blame::Document }
    }

    pub fn hopeless(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blame: Blame::DocumentForGood }
    }

    pub fn surroundings(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blame: Blame::Surroundings }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}
