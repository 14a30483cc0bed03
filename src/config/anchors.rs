//! The keys of anchors of the audit trail.

use std::fs;

use super::of_environment;

pub const PRIVATE: &str = "AUDIT_ANCHOR_KEY_FILE";
pub const PUBLIC: &str = "AUDIT_ANCHOR_PUBLIC_KEY_FILE";

/// The contents of the file that a variable names, which should be PEM.
pub struct KeyFile {
    pub variable: &'static str,
    pub path: String,
    pub pem: Vec<u8>,
}

impl KeyFile {
    pub fn private() -> Result<Option<Self>, String> {
        Self::read(PRIVATE, of_environment)
    }

    pub fn public() -> Result<Option<Self>, String> {
        Self::read(PUBLIC, of_environment)
    }

    pub(super) fn read(
        variable: &'static str,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, String> {
        let read = |path: String| match fs::read(&path) {
            Ok(pem) => Ok(Self { variable, path, pem }),
            Err(error) => Err(format!("{variable} names {path}, which cannot be read: {error}.")),
        };
        value(variable).map(read).transpose()
    }
}
