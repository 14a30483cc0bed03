//! An auditor of a stage, who anchors its audit trail with keys that openssl made, and compares it with anchors.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{
    server::documents_of,
    stage::{Stage, unique},
};

pub struct Auditor<'a> {
    pub stage: &'a Stage,
    folder: PathBuf,
}

/// The program's output.
#[derive(Debug)]
pub struct Heard {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl<'a> Auditor<'a> {
    pub fn new(stage: &'a Stage) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{}",
            unique("auditor"),
            std::process::id()
        ));
        fs::create_dir_all(&folder).unwrap();
        let auditor = Self { stage, folder };
        auditor.make_key("ed25519");
        auditor
    }

    /// A new pair of keys takes the place of the one before.
    pub fn make_key(&self, algorithm: &str) {
        let [private, public] = ["key.pem", "public.pem"].map(|name| self.path(name));
        openssl(&["genpkey", "-algorithm", algorithm, "-out", &private]);
        openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]);
    }

    /// In a folder of its own.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// `casefile audit` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Heard {
        self.run_with(arguments, &[])
    }

    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Heard {
        let [private, public] = ["key.pem", "public.pem"].map(|name| self.path(name));
        let keys = [("AUDIT_ANCHOR_KEY_FILE", private.as_str()), ("AUDIT_ANCHOR_PUBLIC_KEY_FILE", &public)];
        let output = self.stage.keep_with(&[&["audit"], arguments].concat(), &[&keys, environment].concat());
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Heard { status: output.status.code(), out, err }
    }

    /// An anchor in a file of its own; its path.
    #[track_caller]
    pub fn anchor(&self) -> String {
        let path = self.path(&unique("anchor"));
        self.run(&["anchor", "--file", &path, "--restart"]).says(0, &["Anchored"]);
        path
    }

    /// The signature over that text, in Base64.
    pub fn sign(&self, text: &str) -> String {
        let [text_path, signature, base64] = ["text", "signature", "base64"].map(|name| self.path(name));
        fs::write(&text_path, text).unwrap();
        let key = self.path("key.pem");
        openssl(&["pkeyutl", "-sign", "-inkey", &key, "-rawin", "-in", &text_path, "-out", &signature]);
        openssl(&["base64", "-A", "-in", &signature, "-out", &base64]);
        fs::read_to_string(base64).unwrap()
    }

    /// The anchors in the document store, the newest last.
    pub fn stored(&self) -> Vec<PathBuf> {
        let folder = documents_of(&self.stage.database().url).join("audit-anchors");
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut anchors: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        anchors.sort();
        anchors
    }
}

impl Heard {
    /// That status, and these words.
    #[track_caller]
    pub fn says(&self, status: i32, words: &[&str]) -> &Self {
        let said = format!("{}{}", self.out, self.err);
        assert_eq!(self.status, Some(status), "{said}");
        for word in words {
            assert!(said.contains(word), "it does not say {word:?}:\n{said}");
        }
        self
    }

    /// Cannot, and says so in one line with these words.
    #[track_caller]
    pub fn cannot(&self, words: &[&str]) {
        self.says(2, words);
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("", 1), "{}", self.err);
    }

    /// The objects in JSON, and the last, with the counts.
    #[track_caller]
    pub fn found(&self) -> (Vec<Value>, Value) {
        let mut lines: Vec<Value> =
            self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.pop().unwrap_or_else(|| panic!("{}", self.err));
        assert_eq!(last["found"], lines.len(), "{}", self.out);
        assert_eq!(self.status, Some(i32::from(!lines.is_empty())), "{}", self.err);
        (lines, last)
    }
}

impl Drop for Auditor<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[track_caller]
fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
