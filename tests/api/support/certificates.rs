//! Certificates of a test authority: see scripts/lib/certificates.sh.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::stage::unique;

pub struct Certificates(PathBuf);

impl Certificates {
    pub fn new() -> Self {
        let name = format!("{}-{}", unique("certificates"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/certificates.sh");
        assert!(Command::new(script).arg(&folder).status().unwrap().success());
        Self(folder)
    }

    /// The path of a file or folder among them.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
